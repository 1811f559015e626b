"""What was recorded: read only. Sync routes run in a thread."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
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
    def session(name: str) -> Any:
        return _found(reader.session(name))

    @routes.get("/api/sessions/{name}/hrv")
    def hrv(name: str) -> Any:
        return _found(reader.hrv(name))

    @routes.get("/api/sessions/{name}/then-and-now")
    def then_and_now(name: str) -> Any:
        return _found(reader.then_and_now(name))

    @routes.get("/api/recovery")
    def recovery() -> dict[str, Any]:
        return reader.recovery()

    @routes.get("/api/progress")
    def progress(asked: Annotated[ProgressForm, Query()]) -> JSONResponse:
        return shown(reader.progress(asked.asked()))

    return routes


def _found(found: dict[str, Any] | Refusal | None) -> dict[str, Any] | JSONResponse:
    """What there is, or why not as a code."""
    if found is None:
        return JSONResponse({"ok": False, "why": "no_session"}, status_code=404)
    if isinstance(found, Refusal):
        return JSONResponse({"ok": False, "why": found.why}, status_code=409)
    return found
