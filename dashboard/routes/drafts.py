"""What is typed into a plan, a debrief or a step of the ladder, before it is said."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Drafts, Outcome
from dashboard.practice_forms import WordsForm
from dashboard.routes.live import told


class Draft(StrEnum):
    PLAN = "plan"
    DEBRIEF = "debrief"
    TOLD = "told"
    STEP = "step"
    NOTE = "note"


def router(drafts: Drafts) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/drafts/{name}")
    def read(name: Draft) -> dict[str, Any]:
        return drafts.read(name.value)

    @routes.put("/api/drafts/{name}")
    async def keep(name: Draft, form: WordsForm) -> JSONResponse:
        kept = await drafts.keep(name.value, form.words, rev=form.rev, afresh=False)
        if isinstance(kept, Outcome):
            return told(kept)
        return JSONResponse({"ok": True} | kept)

    return routes
