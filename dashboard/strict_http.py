"""How the servers read HTTP: what two readers could understand differently is refused here, since
the app is no longer told of it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A page's own are below 4 KB; cookies of other programs on this computer come on top.
HEAD_MAX_BYTES = 65_536
WAITING_MOST = 32  # requests behind one that is not yet answered; no browser sends any
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
