"""``biocoach`` with a naive broadcast in the place of its own: one page is told after the other, so
that whoever does not read holds up all. The campaign ``slow`` has to notice."""

from __future__ import annotations

import asyncio

from fastapi import WebSocket

from biocoach.cli import main
from dashboard.hub import Hub, Subscription
from dashboard.routes import live

TURN = asyncio.Lock()


async def _tell(page: WebSocket, subscription: Subscription, hub: Hub) -> None:
    while True:
        text = await subscription.next()
        async with TURN:
            await page.send_text(hub.snapshot_text() if text is None else text)


if __name__ == "__main__":
    live._tell = _tell
    main()
