"""The app is a value: routes over ports, behind the gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp

from biocoach import __version__
from dashboard.gate import Gate
from dashboard.guard import Guard
from dashboard.hub import Hub
from dashboard.page_files import PageFiles
from dashboard.phone_gate import PhoneGate, Sittings
from dashboard.phone_guard import Phone, PhoneGuard
from dashboard.ports import (
    Answers,
    Clinic,
    Controls,
    Drafts,
    Errands,
    Exports,
    Ladders,
    Library,
    Margin,
    Measures,
    NoteDrafts,
    Own,
    Phones,
    Practices,
    Reader,
    Recordings,
    Reports,
    Safe,
    Separations,
    Sharing,
    Straps,
    Worksheets,
)
from dashboard.refusals import REFUSALS
from dashboard.routes import (
    clinic,
    drafts,
    entry,
    errand,
    exports,
    ladder,
    live,
    margin,
    measures,
    note_draft,
    own,
    person,
    phone,
    practices,
    recordings,
    records,
    reports,
    safe,
    separations,
    share,
    straps,
    worksheets,
)

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that the routes may use."""

    hub: Hub
    controls: Controls
    reader: Reader
    library: Library
    straps: Straps
    errands: Errands
    recordings: Recordings
    own: Own
    practices: Practices
    worksheets: Worksheets
    measures: Measures
    margin: Margin
    separations: Separations
    ladders: Ladders
    drafts: Drafts
    reports: Reports
    exports: Exports
    sharing: Sharing
    answers: Answers
    note_drafts: NoteDrafts
    phones: Phones
    safe: Safe
    clinic: Clinic
    guard: Guard


def routers(ports: Ports, way_in: APIRouter | None = None) -> list[APIRouter]:
    """Every route there is; the tests of the gates go through them all. ``way_in``: another one
    than that of this computer."""
    return [
        way_in or entry.router(ports.guard),
        live.router(ports.hub, ports.controls, ports.practices),
        person.router(ports.hub, ports.controls, ports.reader, ports.library),
        straps.router(ports.hub, ports.controls, ports.straps),
        recordings.router(ports.recordings),
        errand.router(ports.errands),
        own.router(ports.own),
        records.router(ports.reader),
        practices.router(ports.practices),
        worksheets.router(ports.worksheets),
        measures.router(ports.measures),
        margin.router(ports.margin),
        separations.router(ports.separations),
        ladder.router(ports.ladders),
        drafts.router(ports.drafts),
        reports.router(ports.reports, ports.exports),
        exports.router(ports.exports),
        share.router(ports.sharing, ports.answers),
        note_draft.router(ports.note_drafts),
        phone.router(ports.phones),
        safe.router(ports.safe),
        clinic.router(ports.clinic),
    ]


def create_api(ports: Ports, static: Path = STATIC, way_in: APIRouter | None = None) -> FastAPI:
    """The routes, without the gate."""
    api = FastAPI(
        title="biocoach",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=REFUSALS,
    )
    api.add_exception_handler(RequestValidationError, unusable)
    for router in routers(ports, way_in):
        api.include_router(router)
    if static.is_dir():
        api.mount("/", PageFiles(directory=static, html=True), name="page")
    return api


async def unusable(_: Request, error: Exception) -> JSONResponse:
    """What was wrong with a form, and nothing of what stood in it: it is private."""
    kinds = [e["type"] for e in error.errors()] if isinstance(error, RequestValidationError) else []
    words = "That could not be understood; nothing was kept of it."
    return JSONResponse({"detail": words, "kinds": kinds}, status_code=422)


def create_app(ports: Ports, static: Path = STATIC) -> ASGIApp:
    """What the server runs."""
    return Gate(create_api(ports, static), ports.guard)


def create_phone_app(
    ports: Ports,
    guard: PhoneGuard,
    sittings: Sittings,
    came: Callable[[Phone], None],
    static: Path = STATIC,
) -> ASGIApp:
    """The same page at a phone's door. No Strict-Transport-Security: with a certificate that
    nobody vouches for browsers ignore it, and it would lock out whoever gets a new one."""
    api = create_api(ports, static, phone.entrance(guard, ports.phones, ports.hub))
    return Gate(PhoneGate(api, guard, sittings, came), guard)
