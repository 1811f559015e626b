"""A clinic's server as a value: its own pages, the records' pages, and the computers' way in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from biocoach import __version__
from dashboard.app import STATIC, unusable
from dashboard.clinic.gate import MEMBER, ClinicGate
from dashboard.clinic.pace import Pace
from dashboard.clinic.ports import ClinicDownError, Desk, Devices, Members
from dashboard.clinic.routes import desk, sign_in, sync
from dashboard.clinic.signing_in import SigningIn
from dashboard.clinic.sittings import Sittings
from dashboard.gate import answer
from dashboard.guard import SAFE_METHODS
from dashboard.page_files import PageFiles
from dashboard.ports import Library, Outcome

RECORD = "/record/"
# A round every 15 s of one computer is 4 or so a minute; a first one sends a year at once.
ASKING, ASKING_S = 600, 60.0
JOINING, JOINING_S = 10, 600.0
GUESSING, GUESSING_S = 30, 60.0  # tokens that were never made here, from one address


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicPorts:
    """All that these routes may use. ``host``: as browsers send it."""

    host: str
    members: Members
    devices: Devices
    desk: Desk
    library: Library
    signing_in: SigningIn
    sittings: Sittings
    now_s: Callable[[], float]


class _Records:
    """``/record/CLIENT/JOURNAL/…`` goes to that record's own pages, the rest to the desk."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not scope["path"].startswith(RECORD):
            await self._app(scope, receive, send)
            return
        client, _, rest = scope["path"].removeprefix(RECORD).partition("/")
        journal, slash, rest = rest.partition("/")
        found = await self._of(scope, client, journal)
        prefix = f"{RECORD}{client}/{journal}"
        if not isinstance(found, Outcome) and not slash and scope.get("method") in SAFE_METHODS:
            # What a page names beside itself would be looked for beside the record.
            location = (b"location", quote(f"{prefix}/").encode())
            await answer(send, 307, b"{}", more=[location])
        elif not isinstance(found, Outcome):
            inner = dict(scope) | {"path": f"/{rest}", "raw_path": f"/{rest}".encode()}
            await found(inner | {"root_path": "", "app_root_path": prefix}, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": found.why})
        else:
            status = 503 if found.why == "down" else 404
            await answer(send, status, json.dumps({"ok": False, "why": found.why}).encode())

    async def _of(self, scope: Scope, client: str, journal: str) -> ASGIApp | Outcome:
        try:
            return await run_in_threadpool(self._desk.record, scope[MEMBER], client, journal)
        except ClinicDownError:
            return Outcome(why="down")


def create_clinic_app(ports: ClinicPorts, static: Path = STATIC) -> ASGIApp:
    """What ``biocoach clinic`` serves."""
    api = FastAPI(title="biocoach clinic", version=__version__, openapi_url=None, docs_url=None)
    api.add_exception_handler(RequestValidationError, unusable)
    api.add_exception_handler(ClinicDownError, _down)
    joining = Pace(JOINING, JOINING_S, ports.now_s)
    asking = Pace(ASKING, ASKING_S, ports.now_s)
    guessing = Pace(GUESSING, GUESSING_S, ports.now_s)

    @api.get("/api/health")
    def health() -> dict[str, bool]:
        return {"ok": True}

    @api.get("/api/crisis")
    def crisis() -> dict[str, Any]:
        return {"lines": list(ports.library.crisis_lines()), "contacts": []}

    @api.get("/")
    def page() -> FileResponse:
        return FileResponse(static / "clinic.html", media_type="text/html")

    api.include_router(sign_in.router(ports.signing_in, ports.sittings, ports.members))
    api.include_router(desk.router(ports.desk))
    api.include_router(sync.router(ports.devices, joining, asking, guessing))
    if static.is_dir():
        api.mount("/", PageFiles(directory=static), name="page")
    return ClinicGate(_Records(api, ports.desk), ports.host, ports.sittings, ports.now_s)


def _down(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"ok": False, "why": "down"}, status_code=503)
