"""A progress-note draft, by rules from the record. Nothing of it is kept here."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import NoteDrafts
from dashboard.report_forms import NoteDraftForm
from dashboard.routes.worksheets import shown


def router(drafts: NoteDrafts) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/reports/note")
    async def draft(form: NoteDraftForm) -> JSONResponse:
        """By POST: what the client wants to talk about belongs in no address."""
        since, until = form.since.isoformat(), form.until.isoformat()
        return shown(await drafts.draft(form.kind, since, until, form.talk))

    return routes
