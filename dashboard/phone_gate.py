"""What a phone may not do, and the end of what it has open; behind the gate of its door."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.gate import answer, cookies_in
from dashboard.phone_guard import Phone, PhoneGuard

# Done at the computer: opening the record and choosing which, letting phones in, erasing what was
# kept. Everything else is the wearer's own page. A test holds that every route was thought of.
DENIED: tuple[tuple[str, str], ...] = (
    ("POST", "/api/unlock"),
    ("POST", "/api/phone/on"),
    ("POST", "/api/phone/off"),
    ("POST", "/api/phone/pair"),
    ("POST", "/api/phone/{name}/revoke"),
    ("POST", "/api/straps/choose"),
    ("POST", "/api/straps/forget"),
    ("POST", "/api/practices/{name}/words/forget"),
    ("DELETE", "/api/worksheets/{name}"),
    ("DELETE", "/api/measures/{name}"),
    ("DELETE", "/api/sessions/{name}/notes/{note}"),
    ("GET", "/api/openapi.json"),
)
_DENIED = tuple((m, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for m, path in DENIED)
ON_COMPUTER = json.dumps({"ok": False, "why": "on_computer"}).encode()
# With what a WebSocket is closed: the phone was taken out, or the door was shut (RFC 6455).
NOT_PAIRED, GOING_AWAY = 4401, 1001
# In the scope: whose request it is, and an event that is set when that phone has to go.
PHONE, ENDED = "biocoach.phone", "biocoach.ended"


def denied(method: str, path: str) -> bool:
    return any(method == m and pattern.fullmatch(path.rstrip("/")) for m, pattern in _DENIED)


class Sittings:
    """What each phone has open."""

    def __init__(self) -> None:
        self._open: dict[str, set[asyncio.Event]] = {}

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
        if scope["type"] == "http" and denied(scope["method"], scope["path"]):
            await answer(send, 403, ON_COMPUTER)
            return
        lines = [v.decode("latin-1") for n, v in scope["headers"] if n == b"cookie"]
        cookies = cookies_in(lines)
        phone = self._guard.phone(cookies)
        if phone is None:  # the gate lets strangers come to the entry alone
            await self._app(scope, receive, send)
            return
        self._came(phone)
        ended = self._sittings.begin(phone.id)
        scope = {**scope, PHONE: phone, ENDED: ended}
        try:
            if scope["type"] == "websocket":
                hear = _until(ended, receive, send, lambda: self._guard.knows(cookies))
                await self._app(scope, hear, _unless(ended, send))
            else:
                await self._app(scope, receive, _forgotten(scope["path"], send))
        finally:
            self._sittings.leave(phone.id, ended)


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
