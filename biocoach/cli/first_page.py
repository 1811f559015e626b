"""What the first page of a served biocoach takes, holds and weighs; in a folder of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from biocoach.sandbox import Child
from dashboard.app import STATIC

if TYPE_CHECKING:
    from biocoach.review.bench.speed import Cost

PATIENCE_S = 60.0
TEXTS = (".html", ".js", ".css")
ASSET = re.compile(r"""["'(/]([\w-]+\.(?:js|css|woff2))\b""")
ICON = re.compile(r"[\w-]+\.svg")
LINES_MOST = 20  # what a start may say before its address


def first_page(now_s: Callable[[], float]) -> Cost:
    """``wall_s`` from the start of the process to the page's last byte, ``peak_mb`` of the process
    by then, ``count`` of bytes that a browser fetches for it; raises TaskError."""
    from biocoach.review.bench.speed import Cost, TaskError
    from biocoach.review.bench.work import peak_mb

    with TemporaryDirectory() as folder:
        words = ("serve", "--plain", "--no-browser", "--source", "virtual", "--data-dir", folder)
        child = Child("biocoach", *words)
        limit = Timer(PATIENCE_S, child.kill)  # what has been killed says nothing more
        begun_s = now_s()
        try:
            limit.start()
            said = takewhile(bool, (child.ask("") for _ in range(LINES_MOST)))
            address = next((line for line in said if "/enter?code=" in line), "")
            if not address:
                raise TaskError("the first page could not be measured: serve told no address")
            parts = urlsplit(address[address.index("http") :].strip())
            status = asyncio.run(_get(parts.hostname or "", parts.port or 0, "/"))
            if status not in (200, 401, 403):
                raise TaskError(f"the first page could not be measured: it answered {status}")
            took_s = now_s() - begun_s
            return Cost(wall_s=took_s, count=page_bytes(STATIC), peak_mb=peak_mb(child.pid))
        finally:
            limit.cancel()
            child.close()


def page_bytes(static: Path) -> int:
    """Of the page and all that it asks for from its own folder, in its first language."""
    known, ahead = set[str](), ["index.html"]
    while ahead:
        name = ahead.pop()
        if name in known or not (static / name).is_file():
            continue
        known.add(name)
        if name.endswith(TEXTS):
            said = (static / name).read_text(encoding="utf-8")
            ahead += [f"assets/{found}" for found in ASSET.findall(said)] + ICON.findall(said)
    return sum((static / name).stat().st_size for name in known)


async def _get(host: str, port: int, path: str) -> int:
    """The status of an answer that was read to its end."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n".encode())
        writer.write(b"Connection: close\r\n\r\n")
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    words = answer.split(maxsplit=2)
    return int(words[1]) if len(words) > 1 else 0
