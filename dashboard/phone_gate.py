"""What a phone may not do, and the end of what it has open; behind the gate of its door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.doorstep import Client
from dashboard.gate import ENTER_PATH, HANG_UP, answer, cookies_in
from dashboard.phone_allowed import SOCKETS, allowed
from dashboard.phone_guard import Phone, PhoneGuard
from dashboard.phone_parting import NOT_PAIRED, Answer, heard_until, unless_gone, until_gone

ON_COMPUTER = json.dumps({"ok": False, "why": "on_computer"}).encode()
# In the scope: whose request it is, and an event that is set when that phone has to go.
PHONE, ENDED = "biocoach.phone", "biocoach.ended"


class Street(Protocol):
    """Where phones speak from."""

    def knows(self, client: Client) -> None: ...

    def hang_up(self, client: Client) -> None: ...


class NoStreet:
    """Where there are no sockets."""

    def knows(self, client: Client) -> None: ...

    def hang_up(self, client: Client) -> None: ...


class Sittings:
    """What each phone has open."""

    def __init__(self, street: Street | None = None) -> None:
        self._open: dict[str, set[asyncio.Event]] = {}
        self.street: Street = street or NoStreet()

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
            client = tuple(scope["client"])
            self._came(phone)
            self._sittings.street.knows(client)
            ended = self._sittings.begin(phone.id)
            scope = {**scope, PHONE: phone, ENDED: ended}
            try:
                if socket:
                    hear = until_gone(ended, receive, send, lambda: self._guard.knows(cookies))
                    await self._app(scope, hear, unless_gone(ended, send))
                else:
                    told = Answer(ended, self._guard.words, _forgotten(scope["path"], send))
                    await self._app(scope, heard_until(ended, receive), told)
                    if ended.is_set():
                        await told.part()
            finally:
                self._sittings.leave(phone.id, ended)
                if ended.is_set():
                    self._sittings.street.hang_up(client)

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


def _forgotten(path: str, send: Send) -> Send:
    """What is told of the record does not lie in the phone's cache; the page's program may."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start" and path.startswith("/api/"):
            kept = [row for row in message["headers"] if row[0] != b"cache-control"]
            headers = [*kept, (b"cache-control", b"no-store")]
            message = {**message, "headers": headers}
        await send(message)

    return wrapped
