"""The guard's rules on every request, before any route: plain ASGI, HTTP and WebSocket."""

from __future__ import annotations

import json
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from biocoach.settings import MEDIA, SHARING
from dashboard.guard import HEADERS, SAFE_METHODS, Doorkeeper

OPEN_PATHS = ("/api/health",)
ENTER_PATH = "/enter"
BODY_MAX = 1_000_000
# The bodies that are not JSON. No form of another site can send this kind without being asked.
UPLOAD_PATH = "/api/recordings"
MEDIA_PATH = "/api/own/media"
ANSWER_PATH = "/api/share/answers/open"
UPLOAD_KIND = "application/octet-stream"
UPLOAD_MAX = 100_000_000
UPLOADS = {
    UPLOAD_PATH: UPLOAD_MAX,
    MEDIA_PATH: MEDIA.each_max_bytes,
    ANSWER_PATH: SHARING.reply_max_bytes,
}
TOO_LARGE = "That is more than fits here."
# Whoever is in the same network and is refused has to come again, at the pace of the doorstep.
HANG_UP = ((b"connection", b"close"),)


class Gate:
    def __init__(self, app: ASGIApp, guard: Doorkeeper) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        status, words = self._refusal(scope)
        if not status:
            most = _most(scope["path"])
            await self._app(scope, counted(receive, most), _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": words})
        elif self._guard.for_people and _asks_for_page(scope):
            await answer(send, status, words.encode(), b"text/plain; charset=utf-8", HANG_UP)
        else:
            ending = HANG_UP if self._guard.for_people else ()
            await answer(send, status, json.dumps({"detail": words}).encode(), more=ending)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        """A status and plain words, or 0 to let the request pass."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        if self._guard.refuses_host(headers.get("host", [])):
            return 421, "This address is not served here."
        socket = scope["type"] == "websocket"
        changing = socket or scope["method"] not in SAFE_METHODS
        origins = headers.get("origin", [])
        origin = origins[0] if len(origins) == 1 else ("null" if origins else None)
        if self._guard.refuses_origin(origin, needed=changing):
            return 403, "This request came from another page."
        site = headers.get("sec-fetch-site", ["none"])[0]
        elsewhere = site not in ("same-origin", "none")
        if elsewhere and (changing or scope["path"] != ENTER_PATH):
            return 403, "This request came from another page."
        if two_ends(headers):
            return 400, "It is not clear where this request ends."
        if changing and not socket:
            why = refuses_body(headers, scope["path"], _most(scope["path"]))
            if why:
                return why
        if scope["path"] in OPEN_PATHS or scope["path"] == ENTER_PATH:
            return 0, ""
        known = self._guard.knows(cookies_in(headers.get("cookie", [])))
        return (0, "") if known else (401, self._guard.words)


def _most(path: str) -> int:
    return UPLOADS.get(path, BODY_MAX)


def two_ends(headers: dict[str, list[str]]) -> bool:
    """Two readers could see its end in two places, and another request after it (RFC 9112, 6)."""
    lengths, codings = headers.get("content-length", []), headers.get("transfer-encoding", [])
    if codings:
        return bool(lengths) or codings != ["chunked"]
    return len(lengths) > 1


def refuses_body(headers: dict[str, list[str]], path: str, most: int) -> tuple[int, str] | None:
    """A status and plain words, for a body that is of another kind, or more than ``most`` bytes."""
    kind = headers.get("content-type", [""])[0].split(";")[0].strip().lower()
    if path in UPLOADS and kind != UPLOAD_KIND:
        return 415, "A file is sent as it is."
    if path not in UPLOADS and kind != "application/json":
        return 415, "Changes are sent as JSON."
    length = headers.get("content-length", ["0"])[0]
    if not length.isdecimal() or int(length) > most:
        return 413, TOO_LARGE
    return None


def counted(receive: Receive, most: int) -> Receive:
    """A body sent in chunks tells no length, so it is counted as it comes."""
    size = 0

    async def wrapped() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise HTTPException(413, TOO_LARGE)  # the app answers with it, as with its own
        return message

    return wrapped


def cookies_in(lines: list[str]) -> dict[str, str]:
    """Browsers keep cookies by host alone: those of other programs on this computer come along,
    and one that is spelled oddly does not hide ours."""
    return cookie_parser("; ".join(lines))


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_raw_headers()]
        await send(message)

    return wrapped


def _raw_headers() -> list[tuple[bytes, bytes]]:
    return [(k.encode(), v.encode()) for k, v in HEADERS.items()]


def _asks_for_page(scope: Scope) -> bool:
    return any(n == b"accept" and v.startswith(b"text/html") for n, v in scope["headers"])


async def answer(
    send: Send,
    status: int,
    body: bytes,
    kind: bytes = b"application/json",
    more: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """A refusal, with the headers that every answer has."""
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(body)).encode()),
        *more,
        *_raw_headers(),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
