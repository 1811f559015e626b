"""The web server on loopback: a port that is free, no access log (addresses are private)."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
DEFAULT_PORT = 8765
TRIES = 50


def bind(port: int) -> socket.socket:
    """A listening socket on ``port``, else on the next free one. Raises OSError after 50."""
    for candidate in range(port, port + TRIES):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            # A browser that is quicker than the server waits, and is not refused. Two that were
            # bound at once find out here.
            listener.listen()
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError(f"no free port from {port} to {port + TRIES - 1}")


class Server:
    """Serves until ``stop`` or a signal."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            ws_max_size=65_536,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._listener = listener

    async def run(self) -> None:
        await self._server.serve(sockets=[self._listener])

    def stop(self) -> None:
        self._server.should_exit = True
