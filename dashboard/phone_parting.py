"""How what a phone has open is brought to its end: requests, streams and sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from starlette.types import Message, Receive, Send

from dashboard.gate import answer

# With what a WebSocket is closed: the phone was taken out, or the door was shut (RFC 6455).
NOT_PAIRED, GOING_AWAY = 4401, 1001
PATIENCE_S = 0.5  # for a last word to a phone that does not listen


def until_gone(
    ended: asyncio.Event, receive: Receive, send: Send, paired: Callable[[], bool]
) -> Receive:
    """What the phone says, until it has to go: then the socket is closed at once."""

    async def wrapped() -> Message:
        saying = asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({saying, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.is_set():
                return saying.result()
        finally:
            saying.cancel()
            ending.cancel()
        code = GOING_AWAY if paired() else NOT_PAIRED
        await send({"type": "websocket.close", "code": code, "reason": ""})
        return {"type": "websocket.disconnect", "code": code}

    return wrapped


def heard_until(ended: asyncio.Event, receive: Receive) -> Receive:
    """A body of a phone that has to go is not heard to its end, so that nothing comes of it."""

    async def wrapped() -> Message:
        saying = asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({saying, ending}, return_when=asyncio.FIRST_COMPLETED)
            return {"type": "http.disconnect"} if ended.is_set() else saying.result()
        finally:
            saying.cancel()
            ending.cancel()

    return wrapped


class Answer:
    """An answer to a phone. One that was not begun when the phone had to go tells it so, and
    nothing else; one that was begun says nothing more."""

    def __init__(self, ended: asyncio.Event, words: str, send: Send) -> None:
        self._ended = ended
        self._words = words
        self._send = send
        self._begun = self._whole = False

    async def __call__(self, message: Message) -> None:
        if self._ended.is_set() and (not self._begun or message.get("more_body")):
            return
        self._begun = True
        self._whole = message["type"].endswith(".body") and not message.get("more_body")
        await self._send(message)

    async def part(self) -> None:
        """The app has said what it had to; the phone has to go."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                if not self._begun:
                    await answer(self._send, 401, json.dumps({"detail": self._words}).encode())
                elif not self._whole:
                    await self._send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            pass  # its connection is ended in any case


def unless_gone(ended: asyncio.Event, send: Send) -> Send:
    """Nothing more is said to a phone that has to go."""

    async def wrapped(message: Message) -> None:
        if not ended.is_set():
            await send(message)

    return wrapped
