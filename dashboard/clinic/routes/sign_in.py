"""Coming in and going out. Each answer is the same whether or not there is anybody of that name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from dashboard.clinic.forms import (
    CodeForm,
    EnrolPasskeyForm,
    EnrolPasswordForm,
    PasskeyForm,
    PasswordForm,
)
from dashboard.clinic.gate import MEMBER
from dashboard.clinic.ports import Member, Members
from dashboard.clinic.signing_in import SLOWLY, SigningIn
from dashboard.clinic.sittings import COOKIE, MOST_S, Sittings
from dashboard.gate import cookies_in
from dashboard.ports import Outcome
from dashboard.qr import picture

Json = dict[str, Any]
_STATUS = {"slow_down": 429, "code": 403, "not_signed_in": 403}


def router(signing_in: SigningIn, sittings: Sittings, members: Members) -> APIRouter:
    routes = APIRouter()

    def heard(request: Request) -> bool:
        return signing_in.lets_try(request.client.host if request.client else "")

    def came(found: Member | Outcome) -> Response:
        if isinstance(found, Outcome):
            return _refused(found)
        answer = JSONResponse({"ok": True, **_told(found)})
        answer.set_cookie(
            COOKIE, sittings.begin(found), max_age=MOST_S, secure=True, httponly=True,
            samesite="strict", path="/",
        )  # fmt: skip
        return answer

    def enrolled(found: Member | Outcome) -> Response:
        if isinstance(found, Member):  # whoever came in by what they had before is out
            sittings.end_all(found.id)
        return came(found)

    @routes.post("/api/sign-in/invited")
    def invited(form: CodeForm, request: Request) -> Response:
        found = signing_in.invited(form.code) if heard(request) else SLOWLY
        if isinstance(found, Outcome):
            return _refused(found)
        return JSONResponse({"ok": True, **found, "picture": picture(found.pop("address"))})

    @routes.post("/api/sign-in/enrol/passkey")
    def enrol_passkey(form: EnrolPasskeyForm, request: Request) -> Response:
        if not heard(request):
            return _refused(SLOWLY)
        return enrolled(signing_in.enrol_passkey(form.code, form.challenge, form.passkey))

    @routes.post("/api/sign-in/enrol/password")
    def enrol_password(form: EnrolPasswordForm, request: Request) -> Response:
        if not heard(request):
            return _refused(SLOWLY)
        return enrolled(signing_in.enrol_password(form))

    @routes.post("/api/sign-in/passkey/begin")
    def begin_passkey(request: Request) -> Response:
        if not heard(request):
            return _refused(SLOWLY)
        return JSONResponse({"ok": True, **signing_in.begin_passkey()})

    @routes.post("/api/sign-in/passkey")
    def by_passkey(form: PasskeyForm, request: Request) -> Response:
        if not heard(request):
            return _refused(SLOWLY)
        return came(signing_in.by_passkey(form.challenge, form.passkey))

    @routes.post("/api/sign-in/password")
    def by_password(form: PasswordForm, request: Request) -> Response:
        if not heard(request):
            return _refused(SLOWLY)
        return came(signing_in.by_password(form.name, form.password, form.totp))

    @routes.get("/api/me")
    def me(request: Request) -> Json:
        return _told(request.scope[MEMBER])

    @routes.post("/api/sign-out")
    def sign_out(request: Request) -> Response:
        member = sittings.end(cookies_in(request.headers.getlist("cookie")))
        if member is not None:
            members.note(member.id, "signed_out")
        answer = JSONResponse({"ok": True})
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    return routes


def _told(member: Member) -> Json:
    return {"name": member.name, "roles": list(member.roles), "clinic": member.clinic}


def _refused(outcome: Outcome) -> Response:
    status = _STATUS.get(outcome.why, 409)
    return JSONResponse({"ok": False, "why": outcome.why}, status_code=status)
