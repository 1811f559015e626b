"""A phone in the same house: what the computer's page may do about it, and the phone's way in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from dashboard.hub import Hub
from dashboard.phone_forms import PhoneOnForm, PhonePairForm
from dashboard.phone_gate import ENDED, PHONE
from dashboard.phone_guard import PhoneGuard
from dashboard.ports import Outcome, Phones
from dashboard.routes.entry import GO_ON, NOT_OPENED, YEAR_S
from dashboard.routes.live import told

SPENT = (
    "This code does not open anything: it was used before, is too old, or was tried wrongly too "
    "often. Ask for a new one at the computer. If a phone came in there that is not yours, take "
    "it out.\n"
)


def router(phones: Phones) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/phone")
    async def view(request: Request) -> dict[str, Any]:
        phone = request.scope.get(PHONE)
        return await phones.view() if phone is None else {"paired_as": phone.name}

    @routes.post("/api/phone/on")
    async def turn_on(form: PhoneOnForm) -> JSONResponse:
        return _told(await phones.turn_on(form.passphrase, form.address))

    @routes.post("/api/phone/off")
    async def turn_off() -> JSONResponse:
        return told(await phones.turn_off())

    @routes.post("/api/phone/pair")
    async def pair(form: PhonePairForm) -> JSONResponse:
        found = await phones.pair(form.passphrase, form.name.strip())
        return _told(found) if isinstance(found, Outcome) else JSONResponse({"ok": True, **found})

    @routes.post("/api/phone/pair/end")
    async def end_pairing() -> JSONResponse:
        return told(await phones.end_pairing())

    @routes.post("/api/phone/{name}/revoke")
    async def revoke(name: str) -> JSONResponse:
        return told(await phones.revoke(name))

    return routes


def _told(outcome: Outcome) -> JSONResponse:
    return told(outcome, 403 if outcome.why == "wrong_passphrase" else 409)


def entrance(guard: PhoneGuard, phones: Phones, hub: Hub) -> APIRouter:
    """What there is at a phone's door alone: the one address that a phone without a token may ask
    for; and the live state for Safari, which opens no WebSocket with a certificate that nobody
    vouches for, whatever its person allowed (WebKit bug 145819)."""
    routes = APIRouter()

    @routes.get("/enter", response_class=HTMLResponse, responses=NOT_OPENED)
    async def enter(request: Request, code: str = "") -> Response:
        # A page elsewhere can have pictures "from here", each of them a guess; only who goes
        # here is listened to.
        goes = request.headers.get("sec-fetch-dest", "document") == "document"
        token = await phones.admit(code) if goes else ""
        if not token:
            return PlainTextResponse(SPENT, status_code=403, headers={"connection": "close"})
        response = HTMLResponse(GO_ON, headers={"cache-control": "no-store"})
        response.set_cookie(
            guard.cookie_name,
            token,
            max_age=YEAR_S,
            secure=True,
            httponly=True,
            samesite="strict",
            path="/",
        )
        return response

    @routes.get("/api/live")
    async def live(request: Request) -> StreamingResponse:
        return _Stream(_told_live(hub, request.scope[ENDED]))

    return routes


class _Stream(StreamingResponse):
    """Its words end with it, also where it is cut short in the middle of one."""

    media_type = "text/event-stream"

    def __init__(self, lines: AsyncGenerator[str]) -> None:
        super().__init__(lines, headers={"cache-control": "no-store"})
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._lines):
            await super().__call__(scope, receive, send)


async def _told_live(hub: Hub, ended: asyncio.Event) -> AsyncGenerator[str]:
    """Server-sent events with what ``/ws`` sends, until the phone goes or has to go."""
    await hub.ready()
    page = hub.join()
    page.offer(hub.snapshot_text())
    ending = asyncio.ensure_future(ended.wait())
    try:
        while True:
            telling = asyncio.ensure_future(page.next())
            try:
                await asyncio.wait({telling, ending}, return_when=asyncio.FIRST_COMPLETED)
                if ended.is_set():
                    return
                yield f"data: {telling.result() or hub.snapshot_text()}\n\n"
            finally:
                telling.cancel()
    finally:
        ending.cancel()
        hub.leave(page)
