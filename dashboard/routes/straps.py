"""Straps near, the remembered one, and what it is asked for."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.hub import Hub
from dashboard.ports import Controls, Straps
from dashboard.routes.live import told
from dashboard.wire import ChooseForm, EcgForm


def router(hub: Hub, controls: Controls, straps: Straps) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/straps")
    async def near() -> dict[str, Any]:
        strap = hub.slice("strap") or {}
        return {
            "remembered": await controls.fact("strap"),
            "found": strap.get("found", []),
            "adapter": strap.get("adapter", "ok"),
        }

    @routes.post("/api/straps/scan")
    async def scan() -> dict[str, Any]:
        return await straps.scan()

    @routes.post("/api/straps/choose")
    async def choose(form: ChooseForm) -> JSONResponse:
        return told(await straps.choose(form.source))

    @routes.post("/api/straps/forget")
    async def forget() -> JSONResponse:
        return told(await straps.forget())

    @routes.put("/api/straps/ecg")
    async def ask_ecg(form: EcgForm) -> JSONResponse:
        return told(await straps.ask_ecg(form.on))

    return routes
