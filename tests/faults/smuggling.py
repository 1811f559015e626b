"""Bytes that two readers of HTTP may understand differently, over the real server's socket.

Each tries to have a second request, another host or another address taken for what it is not. The
promise: no such bytes are answered with anything but a refusal, and nothing comes of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.campaign import Outcome
from tests.faults.doors import Way
from tests.faults.knocks import Wire

INPUTS = "/api/sessions/current/inputs"
MARK = b'{"kind": "mark", "mark": "note", "text": "x"}'
HEARD_S = 0.1  # how long an answer is waited for that should not come
HEADERS_TOO_MUCH = 4_000_000


def smuggle(way: Way, outcome: Outcome) -> None:
    for name, raw in attempts(way):
        wire = Wire(way, patience_s=HEARD_S)
        answers = [wire.say(raw)]
        while answers[-1].status and len(answers) < 4:
            answers.append(wire.more())
        wire.close()
        if any(found.accepted for found in answers):
            statuses = [found.status for found in answers if found.status]
            outcome.failures.append(f"{way.name}, smuggling, {name}: answered {statuses}")
        outcome.add(Outcome({"smuggled": 1}))


def attempts(way: Way) -> Iterator[tuple[str, bytes]]:
    yield from _hosts(way)
    yield from _targets(way)
    yield from _lines(way)
    yield from _lengths(way)
    yield from _other_tongues(way)


def _request(way: Way, first: str, *lines: str, body: bytes = b"", host: bool = True) -> bytes:
    own = [f"Host: {way.host}"] if host else []
    head = [first, *own, f"Cookie: {way.pair}", f"Origin: {way.origin}", *lines, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def _hosts(way: Way) -> Iterator[tuple[str, bytes]]:
    get = "GET /api/state HTTP/1.1"
    evil, ours = "Host: evil.example", f"Host: {way.host}"
    for name, lines in {
        "evil first": (evil, ours),
        "evil last": (ours, evil),
        "the same twice": (ours, ours),
        "three": (ours, ours, evil),
        "other case": (ours, "hOST: evil.example"),
        "none": (),
        "folded": (f"Host: {way.host}", "\tevil.example"),
        "folded from evil": ("Host: evil.example", f" {way.host}"),
        "space before the colon": (f"Host : {way.host}",),
        "leading space": (f" Host: {way.host}",),
        "underscore": (f"_Host: {way.host}",),
    }.items():
        yield f"hosts, {name}", _request(way, get, *lines, host=False)


def _targets(way: Way) -> Iterator[tuple[str, bytes]]:
    for target in (
        "http://evil.example/api/state", f"http://evil.example:{way.port}/api/state",
        "https://evil.example/api/state", "http://evil.example@127.0.0.1/api/state",
        "evil.example/api/state", "//evil.example/api/state", "http:/api/state",
        "http:///api/state", "file:///api/state", "ws://evil.example/ws", "*", "api/state",
        "/api/state HTTP/1.1\r\nX: ", "/api/state\x00", "/api/st\rate", "/api/state\x0b",
        "\\api\\state", "/api\\state", "/api/./state", "/api/../api/state", "/./api/state",
    ):  # fmt: skip
        if target.startswith("/api/state HTTP"):
            continue
        yield f"target {target!r}", _request(way, f"GET {target} HTTP/1.1")
    for method in ("CONNECT", "TRACE", "OPTIONS", "PROPFIND", "get", "GET\x00", "G ET", "PRI"):
        yield f"method {method!r}", _request(way, f"{method} /api/state HTTP/1.1")
    yield "method CONNECT to a host", _request(way, f"CONNECT {way.host} HTTP/1.1")


def _lines(way: Way) -> Iterator[tuple[str, bytes]]:
    get = "GET /api/state HTTP/1.1"
    for name, line in {
        "folded cookie": "X: a\r\n\tb",
        "folded with blanks": "X: a\r\n b",
        "NUL in a value": "X: a\x00b",
        "CR in a value": "X: a\rSec-Fetch-Site: same-origin",
        "NUL in a name": "X\x00: a",
        "no colon": "nothing",
        "no name": ": x",
        "blank in a name": "X Y: a",
        "blank before the colon": "X : a",
        "not ASCII in a name": "X\xe9: a",
    }.items():
        yield f"line, {name}", _request(way, get, line)
    plain = _request(way, get)
    yield "bare LF", plain.replace(b"\r\n", b"\n")
    yield "bare CR", plain.replace(b"\r\n", b"\r")
    yield "no version", _request(way, "GET /api/state")
    yield "HTTP/0.9", b"GET /api/state\r\n\r\n"
    for version in ("HTTP/1.10", "HTTP/2.0", "HTTP/1", "http/1.1", "HTTP/3", "HTTP/1.1x"):
        yield f"version {version}", _request(way, f"GET /api/state {version}")


def _lengths(way: Way) -> Iterator[tuple[str, bytes]]:
    """Two readers would not agree where this request ends and the next begins."""
    post, kind = f"POST {INPUTS} HTTP/1.1", "Content-Type: application/json"
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(MARK), MARK)
    own = f"Content-Length: {len(MARK)}"
    coded = "Transfer-Encoding: chunked"
    for name, lines in {
        "both": (own, coded),
        "both, turned round": (coded, own),
        "both, none": ("Content-Length: 0", coded),
        "both, four": ("Content-Length: 4", coded),
        "two lengths": (own, "Content-Length: 0"),
        "the same twice": (own, own),
        "a list": (f"Content-Length: {len(MARK)}, {len(MARK)}",),
        "plus": (f"Content-Length: +{len(MARK)}",),
        "hex": ("Content-Length: 0x2d",),
        "minus": ("Content-Length: -1",),
        "blanks within": ("Content-Length: 4 5",),
        "huge": ("Content-Length: 99999999999999999999999",),
        "twice chunked": (coded, coded),
        "unknown coding": ("Transfer-Encoding: xchunked",),
        "identity": ("Transfer-Encoding: identity", own),
        "chunked first": ("Transfer-Encoding: chunked, identity",),
        "gzip": ("Transfer-Encoding: gzip, chunked",),
        "tab": ("Transfer-Encoding:\tchunked", own),
        "vertical tab": ("Transfer-Encoding: \x0bchunked",),
        "quoted": ('Transfer-Encoding: "chunked"',),
        "folded": ("Transfer-Encoding:\r\n chunked", own),
        "blank before the colon": ("Transfer-Encoding : chunked", own),
    }.items():
        body = chunked if any("ransfer" in line for line in lines) else MARK
        yield f"lengths, {name}", _request(way, post, kind, *lines, body=body)
    for name, piece in {
        "minus": b"-1\r\nx\r\n", "plus": b"+2d\r\n" + MARK + b"\r\n", "0x": b"0x2d\r\n" + MARK,
        "huge": b"fffffffffffffffff\r\n" + MARK, "blank": b" \r\n",
        "no end": b"2d\r\n" + MARK + b"xx",
        "LF alone": b"2d\n" + MARK + b"\n", "letters": b"zz\r\n" + MARK + b"\r\n",
    }.items():  # fmt: skip
        yield f"chunk, {name}", _request(way, post, kind, coded, body=piece + b"0\r\n\r\n")


def _other_tongues(way: Way) -> Iterator[tuple[str, bytes]]:
    get = "GET /ws HTTP/1.1"
    up = ("Connection: Upgrade", "Sec-WebSocket-Version: 13")
    yield "HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)
    yield "h2c", _request(
        way, "GET /ws HTTP/1.1", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
    )  # fmt: skip
    yield "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)
    yield "noise", bytes(range(256)) * 8
    yield "socket without a key", _request(way, get, *up, "Upgrade: websocket")
    yield "socket, old", _request(
        way, get, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    yield "socket by POST", _request(
        way, "POST /ws HTTP/1.1", *up, "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    much = "X: " + "a" * HEADERS_TOO_MUCH
    yield "a header without end", _request(way, "GET /api/state HTTP/1.1", much)
    many = [f"X-{n}: a" for n in range(100_000)]
    yield "headers without end", _request(way, "GET /api/state HTTP/1.1", *many)
    yield "trailers without end", _request(
        way, f"POST {INPUTS} HTTP/1.1", "Content-Type: application/json",
        "Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n0\r\n%b" % (
            len(MARK), MARK, "\r\n".join(many).encode()
        ),
    )  # fmt: skip
    yield "a target without end", _request(way, f"GET /{'a' * HEADERS_TOO_MUCH} HTTP/1.1")
