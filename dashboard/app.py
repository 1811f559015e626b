"""The app is a value: routes over ports, behind the gate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from biocoach import __version__
from dashboard.gate import Gate
from dashboard.guard import Guard
from dashboard.hub import Hub
from dashboard.ports import Controls, Library, Reader
from dashboard.routes import entry, live, person, records

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that the routes may use."""

    hub: Hub
    controls: Controls
    reader: Reader
    library: Library
    guard: Guard


def routers(ports: Ports) -> list[APIRouter]:
    """Every route there is; the tests of the gate go through them all."""
    return [
        entry.router(ports.guard),
        live.router(ports.hub, ports.controls),
        person.router(ports.hub, ports.controls, ports.library),
        records.router(ports.hub, ports.reader, ports.library),
    ]


def create_api(ports: Ports, static: Path = STATIC) -> FastAPI:
    """The routes, without the gate."""
    api = FastAPI(
        title="biocoach",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    for router in routers(ports):
        api.include_router(router)
    if static.is_dir():
        api.mount("/", StaticFiles(directory=static, html=True), name="page")
    return api


def create_app(ports: Ports, static: Path = STATIC) -> ASGIApp:
    """What the server runs."""
    return Gate(create_api(ports, static), ports.guard)
