"""Sharing with a therapist, and their answer: all of it at this computer. Nothing is sent.

Sync routes run in a thread.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from dashboard.gate import ANSWER_PATH
from dashboard.ports import Answers, Outcome, Sharing
from dashboard.routes.live import told
from dashboard.routes.worksheets import PRIVATE, shown
from dashboard.share_forms import AddressForm, AnswerForm, NewPersonForm, ShareForm

SHARE, FILE = "/api/share", "/api/share/files/{name}"
ANSWERS = "/api/share/answers"


def router(sharing: Sharing, answers: Answers) -> APIRouter:
    routes = APIRouter()
    _to_whom(routes, sharing)
    _what(routes, sharing)
    _back(routes, answers)
    return routes


def _to_whom(routes: APIRouter, sharing: Sharing) -> None:
    @routes.get(SHARE)
    def view() -> JSONResponse:
        return shown(sharing.view())

    @routes.post(SHARE + "/people/look")
    def look(form: AddressForm) -> JSONResponse:
        return shown(sharing.look(form.address))

    @routes.post(SHARE + "/people")
    def add(form: NewPersonForm) -> JSONResponse:
        return told(sharing.add(form.name, form.address, form.passphrase))

    @routes.post(SHARE + "/people/forget")
    def forget(form: AddressForm) -> JSONResponse:
        return told(sharing.forget(form.address))


def _what(routes: APIRouter, sharing: Sharing) -> None:
    @routes.post(SHARE)
    def begin(form: ShareForm) -> JSONResponse:
        found = sharing.begin(form.to, form.wish(), sender=form.sender, copy=form.copy_for_me)
        return shown(found)

    @routes.get(FILE)
    def file(name: str) -> JSONResponse:
        return shown(sharing.file(name))

    @routes.delete(FILE)
    def drop(name: str) -> JSONResponse:
        return told(sharing.drop(name))

    @routes.post(FILE + "/make")
    def make(name: str) -> JSONResponse:
        return told(sharing.make(name))

    @routes.get(FILE + "/shared.biocoach", response_class=Response)
    def sealed(name: str) -> Response:
        found = sharing.sealed(name)
        if isinstance(found, Outcome):
            return shown(found)
        # Nothing of the person in the file's name: it may lie about in a folder of downloads.
        named = {"content-disposition": 'attachment; filename="shared.biocoach"'}
        kind = "application/octet-stream"
        return Response(found, media_type=kind, headers=PRIVATE | named)


def _back(routes: APIRouter, answers: Answers) -> None:
    @routes.get(ANSWERS)
    async def came() -> JSONResponse:
        return shown(await answers.view())

    @routes.post(ANSWER_PATH)
    async def come(request: Request) -> JSONResponse:
        """The body is the file; the gate counts it as it comes."""
        content = bytearray()
        try:
            async for piece in request.stream():
                content += piece
        except ClientDisconnect:  # nobody waits for an answer, and nothing was kept
            return told(Outcome(why="not_a_bundle"))
        found: dict[str, Any] | Outcome = await answers.come(bytes(content))
        return shown(found)

    @routes.put(ANSWERS + "/{name}")
    async def answer(name: str, form: AnswerForm) -> JSONResponse:
        return told(await answers.answer(name, form.item, form.answer))
