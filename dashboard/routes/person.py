"""What belongs to the person: passphrase, first-run answers, contacts, check-ins."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.hub import Hub
from dashboard.ports import Controls, Library, Outcome, Reader
from dashboard.recording_forms import PlanAheadForm
from dashboard.routes.live import told
from dashboard.wire import CheckInForm, ContactsForm, FitForm, UnlockForm

AHEAD = "plan_ahead"  # the fact's name


def router(hub: Hub, controls: Controls, reader: Reader, library: Library) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/unlock")
    async def unlock(form: UnlockForm) -> JSONResponse:
        outcome = await controls.unlock(form.passphrase)
        return told(outcome, 403 if outcome.why == "wrong_passphrase" else 409)

    @routes.get("/api/settings/fit")
    def fit() -> dict[str, Any]:
        return {"fit": (hub.slice("app") or {}).get("fit")}

    @routes.put("/api/settings/fit")
    async def put_fit(form: FitForm) -> JSONResponse:
        outcome = await controls.set_fit(form.fit())
        if outcome.why:
            return told(outcome)
        return JSONResponse({"ok": True, "fit": asdict(form.fit())})

    @routes.get("/api/settings/contacts")
    async def contacts() -> dict[str, Any]:
        return await controls.fact("contacts") or {"contacts": []}

    @routes.put("/api/settings/contacts")
    async def put_contacts(form: ContactsForm) -> JSONResponse:
        return told(await controls.put_fact("contacts", form.model_dump()))

    @routes.get("/api/settings/learnt")
    def learnt() -> dict[str, Any]:
        return reader.learnt()

    @routes.post("/api/settings/learnt/again")
    async def teach_again() -> JSONResponse:
        return told(await controls.teach_again())

    @routes.get("/api/check-in")
    def check_in() -> dict[str, Any]:
        return {"due": reader.check_in()}

    @routes.put("/api/check-in")
    async def put_check_in(form: CheckInForm) -> JSONResponse:
        return told(await controls.keep_check_in(form.model_dump(mode="json")))

    @routes.get("/api/plan-ahead")
    async def plan_ahead() -> dict[str, Any]:
        return await controls.fact(AHEAD) or {"ahead": None}

    @routes.put("/api/plan-ahead")
    async def put_plan_ahead(form: PlanAheadForm) -> JSONResponse:
        why = await controls.may_plan(form.plan.body())
        if why:
            return told(Outcome(why=why))
        return told(await controls.put_fact(AHEAD, {"ahead": form.model_dump(mode="json")}))

    @routes.post("/api/plan-ahead/drop")
    async def drop_plan_ahead() -> JSONResponse:
        return told(await controls.put_fact(AHEAD, {"ahead": None}))

    @routes.get("/api/crisis")
    async def crisis() -> dict[str, Any]:
        known = await controls.fact("contacts") or {"contacts": []}
        return {"lines": list(library.crisis_lines()), "contacts": known["contacts"]}

    return routes
