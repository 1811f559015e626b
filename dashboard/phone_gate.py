"""What a phone may not do, and the end of what it has open; behind the gate of its door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.doorstep import Client
from dashboard.gate import ENTER_PATH, HANG_UP, answer, cookies_in
from dashboard.phone_allowed import SOCKETS, allowed
from dashboard.phone_guard import Phone, PhoneGuard

ON_COMPUTER = json.dumps({"ok": False, "why": "on_computer"}).encode()
# With what a WebSocket is closed: the phone was taken out, or the door was shut (RFC 6455).
NOT_PAIRED, GOING_AWAY = 4401, 1001
# In the scope: whose request it is, and an event that is set when that phone has to go.
PHONE, ENDED = "biocoach.phone", "biocoach.ended"


class Sittings:
    """What each phone has open. ``known`` is told where each of them speaks from."""

    def __init__(self, known: Callable[[Client], None] = lambda _: None) -> None:
        self._open: dict[str, set[asyncio.Event]] = {}
        self.known = known

    def begin(self, phone: str) -> asyncio.Event:
        """It is set when the phone has to go."""
        ended = asyncio.Event()
        self._open.setdefault(phone, set()).add(ended)
        return ended

    def leave(self, phone: str, ended: asyncio.Event) -> None:
        self._open[phone].discard(ended)

    def end(self, phone: str) -> None:
        for ended in self._open.get(phone, ()):
            ended.set()

    def end_all(self) -> None:
        for phone in self._open:
            self.end(phone)


class PhoneGate:
    """``came`` is told of each request of a paired phone."""

    def __init__(
        self, app: ASGIApp, guard: PhoneGuard, sittings: Sittings, came: Callable[[Phone], None]
    ) -> None:
        self._app = app
        self._guard = guard
        self._sittings = sittings
        self._came = came

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        socket = scope["type"] == "websocket"
        lines = [v.decode("latin-1") for n, v in scope["headers"] if n == b"cookie"]
        cookies = cookies_in(lines)
        phone = self._guard.phone(cookies)
        if phone is None:
            await self._stranger(scope, receive, send)
        elif not _may(scope):
            await (_close(receive, send) if socket else answer(send, 403, ON_COMPUTER))
        else:
            self._came(phone)
            self._sittings.known(tuple(scope["client"]))
            ended = self._sittings.begin(phone.id)
            scope = {**scope, PHONE: phone, ENDED: ended}
            try:
                if socket:
                    hear = _until(ended, receive, send, lambda: self._guard.knows(cookies))
                    await self._app(scope, hear, _unless(ended, send))
                else:
                    said = _cut_short(ended, self._guard.words, _forgotten(scope["path"], send))
                    await self._app(scope, _heard_until(ended, receive), said)
            finally:
                self._sittings.leave(phone.id, ended)

    async def _stranger(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The entry alone, whatever else the gate before this one lets pass."""
        if scope["type"] == "http" and (scope["method"], scope["path"]) == ("GET", ENTER_PATH):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(
                send, 401, json.dumps({"detail": self._guard.words}).encode(), more=HANG_UP
            )
        else:
            await _close(receive, send)


def _may(scope: Scope) -> bool:
    if scope["type"] == "websocket":
        return scope["path"] in SOCKETS
    return allowed(scope["method"], scope["path"])


async def _close(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": NOT_PAIRED, "reason": ""})


def _heard_until(ended: asyncio.Event, receive: Receive) -> Receive:
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


def _cut_short(ended: asyncio.Event, words: str, send: Send) -> Send:
    """An answer that was not begun when the phone had to go tells it so, and nothing else; one
    that was begun is brought to its end without what was still to come."""
    begun = told = False

    async def wrapped(message: Message) -> None:
        nonlocal begun, told
        if not ended.is_set() or (begun and not message.get("more_body")):
            begun = True
            await send(message)
        elif not begun and not told:
            told = True
            await answer(send, 401, json.dumps({"detail": words}).encode())

    return wrapped


def _until(
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


def _forgotten(path: str, send: Send) -> Send:
    """What is told of the record does not lie in the phone's cache; the page's program may."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start" and path.startswith("/api/"):
            kept = [row for row in message["headers"] if row[0] != b"cache-control"]
            headers = [*kept, (b"cache-control", b"no-store")]
            message = {**message, "headers": headers}
        await send(message)

    return wrapped


def _unless(ended: asyncio.Event, send: Send) -> Send:
    """Nothing more is said to a phone that has to go."""

    async def wrapped(message: Message) -> None:
        if not ended.is_set():
            await send(message)

    return wrapped
