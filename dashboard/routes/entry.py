"""Coming in: health for scripts, and the one-time code that becomes a cookie."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from dashboard.guard import Guard

YEAR_S = 365 * 86_400
SPENT = "This address was used before, or is too old. `biocoach link` prints a new one.\n"


def router(guard: Guard) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/health")
    def health() -> dict[str, bool]:
        return {"ok": True}

    @routes.get("/enter")
    def enter(code: str = "") -> Response:
        if not guard.redeem(code):
            return PlainTextResponse(SPENT, status_code=403)
        response = Response(status_code=303, headers={"location": "/", "cache-control": "no-store"})
        response.set_cookie(
            guard.cookie_name,
            guard.cookie_value,
            max_age=YEAR_S,
            httponly=True,
            samesite="strict",
            path="/",
        )
        return response

    return routes
