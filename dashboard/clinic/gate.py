"""The rules of a clinic's server on every request, before any route: plain ASGI.

Two ways in that never meet. Computers come to ``/sync/`` with a token, and a browser is refused
there. Browsers come to the rest with a cookie, from this server's own pages alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from biocoach.syncing.wire import MOST_BYTES
from dashboard.clinic.parting import LATER, OVER, STAYS, Socket
from dashboard.clinic.ports import ClinicDownError
from dashboard.clinic.sittings import Sittings
from dashboard.gate import BODY_MAX, answer, cookies_in, counted, refuses_body, two_ends
from dashboard.guard import HEADERS, SAFE_METHODS, foreign_host, foreign_origin

MEMBER = "biocoach.member"  # who asks, in the scope
SHOWN = "biocoach.shown"  # what a computer has shown, in the scope
SYNC = "/sync/"
NOBODY, DOWN = 401, 503
# The page's own program and pictures, and the way in.
_OPEN = re.compile(
    r"/(?!(api|record|sync)(/|\Z))([\w.-]+/)*[\w.-]*|/api/(health|crisis|sign-in/[\w/-]+)", re.ASCII
)
# A record's page, as a person opens it; what a page asks for itself is not among it.
_RECORD_PAGE = re.compile(r"/record/([\w-]{1,64})/[\w-]{1,64}/?", re.ASCII)
_HSTS = (b"strict-transport-security", b"max-age=63072000")
_NO_STORE = (b"cache-control", b"no-store")
_BEARER = re.compile(r"Bearer ([\w-]{20,200})", re.ASCII)


class ClinicGate:
    def __init__(
        self, app: ASGIApp, host: str, sittings: Sittings, now_s: Callable[[], float]
    ) -> None:
        """``host``: as browsers send it, with the port where it is not 443."""
        self._now_s = now_s
        self._app = app
        self._hosts = frozenset([host])
        self._sittings = sittings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        of_computers = scope["path"].startswith(SYNC)
        refusal = self._refusal(scope, headers) or (
            _computer(scope, headers) if of_computers else _browser(scope, headers, self._hosts)
        )
        if refusal is None and not of_computers and not _is_open(scope):
            refusal = await self._signed_in(scope, headers)
        if refusal is None and scope["type"] == "websocket":
            await self._until_out(scope, headers, receive, send)
        elif refusal is None:
            most = MOST_BYTES if of_computers else BODY_MAX
            await self._app(scope, counted(receive, most), _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": refusal[1]})
        elif refusal[0] == NOBODY and (way_in := _way_in(scope, headers)):
            await answer(send, 303, b"{}", more=[_HSTS, (b"location", way_in)])
        else:
            status, words = refusal
            said = {"detail": words} | ({"ok": False, "why": "down"} if status == DOWN else {})
            await answer(send, status, json.dumps(said).encode(), more=[_HSTS])

    def _refusal(self, scope: Scope, headers: dict[str, list[str]]) -> tuple[int, str] | None:
        """A status and plain words, or None to look further."""
        if foreign_host(headers.get("host", []), self._hosts):
            return 421, "This address is not served here."
        if two_ends(headers):
            return 400, "It is not clear where this request ends."
        # PostgreSQL has no text with a NUL in it.
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return 404, "There is nothing of that name."
        if scope["type"] == "websocket" or scope["method"] in SAFE_METHODS:
            return None
        most = MOST_BYTES if scope["path"].startswith(SYNC) else BODY_MAX
        return refuses_body(headers, scope["path"], most)

    async def _until_out(
        self, scope: Scope, headers: dict[str, list[str]], receive: Receive, send: Send
    ) -> None:
        """A socket was let in once; it goes with the sitting in which it was."""
        cookies = cookies_in(headers.get("cookie", []))
        socket = Socket(receive, send, lambda: self._may_stay(cookies), self._now_s)
        take_off = self._sittings.at_end(cookies, socket.end)
        try:
            await self._app(scope, socket.receive, socket.send)
        finally:
            take_off()

    def _may_stay(self, cookies: Mapping[str, str]) -> int:
        try:
            return STAYS if self._sittings.goes_on(cookies) else OVER
        except ClinicDownError:
            return LATER

    async def _signed_in(
        self, scope: Scope, headers: dict[str, list[str]]
    ) -> tuple[int, str] | None:
        """Now and then the database is asked, which must not hold up the others."""
        cookies = cookies_in(headers.get("cookie", []))
        try:
            member = await run_in_threadpool(self._sittings.who, cookies)
        except ClinicDownError as error:
            return DOWN, str(error)
        if member is None:
            return NOBODY, "Nobody is signed in here, or not any more."
        scope[MEMBER] = member
        return None


def _is_open(scope: Scope) -> bool:
    """Nobody has to be signed in for it."""
    return _OPEN.fullmatch(scope["path"]) is not None


def _way_in(scope: Scope, headers: dict[str, list[str]]) -> bytes:
    """Where a person signs in who opened a record's address, and finds its client then; b"" for all
    else. The same whether there is such a record or not; no program can send these headers for a
    page."""
    found = _RECORD_PAGE.fullmatch(scope["path"])
    opened = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    if found is None or scope["method"] != "GET" or opened != (["navigate"], ["document"]):
        return b""
    return f"/#client/{found[1]}".encode()


def _browser(
    scope: Scope, headers: dict[str, list[str]], hosts: Collection[str]
) -> tuple[int, str] | None:
    changing = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
    origins = headers.get("origin", [])
    origin = origins[0] if len(origins) == 1 else ("null" if origins else None)
    if foreign_origin(origin, "https://", hosts, needed=changing):
        return 403, "This request came from another page."
    site = headers.get("sec-fetch-site", ["none"])[0]
    if site not in ("same-origin", "none") and (changing or not _is_open(scope)):
        return 403, "This request came from another page."
    return None


def _computer(scope: Scope, headers: dict[str, list[str]]) -> tuple[int, str] | None:
    if scope["type"] == "websocket" or scope["method"] != "POST":
        return 405, "This is not asked for in this way."
    if "origin" in headers or "cookie" in headers or "sec-fetch-site" in headers:
        return 403, "This is not for browsers."
    shown = _BEARER.fullmatch(headers.get("authorization", [""])[0])
    scope[SHOWN] = shown[1] if shown else ""
    return None


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return found


def _with_headers(send: Send) -> Send:
    """Nothing of anybody stays in a browser's cache; over plain HTTP nobody comes again."""
    fixed = [(key.encode(), value.encode()) for key, value in HEADERS.items()]

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [one for one in message["headers"] if one[0].lower() != b"cache-control"]
            message["headers"] = [*kept, *fixed, _HSTS, _NO_STORE]
        await send(message)

    return wrapped
