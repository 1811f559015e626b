"""The ladders: what is practised step by step, what is proposed, and the arc."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ladder_forms import (
    AnswerForm,
    ArcForm,
    LadderForm,
    LiftForm,
    NewLadderForm,
    OverruleForm,
    SignsForm,
)
from dashboard.ports import Ladders, Outcome
from dashboard.routes.live import told
from dashboard.routes.own import PRIVATE

REFUSED = {"not_there": 404, "unfit": 422}


def router(ladders: Ladders) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/ladder")
    async def view() -> JSONResponse:
        found = await ladders.view()
        return _told(found) if isinstance(found, Outcome) else JSONResponse(found, headers=PRIVATE)

    @routes.post("/api/ladder")
    async def add(form: NewLadderForm) -> JSONResponse:
        return _told(await ladders.add(form.template, form.title))

    @routes.put("/api/ladder/arc")
    async def arc(form: ArcForm) -> JSONResponse:
        return _told(await ladders.set_phase(form.phase, form.by))

    @routes.put("/api/ladder/signs")
    async def signs(form: SignsForm) -> JSONResponse:
        return _told(await ladders.watch(list(form.signs)))

    @routes.put("/api/ladder/{name}")
    async def keep(name: str, form: LadderForm) -> JSONResponse:
        return _told(await ladders.keep(name, form.wish()))

    @routes.post("/api/ladder/{name}/answer")
    async def answer(name: str, form: AnswerForm) -> JSONResponse:
        yes = form.answer == "yes"
        return _told(await ladders.answer(name, form.proposal, yes=yes, way=form.way))

    @routes.post("/api/ladder/{name}/overrule")
    async def overrule(name: str, form: OverruleForm) -> JSONResponse:
        return _told(await ladders.overrule(name, form.model_dump()))

    @routes.post("/api/ladder/{name}/overrule/lift")
    async def lift(name: str, form: LiftForm) -> JSONResponse:
        return _told(await ladders.lift(name, form.step))

    return routes


def _told(found: dict[str, Any] | Outcome) -> JSONResponse:
    if isinstance(found, Outcome):
        return told(found, REFUSED.get(found.why, 409))
    return JSONResponse({"ok": True} | found)
