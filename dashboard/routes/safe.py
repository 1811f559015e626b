"""Nothing lost, no one in: backups, the ways into the record, and erasing for good."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Outcome, Safe
from dashboard.routes.live import told
from dashboard.routes.worksheets import shown
from dashboard.safe_forms import EraseAllForm, KeepWordsForm, NewPassphraseForm, WordsForm
from dashboard.wire import NothingForm


def router(safe: Safe) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/safe")
    async def view() -> JSONResponse:
        return shown(await safe.view())

    @routes.post("/api/safe/backup")
    async def back_up(form: NothingForm) -> JSONResponse:
        return shown(await safe.back_up())

    @routes.post("/api/safe/words")
    async def new_words(form: WordsForm) -> JSONResponse:
        return shown(await safe.new_words(form.passphrase))

    @routes.post("/api/safe/words/keep")
    async def keep_words(form: KeepWordsForm) -> JSONResponse:
        return _told(await safe.keep_words(form.words))

    @routes.post("/api/safe/passphrase")
    async def new_passphrase(form: NewPassphraseForm) -> JSONResponse:
        return _told(await safe.new_passphrase(form.old, form.new))

    @routes.post("/api/safe/erase")
    async def erase_all(form: EraseAllForm) -> JSONResponse:
        return _told(await safe.erase_all(form.passphrase))

    @routes.post("/api/sessions/{name}/erase")
    async def erase_session(name: str, form: NothingForm) -> JSONResponse:
        return _told(await safe.erase_session(name))

    return routes


def _told(outcome: Outcome) -> JSONResponse:
    return told(outcome, 404 if outcome.why == "not_there" else 409)
