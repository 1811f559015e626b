"""A clinic's copy of the record: joined, agreed to, left; at the computer only."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.clinic_forms import ClinicAgreeForm, ClinicJoinForm, ClinicLeaveForm
from dashboard.ports import Clinic
from dashboard.routes.live import told
from dashboard.routes.worksheets import shown


def router(clinic: Clinic) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/clinic")
    async def view() -> JSONResponse:
        return shown(clinic.view())

    @routes.post("/api/clinic/join")
    async def join(form: ClinicJoinForm) -> JSONResponse:
        return told(await clinic.join(form.code, form.items))

    @routes.post("/api/clinic/agree")
    async def agree(form: ClinicAgreeForm) -> JSONResponse:
        return told(await clinic.agree(form.items))

    @routes.post("/api/clinic/leave")
    async def leave(form: ClinicLeaveForm) -> JSONResponse:
        return told(await clinic.leave(erase=form.erase, anyway=form.anyway))

    return routes
