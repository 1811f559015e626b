"""Pages as they come and go: real WebSockets before a real server."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from tests.cli.served import Browser


@asynccontextmanager
async def opened(
    browser: Browser, *, buffered: int | None = None
) -> AsyncIterator[ClientConnection]:
    """``buffered``: messages that wait in the client before it reads no more from its socket."""
    async with connect(
        browser.url.replace("http", "ws", 1) + "/ws",
        origin=Origin(browser.url),
        additional_headers={"Cookie": browser.cookies},
        max_size=None,
        max_queue=buffered,
        ping_interval=None,
        close_timeout=1,
    ) as page:
        yield page


@dataclass
class Visits:
    """What ten pages saw."""

    opened: int = 0
    told: int = 0
    holes: int = 0  # a delta that does not follow: the page would ask anew
    refused: int = 0


async def come_and_go(
    browser: Browser, dice: random.Random, visits: Visits, stay_s: tuple[float, float]
) -> None:
    """One page, until cancelled: opened, read for a while, left in one way or another."""
    while True:
        with suppress(TimeoutError):
            try:
                async with asyncio.timeout(dice.uniform(*stay_s)), opened(browser) as page:
                    visits.opened += 1
                    await _read(page, visits)
            except (OSError, WebSocketException):
                visits.refused += 1
        await asyncio.sleep(dice.uniform(0.0, stay_s[0]))


async def _read(page: ClientConnection, visits: Visits) -> None:
    number = None
    async for text in page:
        message = json.loads(text)
        visits.told += 1
        if message["type"] == "delta" and number is not None and message["n"] != number + 1:
            visits.holes += 1
            await page.send("snapshot?")
        number = message["n"]
