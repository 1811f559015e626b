"""The listening socket of the phones' door: whoever is in the network can knock, and no more.

Strangers get few connections, so that none of theirs takes the files and sockets that the live
session needs, and they get them slowly, since each costs a TLS handshake on the loop that the live
session runs on. Bounded on the loops that call ``accept`` (Linux, macOS); Windows accepts by
itself, where only the server's own limit holds.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

STRANGERS_MOST = 32  # a phone that is not known yet has six or so
PACE_PER_S = 50  # new connections; one handshake is about 1 ms

Client = tuple[str, int]


class Doorstep(socket.socket):
    """``now_s``: seconds of a clock that only goes forward."""

    def __init__(self, family: socket.AddressFamily, now_s: Callable[[], float]) -> None:
        super().__init__(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._now_s = now_s
        self._strangers: dict[Client, socket.socket] = {}
        self._phones: dict[Client, socket.socket] = {}
        self._second = now_s()
        self._came = 0

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection; the oldest of too many strangers gives way to it. Raises
        ConnectionAbortedError, which a loop takes as one that went away, when they come too fast.
        """
        came, peer = super().accept()
        if self._too_fast():
            came.close()
            raise ConnectionAbortedError
        for those in (self._strangers, self._phones):
            for client in [c for c, s in those.items() if s.fileno() < 0]:
                del those[client]
        while len(self._strangers) >= STRANGERS_MOST:
            _hang_up(self._strangers.pop(next(iter(self._strangers))))
        self._strangers[peer[0], peer[1]] = came
        return came, peer

    def knows(self, client: Client) -> None:
        """A paired phone speaks there: it gives way to nobody."""
        if client in self._strangers:
            self._phones[client] = self._strangers.pop(client)

    def hang_up(self, client: Client) -> None:
        """At once, whether or not what was said to it has arrived."""
        for those in (self._strangers, self._phones):
            if client in those:
                _hang_up(those.pop(client))

    def hang_up_all(self) -> None:
        for client in (*self._strangers, *self._phones):
            self.hang_up(client)

    def _too_fast(self) -> bool:
        now = self._now_s()
        if now - self._second >= 1:
            self._second, self._came = now, 0
        self._came += 1
        return self._came > PACE_PER_S


def _hang_up(connection: socket.socket) -> None:
    """Whoever reads it finds its end, and closes it."""
    with suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_RDWR)
