"""The web servers: a port that is free, no access log (addresses are private)."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp

from dashboard.doorstep import Doorstep
from dashboard.strict_http import StrictHttp

App = ASGIApp  # what is served
S = TypeVar("S", bound=socket.socket)
HOST = "127.0.0.1"
DEFAULT_PORT = 8765
TRIES = 50
BACKLOG = 512
CLINIC_CONNECTIONS_MOST = 2000
CONNECTIONS_MOST = 100  # of whoever is in this network; a phone has six or so


def bind(port: int) -> socket.socket:
    """A listening socket of this computer alone, on ``port`` or the next free one. Raises OSError
    after 50."""
    # Only where the protocol is named does asyncio send an answer's body without waiting for its
    # head to be acknowledged, which takes 40 ms.
    tcp = socket.IPPROTO_TCP
    return _bound(HOST, port, lambda family: socket.socket(family, socket.SOCK_STREAM, tcp))


def doorstep(port: int, host: str, now_s: Callable[[], float]) -> Doorstep:
    """The same on ``host``, where others can knock."""
    return _bound(host, port, lambda family: Doorstep(family, now_s))


def _bound(host: str, port: int, made: Callable[[socket.AddressFamily], S]) -> S:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + TRIES):
        listener = made(family)
        listener.setsockopt(socket.SOL_SOCKET, alone(), 1)
        try:
            listener.bind((host, candidate))
            # A browser that is quicker than the server waits, and is not refused. Two that were
            # bound at once find out here.
            listener.listen()
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError(f"no free port from {port} to {port + TRIES - 1}")


def alone(system: str = sys.platform) -> int:
    """The option with which a port that was just left is free, and nobody else's beside us."""
    if system == "win32":  # SO_REUSEADDR lets everybody in there
        return getattr(socket, "SO_EXCLUSIVEADDRUSE", ~4)
    return socket.SO_REUSEADDR


class Server:
    """Serves until ``stop`` or a signal; ``leaving`` is called first thing at a signal."""

    def __init__(
        self, app: App, listener: socket.socket, leaving: Callable[[], None] = lambda: None
    ) -> None:
        self._server: uvicorn.Server = _Polite(_config(app), leaving)
        self._listener = listener

    async def run(self) -> None:
        await self._server.serve(sockets=[self._listener])

    def stop(self) -> None:
        self._server.should_exit = True


class PhoneServer(Server):
    """The one that phones come to: over TLS only, and beside the other, which hears the signals."""

    def __init__(self, app: App, listener: socket.socket, tls: ssl.SSLContext) -> None:
        config = _config(app, most=CONNECTIONS_MOST)
        config.load()
        config.ssl = tls
        self._server = _Deaf(config)
        self._listener = listener


def listening(host: str, port: int) -> socket.socket:
    """On exactly this port; 0: any that is free. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, alone(), 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class ClinicServer(Server):
    """A clinic's: over TLS only, for as many as it has clients."""

    def __init__(self, app: App, listener: socket.socket, tls: ssl.SSLContext) -> None:
        config = _config(app, most=CLINIC_CONNECTIONS_MOST)
        config.load()
        config.ssl = tls
        self._server = _Polite(config, lambda: None)
        self._listener = listener


class _Polite(uvicorn.Server):
    """After its last request it raises the signal anew, and one of them ends the process there."""

    def __init__(self, config: uvicorn.Config, leaving: Callable[[], None]) -> None:
        super().__init__(config)
        self._leaving = leaving

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._leaving()
        super().handle_exit(sig, frame)


class _Deaf(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _config(app: App, most: int | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=StrictHttp,
        # One logger for both servers. What others send wrongly is theirs, and can be sent by the
        # thousand: nothing is written of it.
        log_level="error",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # nobody speaks for somebody else
        ws_max_size=65_536,
        timeout_graceful_shutdown=2,
        limit_concurrency=most,
    )
