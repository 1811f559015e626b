"""Totals of scales, and what the weeks show. Sync routes run in a thread."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.ports import Measures
from dashboard.routes.worksheets import done, shown
from dashboard.sheet_forms import EraseForm, TotalAgainForm, TotalForm


def router(measures: Measures) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/measures")
    def view() -> JSONResponse:
        return shown(measures.measures())

    @routes.get("/api/trends")
    def trends() -> JSONResponse:
        return shown(measures.trends())

    @routes.post("/api/measures")
    def add(form: TotalForm) -> JSONResponse:
        return done(measures.add(form.model_dump()))

    @routes.put("/api/measures/{name}")
    def change(name: str, form: TotalAgainForm) -> JSONResponse:
        return done(measures.change(name, form.model_dump(exclude={"rev"}), form.rev))

    @routes.delete("/api/measures/{name}")
    def erase(name: str, form: EraseForm) -> JSONResponse:
        return done(measures.erase(name, form.rev))

    return routes
