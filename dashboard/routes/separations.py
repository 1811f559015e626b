"""Planned separations, their state, and their calendar files. Sync routes run in a thread."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from dashboard.ports import Outcome, Separations
from dashboard.routes.worksheets import PRIVATE, done, shown
from dashboard.sheet_forms import SaidForm

REMIND_MAX_MIN = 20_160  # two weeks
Remind = Annotated[int | None, Query(ge=0, le=REMIND_MAX_MIN)]


def router(separations: Separations) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/separations")
    def view() -> JSONResponse:
        return shown(separations.separations())

    @routes.post("/api/separations/{name}/said")
    def say(name: str, form: SaidForm) -> JSONResponse:
        return done(separations.say(name, form.said, form.rev))

    @routes.get("/api/separations/{name}.ics", response_class=Response)
    def calendar(name: str, remind: Remind = None) -> Response:
        found = separations.calendar(name, remind)
        if isinstance(found, Outcome):
            return shown(found)
        # Nothing of the person in the file's name: it may lie about in a folder of downloads.
        named = {"content-disposition": 'attachment; filename="dates.ics"'}
        return Response(found, media_type="text/calendar", headers=PRIVATE | named)

    return routes
