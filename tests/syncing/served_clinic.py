"""The clinic in memory behind a real socket, with TLS or without: HTTP as the contract says it."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from biocoach.syncing.messages import Trouble
from biocoach.syncing.ports import Clinic
from biocoach.syncing.wire import (
    MOST_BYTES,
    Bodies,
    Hello,
    Join,
    Leave,
    Lines,
    Refused,
    read,
    told,
)
from biocoach.types import Refusal
from dashboard.server import bind
from tests.fakes import PATIENCE_S
from tests.syncing.memory_clinic import MemoryClinic

STATUS = {
    "token": 401, "code": 403, "position": 409, "damaged": 422, "older": 426, "newer": 426,
    "slow_down": 429, "busy": 503, "full": 507, "bad": 400,
}  # fmt: skip
Answering = Callable[[Request], Awaitable[Response]]


def app_of(clinic: Clinic) -> Starlette:
    """Over any ``Clinic``: what goes over the wire is the contract's."""

    def route(name: str, message: type[Any], ask: Callable[[str, Any], Awaitable[Any]]) -> Route:
        async def answer(request: Request) -> Response:
            body = await request.body()
            try:
                found = read(message, json.loads(body)) if len(body) <= MOST_BYTES else None
            except ValueError:
                found = None
            if found is None or isinstance(found, Refusal):
                return _told(Trouble(code="bad", detail=found.why if found else "no message"))
            _, _, token = request.headers.get("authorization", "").partition("Bearer ")
            return _told(await ask(token, found))

        return Route(f"/sync/{name}", answer, methods=["POST"])

    return Starlette(
        routes=[
            route("join", Join, lambda _, message: clinic.join(message)),
            route("hello", Hello, clinic.hello),
            route("lines", Lines, clinic.lines),
            route("bodies", Bodies, clinic.bodies),
            route("leave", Leave, clinic.leave),
        ]
    )


def _told(found: object) -> Response:
    if isinstance(found, Trouble):
        refused = Refused(why=found.code, detail=found.detail, at=found.at)
        return JSONResponse(told(refused), status_code=STATUS.get(found.code, 400))
    return JSONResponse(told(found))


class OnASocket:
    """An app of a test at ``url`` on this computer, until ``stop``."""

    def __init__(self, app: Any, tls: ssl.SSLContext | None = None) -> None:
        self._listener = bind(18_000)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, lifespan="off",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        config.load()
        config.ssl = tls
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        await self._server.serve(sockets=[self._listener])
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()  # who is still there is not waited for
        for _ in range(5):
            await asyncio.sleep(0)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        self._listener.close()
        assert not self._thread.is_alive()


class ServedClinic(OnASocket):
    """``override`` answers in its place, for what a clinic never does."""

    def __init__(self, clinic: MemoryClinic, tls: ssl.SSLContext | None = None) -> None:
        self.clinic = clinic
        self.override: Answering | None = None
        super().__init__(self._app(), tls)

    def _app(self) -> Any:
        inside = app_of(self.clinic)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if self.override is None:
                await inside(scope, receive, send)
            else:
                answer = await self.override(Request(scope, receive))
                await answer(scope, receive, send)

        return app


@contextmanager
def serving(clinic: MemoryClinic, tls: ssl.SSLContext | None = None) -> Iterator[ServedClinic]:
    served = ServedClinic(clinic, tls)
    try:
        yield served
    finally:
        served.stop()
