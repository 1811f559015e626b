"""How the servers read HTTP: what two readers could understand differently is refused here, since
the app is no longer told of it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A page's own are below 4 KB; cookies of other programs on this computer come on top.
HEAD_MAX_BYTES = 65_536
WAITING_MOST = 32  # requests behind one that is not yet answered; no browser sends any
# What the reader of sockets takes (websockets: 8,192 and 128): beyond it that says nothing, and the
# connection would stay for good.
SOCKET_LINE_MAX_BYTES = 8_000
SOCKET_LINES_MOST = 120
BODY = {b"content-length", b"transfer-encoding"}
MISREAD = "That is no request."


class MisreadError(Exception):
    """The parser stops at it, and the server answers 400."""


class StrictHttp(HttpToolsProtocol):
    """Paths only, never another server's address; and nothing but a body may be long: a head, what
    follows a body, requests that wait, or whatever else leads to nothing comes to an end."""

    _in_head = True
    _led_on = False
    _fruitless_bytes = 0  # of reads that led to nothing; what one read holds is bounded by itself

    def data_received(self, data: bytes) -> None:
        self._led_on = False
        super().data_received(data)
        self._fruitless_bytes = 0 if self._led_on else self._fruitless_bytes + len(data)
        if self._fruitless_bytes > HEAD_MAX_BYTES and not self.transport.is_closing():
            self.send_400_response(MISREAD)

    def on_message_begin(self) -> None:
        self._in_head = self._led_on = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """What follows a body is no header: who has looked at those would not see it."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head, self._led_on = False, True
        if not self.url.startswith(b"/") or self.parser.get_http_version() not in ("1.0", "1.1"):
            raise MisreadError
        super().on_headers_complete()
        if len(self.pipeline) > WAITING_MOST:
            raise MisreadError  # one read can hold thousands, and each costs more than its bytes
        if self.parser.should_upgrade() and not self._should_upgrade():
            self.cycle.keep_alive = False  # the parser reads no further

    def on_body(self, body: bytes) -> None:
        self._led_on = True
        super().on_body(body)

    def handle_websocket_upgrade(self) -> None:
        headers = [(name, part) for name, value in self.headers for part in _lines(name, value)]
        longest = max(len(name) + len(value) for name, value in [(self.url, b""), *headers])
        bodies = BODY & {name for name, _ in headers}
        if bodies or longest > SOCKET_LINE_MAX_BYTES or len(headers) > SOCKET_LINES_MOST:
            self.send_400_response(MISREAD)
            return
        self.scope["headers"] = headers
        super().handle_websocket_upgrade()


def _lines(name: bytes, value: bytes) -> list[bytes]:
    """A browser sends the cookies of all programs on this computer in one line; in several they say
    the same (RFC 9113, 8.2.3)."""
    if name != b"cookie":
        return [value]
    lines = [b""]
    for cookie in value.split(b";"):
        if len(lines[-1]) + len(cookie) > SOCKET_LINE_MAX_BYTES // 2:
            lines.append(cookie.strip())
        else:
            lines[-1] += (b";" if lines[-1] else b"") + cookie
    return [line for line in lines if line]
