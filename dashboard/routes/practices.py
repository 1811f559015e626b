"""The practices: the shelf, what is chosen of it, and what is written in a practice."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Outcome, Practices
from dashboard.practice_forms import ChoiceForm, ForgetForm, PaceForm, SamplingForm, WordsForm
from dashboard.routes.live import told


def router(practices: Practices) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/practices")
    async def shelf() -> dict[str, Any]:
        return await practices.shelf()

    @routes.get("/api/practices/helps")
    def helps() -> dict[str, Any]:
        return practices.helps()

    @routes.put("/api/practices/choosing")
    async def choosing(form: SamplingForm) -> JSONResponse:
        return told(await practices.sample(form.sampling))

    @routes.put("/api/practices/pace")
    async def pace(form: PaceForm) -> JSONResponse:
        return told(await practices.set_pace(form.per_min))

    @routes.put("/api/practices/{name}/choice")
    async def choice(name: str, form: ChoiceForm) -> JSONResponse:
        return told(await practices.choose(name, form.said()))

    @routes.get("/api/practices/{name}/words")
    def words(name: str) -> dict[str, Any]:
        return practices.words(name)

    @routes.put("/api/practices/{name}/words")
    async def keep_words(name: str, form: WordsForm) -> JSONResponse:
        kept = await practices.keep_words(name, form.words, rev=form.rev, afresh=form.afresh)
        return _written(kept)

    @routes.post("/api/practices/{name}/words/forget")
    async def forget_words(name: str, form: ForgetForm) -> JSONResponse:
        return _written(await practices.forget_words(name, form.at_utc))

    return routes


def _written(kept: dict[str, Any] | Outcome) -> JSONResponse:
    return told(kept) if isinstance(kept, Outcome) else JSONResponse({"ok": True} | kept)
