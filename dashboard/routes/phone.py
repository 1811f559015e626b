"""A phone in the same house: what the computer's page may do about it, and the phone's way in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from dashboard.phone_forms import PhoneOnForm, PhonePairForm
from dashboard.phone_gate import PHONE
from dashboard.phone_guard import PhoneGuard
from dashboard.ports import Outcome, Phones
from dashboard.routes.entry import GO_ON, YEAR_S
from dashboard.routes.live import told

SPENT = "This code was used before, or is too old. The computer shows a new one.\n"


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

    @routes.post("/api/phone/{name}/revoke")
    async def revoke(name: str) -> JSONResponse:
        return told(await phones.revoke(name))

    return routes


def _told(outcome: Outcome) -> JSONResponse:
    return told(outcome, 403 if outcome.why == "wrong_passphrase" else 409)


def entrance(guard: PhoneGuard, phones: Phones) -> APIRouter:
    """The one address that a phone without a token may ask for."""
    routes = APIRouter()

    @routes.get("/enter")
    async def enter(code: str = "") -> Response:
        token = await phones.admit(code)
        if not token:
            return PlainTextResponse(SPENT, status_code=403)
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

    return routes
