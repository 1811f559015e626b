"""What was recorded: read only. Sync routes run in a thread."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import JSONResponse

from biocoach.types import Refusal
from dashboard.ports import Reader
from dashboard.recording_forms import ProgressForm
from dashboard.routes.worksheets import shown


def router(reader: Reader) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/sessions")
    def sessions() -> list[dict[str, Any]]:
        return reader.sessions()

    @routes.get("/api/sessions/{name}")
    def session(name: str) -> dict[str, Any]:
        return _found(reader.session(name))

    @routes.get("/api/sessions/{name}/hrv")
    def hrv(name: str) -> dict[str, Any]:
        return _found(reader.hrv(name))

    @routes.get("/api/recovery")
    def recovery() -> dict[str, Any]:
        return reader.recovery()

    @routes.get("/api/progress")
    def progress(asked: Annotated[ProgressForm, Query()]) -> JSONResponse:
        return shown(reader.progress(asked.asked()))

    return routes


def _found(found: dict[str, Any] | Refusal | None) -> dict[str, Any]:
    if found is None:
        raise HTTPException(404, "There is no session by that name.")
    if isinstance(found, Refusal):
        raise HTTPException(409, found.why)
    return found
