"""Recordings from elsewhere: brought in, and what is said of them afterwards."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from dashboard.gate import UPLOAD_PATH
from dashboard.ports import Recordings
from dashboard.recording_forms import AfterwardsForm, ToldForm, WithdrawForm
from dashboard.routes.live import told

REFUSED = {"refused": 422, "locked": 409, "not_recording": 409}


def router(brought: Recordings) -> APIRouter:
    routes = APIRouter()

    @routes.post(UPLOAD_PATH)
    async def bring_in(request: Request) -> JSONResponse:
        """The body is the file; its name stays with the page."""
        try:
            found = await brought.bring_in(request.stream())
        except ClientDisconnect:  # nobody waits for an answer, and nothing was kept
            found = {"ok": False, "why": "refused"}
        return JSONResponse(found, status_code=REFUSED.get(str(found.get("why")), 200))

    @routes.post("/api/sessions/told")
    async def tell(form: ToldForm) -> JSONResponse:
        found = await brought.tell(form.told())
        return JSONResponse(found, status_code=200 if found["ok"] else 409)

    @routes.post("/api/sessions/{name}/marks")
    async def mark(name: str, form: AfterwardsForm) -> JSONResponse:
        return told(await brought.say_afterwards(name, form.body()))

    @routes.post("/api/sessions/{name}/marks/withdraw")
    async def withdraw(name: str, form: WithdrawForm) -> JSONResponse:
        return told(await brought.say_afterwards(name, form.body()))

    return routes
