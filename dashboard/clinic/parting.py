"""The end of a socket that was let in once: whoever may not be there any more is not told on.

It is looked at when the page says something (it asks for a snapshot every two seconds) and while it
says nothing. Each look costs the database a question: so not often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STAYS, OVER, LATER = 0, 4401, 1013  # with what a socket is closed (RFC 6455); STAYS: it is not
LOOK_S = 5.0


class Socket:
    """``receive`` and ``send`` take the place of those that it is given. ``may`` is asked in a
    thread, every LOOK_S by ``now_s`` at most, and answers STAYS or with what it is closed."""

    def __init__(
        self, receive: Receive, send: Send, may: Callable[[], int], now_s: Callable[[], float]
    ) -> None:
        self._receive = receive
        self._send = send
        self._may = may
        self._now_s = now_s
        self._looked_s = now_s()
        self._over = asyncio.Event()
        self._closed = False
        self._loop = asyncio.get_running_loop()

    def end(self) -> None:
        """At once; from any thread."""
        self._loop.call_soon_threadsafe(self._over.set)

    async def receive(self) -> Message:
        saying = asyncio.ensure_future(self._receive())
        ending = asyncio.ensure_future(self._over.wait())
        try:
            while True:
                await asyncio.wait(
                    {saying, ending}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED
                )
                gone = saying.done() and saying.result()["type"] == "websocket.disconnect"
                code = STAYS if gone else await self._look()
                if code:
                    break
                if saying.done():
                    return saying.result()
        finally:
            saying.cancel()
            ending.cancel()
        self._closed = True
        await self._send({"type": "websocket.close", "code": code, "reason": ""})
        return {"type": "websocket.disconnect", "code": code}

    async def send(self, message: Message) -> None:
        if not self._closed:
            await self._send(message)

    async def _look(self) -> int:
        if not self._over.is_set() and self._now_s() - self._looked_s >= LOOK_S:
            self._looked_s = self._now_s()
            code = await run_in_threadpool(self._may)
            if code:
                return code
        return OVER if self._over.is_set() else STAYS


class UntilOver:
    """The app that it is given, whose sockets go once they may not stay."""

    def __init__(self, app: ASGIApp, may: Callable[[], int], now_s: Callable[[], float]) -> None:
        self._app = app
        self._may = may
        self._now_s = now_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = Socket(receive, send, self._may, self._now_s)
            receive, send = socket.receive, socket.send
        await self._app(scope, receive, send)
