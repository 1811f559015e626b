"""A shared record, open for a therapist: whose, what to read first, and the answer to it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, WebSocket
from fastapi.responses import JSONResponse

from dashboard.hub import Hub
from dashboard.ports import Library, Outcome, Reading
from dashboard.reading_forms import DraftForm, OpenForm
from dashboard.routes.live import follow, told


def router(reading: Reading, hub: Hub, library: Library) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/state")
    async def state() -> dict[str, Any]:
        return hub.snapshot()

    @routes.websocket("/ws")
    async def socket(page: WebSocket) -> None:
        await follow(page, hub)

    @routes.get("/api/reading")
    def view() -> dict[str, Any]:
        return reading.view()

    @routes.post("/api/reading/open")
    def open_client(form: OpenForm) -> JSONResponse:
        return told(reading.open(form.id), 404)

    @routes.put("/api/reading/draft")
    def keep(form: DraftForm) -> JSONResponse:
        return told(reading.keep(form.practise, form.changes))

    @routes.post("/api/reading/reply")
    def reply() -> JSONResponse:
        found = reading.make_reply()
        return told(found) if isinstance(found, Outcome) else JSONResponse({"ok": True, **found})

    @routes.get("/api/practices")
    def practices() -> dict[str, Any]:
        return reading.titles()

    @routes.get("/api/practices/helps")
    def helps() -> dict[str, Any]:
        return reading.helps()

    @routes.get("/api/crisis")
    def crisis() -> dict[str, Any]:
        return {"lines": list(library.crisis_lines()), "contacts": []}

    return routes
