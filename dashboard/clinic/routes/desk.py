"""What somebody who is signed in may ask; who may, the database decides a second time."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from dashboard.clinic.forms import AssignForm, CalledForm, NewMemberForm, SuperviseForm, SureForm
from dashboard.clinic.gate import MEMBER
from dashboard.clinic.ports import Desk, Member
from dashboard.ports import Outcome

Json = dict[str, Any]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/clients")
    def caseload(request: Request) -> Response:
        return _told(desk.caseload(_who(request)))

    @routes.post("/api/clients")
    def new_client(form: CalledForm, request: Request) -> Response:
        return _told(desk.new_client(_who(request), form.name.strip()))

    @routes.get("/api/clients/{name}")
    def client(name: str, request: Request, before: int = 0) -> Response:
        return _told(desk.client(_who(request), name, before))

    @routes.post("/api/clients/{name}/devices")
    def invite_device(name: str, request: Request) -> Response:
        return _told(desk.invite_device(_who(request), name))

    @routes.delete("/api/clients/{name}/devices/{device}")
    def revoke_device(name: str, device: str, request: Request) -> Response:
        return _done(desk.revoke_device(_who(request), name, device))

    @routes.post("/api/clients/{name}/person")
    def invite_person(name: str, request: Request) -> Response:
        return _told(desk.invite_person(_who(request), name))

    @routes.post("/api/clients/{name}/assigned")
    def assign(name: str, form: AssignForm, request: Request) -> Response:
        return _done(desk.assign(_who(request), name, form.member, form.yes))

    @routes.get("/api/clients/{name}/export/{journal}")
    def export(name: str, journal: str, request: Request) -> Response:
        found = desk.export(_who(request), name, journal)
        if isinstance(found, Outcome):
            return _done(found)
        named = {"content-disposition": 'attachment; filename="record.biocoach.json"'}
        return StreamingResponse(found, media_type="application/x-ndjson", headers=named)

    @routes.post("/api/clients/{name}/erase")
    def erase(name: str, form: SureForm, request: Request) -> Response:
        return _done(desk.erase(_who(request), name))

    @routes.get("/api/people")
    def people(request: Request) -> Response:
        return _told(desk.people(_who(request)))

    @routes.post("/api/people")
    def invite_member(form: NewMemberForm, request: Request) -> Response:
        return _told(desk.invite_member(_who(request), form.name.strip(), form.roles))

    @routes.post("/api/people/{name}/again")
    def invite_again(name: str, request: Request) -> Response:
        return _told(desk.invite_again(_who(request), name))

    @routes.post("/api/people/{name}/disable")
    def disable(name: str, request: Request) -> Response:
        return _done(desk.disable(_who(request), name))

    @routes.post("/api/people/{name}/supervised")
    def supervise(name: str, form: SuperviseForm, request: Request) -> Response:
        return _done(desk.supervise(_who(request), name, form.supervisor, form.yes))

    @routes.get("/api/audit")
    def audit(request: Request, before: int = 0) -> Response:
        return _told(desk.audit(_who(request), before))

    return routes


def _who(request: Request) -> Member:
    member: Member = request.scope[MEMBER]
    return member


def _told(found: Json | Outcome) -> Response:
    return _done(found) if isinstance(found, Outcome) else JSONResponse({"ok": True, **found})


def _done(outcome: Outcome) -> Response:
    if not outcome.why:
        return JSONResponse({"ok": True})
    status = 404 if outcome.why == "not_there" else 409
    return JSONResponse({"ok": False, "why": outcome.why}, status_code=status)
