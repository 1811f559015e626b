"""What was recorded, and the shipped practices: read only. Sync routes run in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException

from dashboard.hub import Hub
from dashboard.ports import Library, Reader


def _still(hub: Hub, name: str) -> bool:
    """Under ``observe`` nothing of the heart is shown while apart, by no way round."""
    session = hub.slice("session") or {}
    return session.get("id") == name and bool(session.get("still"))


def router(hub: Hub, reader: Reader, library: Library) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/sessions")
    def sessions() -> list[dict[str, Any]]:
        return [row for row in reader.sessions() if not _still(hub, row["id"])]

    @routes.get("/api/sessions/{name}")
    def session(name: str) -> dict[str, Any]:
        if _still(hub, name):
            raise HTTPException(409, "This session is still; its review comes afterwards.")
        found = reader.session(name)
        if found is None:
            raise HTTPException(404, "There is no session by that name.")
        return found

    @routes.get("/api/practices")
    def practices() -> Sequence[dict[str, Any]]:
        return library.practices()

    return routes
