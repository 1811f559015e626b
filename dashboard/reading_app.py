"""The same page over a shared record: read only. What is not listed here is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from biocoach import __version__
from dashboard.app import STATIC, unusable
from dashboard.gate import Gate, answer
from dashboard.guard import Guard
from dashboard.hub import Hub
from dashboard.page_files import PageFiles
from dashboard.ports import (
    Ladders,
    Library,
    Margin,
    Measures,
    NoteDrafts,
    Reader,
    Reading,
    Worksheets,
)
from dashboard.route_list import RouteList
from dashboard.routes import (
    entry,
    ladder,
    margin,
    measures,
    note_draft,
    reading,
    records,
    worksheets,
)

READ_ONLY = b'{"ok": false, "why": "read_only"}'
# What reading needs, and the therapist's own words; notes go into their draft.
ALLOWED: dict[str, tuple[str, ...]] = {
    "GET": (
        "/api/crisis",
        "/api/health",
        "/api/ladder",
        "/api/measures",
        "/api/practices",
        "/api/practices/helps",
        "/api/progress",
        "/api/reading",
        "/api/recovery",
        "/api/sessions",
        "/api/sessions/{name}",
        "/api/sessions/{name}/hrv",
        "/api/sessions/{name}/notes",
        "/api/sessions/{name}/then-and-now",
        "/api/state",
        "/api/trends",
        "/api/worksheets",
        "/api/worksheets/{name}",
        "/enter",
    ),
    "POST": (
        "/api/reports/note",
        "/api/reading/open",
        "/api/reading/reply",
        "/api/sessions/{name}/notes",
    ),
    "PUT": ("/api/reading/draft", "/api/sessions/{name}/notes/{note}"),
    "DELETE": ("/api/sessions/{name}/notes/{note}",),
}
# The same at a clinic, where nothing can be written: whose page it is was decided before.
LOOKED_AT: dict[str, tuple[str, ...]] = {
    "GET": tuple(path for path in ALLOWED["GET"] if path != "/enter"),
    "POST": ("/api/reading/open", "/api/reports/note"),
}
_LIST = RouteList(ALLOWED)
_LOOKED_AT = RouteList(LOOKED_AT)


def allowed(method: str, path: str) -> bool:
    """``path`` as the routes see it, decoded."""
    return _LIST.allows(method, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPorts:
    """All that these routes may use."""

    hub: Hub
    reading: Reading
    reader: Reader
    library: Library
    worksheets: Worksheets
    measures: Measures
    margin: Margin
    ladders: Ladders
    note_drafts: NoteDrafts


class ReadOnly:
    """Refuses whatever it ``may`` not do, by method and path, before any route."""

    def __init__(self, app: ASGIApp, may: Callable[[str, str], bool]) -> None:
        self._app = app
        self._may = may

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._may(scope["method"], scope["path"]):
            await answer(send, 403, READ_ONLY)
        elif scope["type"] == "websocket" and scope["path"] != "/ws":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "read only"})
        else:
            await self._app(scope, receive, send)


def reading_routers(ports: ReadingPorts) -> list[APIRouter]:
    return [
        reading.router(ports.reading, ports.hub, ports.library),
        records.router(ports.reader),
        worksheets.router(ports.worksheets),
        measures.router(ports.measures),
        margin.router(ports.margin),
        ladder.router(ports.ladders),
        note_draft.router(ports.note_drafts),
    ]


def create_reading_app(ports: ReadingPorts, guard: Guard, static: Path = STATIC) -> ASGIApp:
    """What the server of ``biocoach read`` runs."""
    api = _api(ports, static, entry.router(guard))
    return Gate(ReadOnly(api, lambda method, path: allowed(method, path)), guard)


def create_record_app(
    ports: ReadingPorts, static: Path = STATIC, *, away: type[Exception]
) -> ASGIApp:
    """One record at a clinic, behind the clinic's own gate. ``away``: its place can't be read."""
    api = _api(ports, static)
    api.add_exception_handler(away, _down)
    return ReadOnly(api, _LOOKED_AT.allows)


def _down(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"ok": False, "why": "down"}, status_code=503)


def _api(ports: ReadingPorts, static: Path, *more: APIRouter) -> FastAPI:
    api = FastAPI(title="biocoach", version=__version__, openapi_url=None, docs_url=None)
    api.add_exception_handler(RequestValidationError, unusable)
    for router in (*more, *reading_routers(ports)):
        api.include_router(router)
    if static.is_dir():
        api.mount("/", PageFiles(directory=static, html=True), name="page")
    return api
