"""Coming in: health for scripts, and the one-time code that becomes a cookie."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from dashboard.guard import Guard

YEAR_S = 365 * 86_400
SPENT = "This address was used before, or is too old. `biocoach link` prints a new one.\n"
NOT_OPENED: dict[int | str, dict[str, Any]] = {
    403: {"description": "It opens nothing.", "content": {"text/plain": {}}}
}
# Not a redirect: that would count as asked for by the page before (a mail, the file that opened
# the browser), and the strict cookie would stay behind. From here the next step is our own.
GO_ON = """<!doctype html>
<html lang="en">
<title>biocoach</title>
<meta http-equiv="refresh" content="0; url=/">
<a href="/">biocoach</a>
"""


def router(guard: Guard) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/health")
    def health() -> dict[str, bool]:
        return {"ok": True}

    @routes.get("/enter", response_class=HTMLResponse, responses=NOT_OPENED)
    def enter(code: str = "") -> Response:
        if not guard.redeem(code):
            return PlainTextResponse(SPENT, status_code=403)
        response = HTMLResponse(GO_ON, headers={"cache-control": "no-store"})
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
