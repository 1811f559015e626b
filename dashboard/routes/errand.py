"""The strap's errand: started, fetched, tried out; how it goes is in the live state."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Errands
from dashboard.routes.live import told
from dashboard.wire import ErrandForm


def router(errands: Errands) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/errand")
    def view() -> dict[str, Any]:
        return errands.view()

    @routes.post("/api/errand/start")
    async def start(form: ErrandForm) -> JSONResponse:
        return told(await errands.start(replace=form.replace))

    @routes.post("/api/errand/fetch")
    async def fetch() -> JSONResponse:
        return told(await errands.fetch())

    @routes.post("/api/errand/trial")
    async def try_out() -> JSONResponse:
        return told(await errands.try_out())

    @routes.post("/api/errand/seen")
    async def seen() -> JSONResponse:
        return told(await errands.seen())

    return routes
