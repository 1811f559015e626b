"""A request as bytes, put to an app directly or over a real socket, and what came of it.

No client library is between: what they would tidy up is what is tried here.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message

from tests.faults.doors import Way

Header = tuple[str, str]
SOCKET_OPENED = 101
PATIENCE_S = 20.0
CLOSED = 0  # no answer: hung up on, or nothing came


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """``target`` is what stands in the request's first line. A socket's method is ``WS``."""

    method: str
    target: str
    headers: tuple[Header, ...]
    body: bytes = b""

    @property
    def told(self) -> str:
        return f"{self.method} {self.target!r} {list(self.headers)} {self.body[:40]!r}"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""

    @property
    def accepted(self) -> bool:
        return SOCKET_OPENED <= self.status < 400


def put_directly(app: ASGIApp, knocks: Iterable[Knock]) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        return [await asked(app, knock) for knock in knocks]

    return asyncio.run(all_of_them())


async def asked(app: ASGIApp, knock: Knock) -> Answer:
    """As uvicorn would tell the app of it. 500 where it raises."""
    told: list[Message] = []
    hears = iter(
        [
            {"type": "websocket.connect"}
            if knock.method == "WS"
            else {"type": "http.request", "body": knock.body}
        ]
    )

    async def receive() -> Message:
        if said := next(hears, None):
            return said
        if knock.method != "WS":
            await asyncio.sleep(PATIENCE_S)  # whoever asked stays for the answer
        return {"type": "websocket.disconnect", "code": 1006}

    async def send(message: Message) -> None:
        told.append(message)

    try:
        async with asyncio.timeout(PATIENCE_S):
            await app(_scope(knock), receive, send)
    except Exception as error:  # noqa: BLE001 - the server answers 500 to any of them
        return Answer(500, f"{type(error).__name__}: {error}".encode())
    status = CLOSED
    for message in told:
        if message["type"] == "websocket.accept":
            status = SOCKET_OPENED
        status = message.get("status", status)
    return Answer(status, b"".join(m.get("body", b"") for m in told))


def _scope(knock: Knock) -> dict[str, object]:
    path, _, query = knock.target.partition("?")
    common: dict[str, object] = {
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "http_version": "1.1",
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8765),
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in knock.headers],
    }
    if knock.method == "WS":
        return common | {"type": "websocket", "scheme": "ws", "subprotocols": []}
    return common | {"type": "http", "scheme": "http", "method": knock.method}


# ---- over a real socket

_CLIENT = ssl.create_default_context()
_CLIENT.check_hostname = False
_CLIENT.verify_mode = ssl.CERT_NONE
_UPGRADE: tuple[Header, ...] = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
)


def as_bytes(knock: Knock) -> bytes:
    """The whole request. A header's name and value go as they are, whatever they hold."""
    method = "GET" if knock.method == "WS" else knock.method
    more = _UPGRADE if knock.method == "WS" else ()
    if knock.body and not any(n.lower() == "content-length" for n, _ in knock.headers):
        more = (*more, ("Content-Length", str(len(knock.body))))
    lines = [f"{method} {knock.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in (*knock.headers, *more)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + knock.body


class Wire:
    """A connection to one way in, made anew whenever it was closed."""

    def __init__(self, way: Way, patience_s: float = 10.0) -> None:
        self._way = way
        self._patience_s = patience_s
        self._socket: socket.socket | None = None
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, knock: Knock) -> Answer:
        """The answer; tried once more on a fresh connection where an old one had been closed."""
        raw, was_fresh = as_bytes(knock), self._socket is None
        found = self.say(raw, head=knock.method == "HEAD")
        if found.status == CLOSED and not was_fresh:
            found = self.say(raw, head=knock.method == "HEAD")
        if found.status == SOCKET_OPENED:
            self.close()
        return found

    def say(self, raw: bytes, *, head: bool = False) -> Answer:
        """Whatever bytes, and the first answer to them."""
        try:
            self._open().sendall(raw)
            found = self._hear(head=head)
        except OSError:
            found = Answer(CLOSED)
        if found.status == CLOSED:
            self.close()
        return found

    def more(self) -> Answer:
        """A further answer on the same connection; CLOSED where none comes."""
        try:
            return self._hear(head=False) if self._socket is not None else Answer(CLOSED)
        except OSError:
            return Answer(CLOSED)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _open(self) -> socket.socket:
        if self._socket is None:
            plain = socket.create_connection(("127.0.0.1", self._way.port), self._patience_s)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = _CLIENT.wrap_socket(plain) if self._way.scheme == "https" else plain
        return self._socket

    def _hear(self, *, head: bool) -> Answer:
        raw_head = self._until(b"\r\n\r\n")
        if raw_head is None:
            return Answer(CLOSED)
        first, *lines = raw_head.split(b"\r\n")
        headers = {n.strip().lower(): v.strip() for n, _, v in (x.partition(b":") for x in lines)}
        status = int(first.split(b" ", 2)[1])
        length = headers.get(b"content-length")
        body = b"" if head or status in (101, 204, 304) else self._body(length)
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return Answer(status, body)

    def _body(self, length: bytes | None) -> bytes:
        if length is not None:
            return self._exactly(int(length))
        found = b""
        while size := int((self._until(b"\r\n") or b"0").split(b";")[0] or b"0", 16):
            found += self._exactly(size + 2)[:-2]
        self._until(b"\r\n")
        return found

    def _until(self, mark: bytes) -> bytes | None:
        while mark not in self._rest:
            if not self._read():
                return None
        found, _, self._rest = self._rest.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size and self._read():
            pass
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _read(self) -> bool:
        assert self._socket is not None  # it was opened to say something
        got = b""
        with suppress(ConnectionError, ssl.SSLError):
            got = self._socket.recv(65_536)
        self._rest += got
        return bool(got)
