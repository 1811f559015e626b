"""The reader of HTTP, over a real socket: what has no end is ended, and what is odd and right is
answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Receive, Scope, Send

from dashboard.server import Server, bind
from dashboard.strict_http import HEAD_MAX_BYTES

HEAD = b"%b / HTTP/1.1\r\nHost: here\r\n%b\r\n"
CHUNKED = HEAD % (b"POST", b"Transfer-Encoding: chunked\r\n")
READ_MOST = 1 << 18  # what asyncio hands on at once
MUCH = 64 * READ_MOST
PATIENCE_S = 30.0

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class App:
    """Answers once it was heard, and keeps the headers that it was asked with."""

    def __init__(self, *, at_once: bool = False) -> None:
        self.at_once = at_once
        self.headers: list[list[tuple[bytes, bytes]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = not self.at_once
        if scope["type"] == "websocket":
            self.headers.append(scope["headers"])
            await send({"type": "websocket.accept"})
            return
        while more:
            more = (await receive()).get("more_body", False)
        self.headers.append(scope["headers"])
        length = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": b"ok"})


def talked(talk: Talk, *, at_once: bool = False) -> App:
    app, listener = App(at_once=at_once), bind(0)

    async def test() -> None:
        server = Server(app, listener)
        serving = asyncio.create_task(server.run())
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await talk(reader, writer)
        finally:
            writer.close()
            server.stop()
            await serving

    asyncio.run(test())
    return app


async def taken(writer: asyncio.StreamWriter, piece: bytes) -> int:
    """How many bytes the server takes of what has no end."""
    sent = 0
    try:
        while sent < MUCH:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
    except ConnectionError:
        return sent
    return sent


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        (CHUNKED + b"0\r\n", b"x: y\r\n" * 1000),
        (CHUNKED + b"0\r\nx: ", b"y" * 6000),
        (CHUNKED + b"5;", b"y" * 6000),
        (HEAD[:-2] % (b"GET", b"x: "), b"y" * 6000),
        (HEAD[:-2] % (b"GET", b""), b"x: y\r\n" * 1000),
        (HEAD % (b"GET", b""), b"\r\n" * 3000),
        (b"GET /", b"y" * 6000),
        (b"", HEAD % (b"GET", b"") * 1000),
    ],
    ids=[
        "trailers",
        "a trailer",
        "a chunk",
        "a header",
        "headers",
        "blank lines",
        "a target",
        "requests",
    ],
)
def test_what_comes_to_no_end_is_ended(begins: bytes, goes_on: bytes, at_once: bool) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begins)
        assert await taken(writer, goes_on) < MUCH

    talked(talk, at_once=at_once)


def test_what_comes_after_a_body_is_no_header() -> None:
    """The gate may have looked at the headers already, or not yet."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + b"2\r\nab\r\n0\r\nCookie: mine\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    (headers,) = talked(talk).headers
    assert headers == [(b"host", b"here"), (b"transfer-encoding", b"chunked")]


def test_many_requests_at_once_are_all_answered() -> None:
    """Together they are longer than any head may be."""
    many, filler = 20, b"x: " + bytes(b"y" * (HEAD_MAX_BYTES // 2)) + b"\r\n"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD % (b"GET", filler) * many)
        for _ in range(many):
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")

    assert len(talked(talk).headers) == many


def test_a_long_body_is_no_long_head() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            writer.write(HEAD % (b"POST", b"Content-Length: %d\r\n" % (8 * READ_MOST)))
            writer.write(bytes(8 * READ_MOST))
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")

    talked(talk)


def test_who_asks_for_another_protocol_is_answered_in_this_one() -> None:
    """And told that the connection ends there: what follows could not be read."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD % (b"GET", b"Connection: Upgrade\r\nUpgrade: h2c\r\n"))
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer

    talked(talk)


SOCKET = (
    b"GET %b HTTP/1.1\r\nHost: here\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n%b\r\n"
)


def test_a_socket_is_opened_whatever_cookies_other_programs_here_have_set() -> None:
    """A browser sends them all in one line, and the reader of sockets has a limit of its own."""
    cookies = [b"c%d=%b" % (n, b"x" * (600 + n)) for n in range(60)]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SOCKET % (b"/ws", b"Cookie: %b\r\n" % b"; ".join(cookies)))
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")

    (headers,) = talked(talk).headers
    assert b"; ".join(value for name, value in headers if name == b"cookie") == b"; ".join(cookies)


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        (b"/ws", b"Content-Length: 5\r\n"),
        (b"/ws", b"Transfer-Encoding: chunked\r\n"),
        (b"/ws", b"x: y\r\n" * 1000),
        (b"/ws", b"x: %b\r\n" % (b"y" * 20_000)),
        (b"/ws", b"Cookie: c=%b\r\n" % (b"y" * 20_000)),
        (b"/" + b"y" * 20_000, b""),
        (b"/ws?\xc3\xa9", b""),
    ],
    ids=["a length", "chunks", "many headers", "a header", "a cookie", "a target", "not ASCII"],
)
def test_what_the_reader_of_sockets_can_t_read_is_refused(target: bytes, lines: bytes) -> None:
    """It would say nothing, and the connection would stay for good."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SOCKET % (target, lines))
        assert (await reader.read()).startswith(b"HTTP/1.1 400")

    assert talked(talk).headers == []
