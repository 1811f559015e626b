"""Notes on a session that is over. Sync routes run in a thread."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Margin
from dashboard.routes.worksheets import done, shown
from dashboard.sheet_forms import EraseForm, NoteAgainForm, NoteForm

NOTES = "/api/sessions/{name}/notes"


def router(margin: Margin) -> APIRouter:
    routes = APIRouter()

    @routes.get(NOTES)
    def notes(name: str) -> JSONResponse:
        return shown(margin.notes(name))

    @routes.post(NOTES)
    def add(name: str, form: NoteForm) -> JSONResponse:
        return done(margin.add(name, form.at_s, form.text))

    @routes.put(NOTES + "/{note}")
    def change(name: str, note: str, form: NoteAgainForm) -> JSONResponse:
        return done(margin.change(name, note, form.at_s, form.text, form.rev))

    @routes.delete(NOTES + "/{note}")
    def erase(name: str, note: str, form: EraseForm) -> JSONResponse:
        return done(margin.erase(name, note, form.rev))

    return routes
