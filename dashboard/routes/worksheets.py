"""Worksheets: the forms, and what is written into them. Sync routes run in a thread."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Outcome, Worksheets
from dashboard.routes.live import told
from dashboard.sheet_forms import BeginForm, EraseForm, WriteForm

REFUSED = {"unfit": 422, "not_there": 404, "unknown_form": 404}
PRIVATE = {"cache-control": "no-store"}


def router(worksheets: Worksheets) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/worksheets")
    def shelf() -> JSONResponse:
        return shown(worksheets.worksheets())

    @routes.post("/api/worksheets")
    async def begin(form: BeginForm) -> JSONResponse:
        return done(await worksheets.begin(form.form, form.link, form.answers, keep=form.keep))

    @routes.get("/api/worksheets/{name}")
    def sheet(name: str) -> JSONResponse:
        return shown(worksheets.worksheet(name))

    @routes.put("/api/worksheets/{name}")
    async def write(name: str, form: WriteForm) -> JSONResponse:
        return done(await worksheets.write(name, form.answers, form.rev, keep=form.keep))

    @routes.delete("/api/worksheets/{name}")
    def erase(name: str, form: EraseForm) -> JSONResponse:
        return done(worksheets.erase(name, form.rev))

    return routes


def shown(found: dict[str, Any] | Outcome) -> JSONResponse:
    """What was asked for, or why it can't be shown."""
    if isinstance(found, Outcome):
        return told(found, REFUSED.get(found.why, 409))
    return JSONResponse(found, headers=PRIVATE)


def done(found: dict[str, Any]) -> JSONResponse:
    """What became of a change."""
    status = 200 if found["ok"] else REFUSED.get(found["why"], 409)
    return JSONResponse(found, status_code=status)
