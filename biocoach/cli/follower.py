"""Follows the running biocoach as a browser of this computer would: by a one-time address, then the
page's socket. Nothing new listens for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from biocoach.cli.doorway import DoorwayError, address_at
from biocoach.clock import Clock
from biocoach.store import data_folder
from biocoach.store.folder import told_url

Json = dict[str, Any]
HERE = "127.0.0.1"
AGAIN_S = 1.0
PATIENCE_S = 10.0
HEAD_MAX = 16_384
MESSAGE_MAX = 16_000_000


class NotThereError(Exception):
    """No biocoach answers now."""


async def messages(
    base: Path | None, clock: Clock, *, once: bool
) -> AsyncGenerator[Json | None, None]:
    """The socket's messages; None each time that biocoach is not there, or no more. Without end,
    but for ``once``: until the first of either."""
    while True:
        try:
            async for message in _connected(base):
                yield message
                if once:
                    return
        except NotThereError:
            pass
        yield None
        if once:
            return
        await clock.sleep_until(clock.now_s() + AGAIN_S)


async def _connected(base: Path | None) -> AsyncGenerator[Json, None]:
    """Until biocoach ends. Raises NotThereError."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    url, cookie = await _way_in(base)
    try:
        async with connect(
            f"ws{url.removeprefix('http')}/ws",
            origin=url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            max_size=MESSAGE_MAX,
            proxy=None,
        ) as socket:
            async for text in socket:
                yield json.loads(text)
    except (OSError, WebSocketException, TimeoutError, ValueError):
        raise NotThereError from None


async def _way_in(base: Path | None) -> tuple[str, str]:
    """The page's address, and a cookie for it. Raises NotThereError."""
    for simulated in (False, True):
        folder = data_folder(base, simulated)
        url = told_url(folder)
        if url is None or urlsplit(url).hostname != HERE:
            continue
        try:
            address = address_at(url, folder)
            return url, await asyncio.wait_for(_cookie(address), PATIENCE_S)
        except (DoorwayError, OSError, TimeoutError, ValueError):
            continue  # it is starting or ending, or was killed
    raise NotThereError


async def _cookie(address: str) -> str:
    """What the one-time address gives. Raises OSError, ValueError."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(HERE, parts.port)
    try:
        asked = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        writer.write(f"{asked}Connection: close\r\n\r\n".encode("ascii"))
        head = (await reader.readuntil(b"\r\n\r\n"))[:HEAD_MAX].decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise ValueError("no answer") from None
    finally:
        writer.close()
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "set-cookie":
            return value.split(";")[0].strip()
    raise ValueError("it gave no way in")
