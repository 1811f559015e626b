"""How the servers read HTTP: what two readers could understand differently is refused here, since
the app is no longer told of it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A page's own are below 4 KB; cookies of other programs on this computer come on top.
HEAD_MAX_BYTES = 65_536
MISREAD = "That is no request."


class MisreadError(Exception):
    """The parser stops at it, and the server answers 400."""


class StrictHttp(HttpToolsProtocol):
    """Paths only, never another server's address; and a head that comes to an end."""

    _in_head = True
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX_BYTES and not self.transport.is_closing():
                self.send_400_response(MISREAD)

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        if not self.url.startswith(b"/") or self.parser.get_http_version() not in ("1.0", "1.1"):
            raise MisreadError
        super().on_headers_complete()
