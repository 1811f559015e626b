"""One's own phrases, comfort kit and imagery text; pictures and voices as they are."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from dashboard.gate import MEDIA_PATH
from dashboard.own_forms import OwnForm
from dashboard.ports import Outcome, Own
from dashboard.routes.live import told

REFUSED = {"not_media": 422, "too_large": 413, "not_there": 404}
PRIVATE = {"cache-control": "no-store"}
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def router(own: Own) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/own")
    def view() -> JSONResponse:
        found = own.own()
        return told(found) if isinstance(found, Outcome) else JSONResponse(found, headers=PRIVATE)

    @routes.put("/api/own")
    async def keep(form: OwnForm) -> JSONResponse:
        return _told(await own.keep_own(form.model_dump()))

    @routes.post(MEDIA_PATH)
    async def add(request: Request) -> JSONResponse:
        """The body is the picture or the sound; the gate counts it as it comes."""
        content = bytearray()
        try:
            async for piece in request.stream():
                content += piece
        except ClientDisconnect:  # nobody waits for an answer, and nothing was kept
            return _told({"ok": False, "why": "not_media"})
        return _told(await own.add_media(bytes(content)))

    @routes.get(MEDIA_PATH + "/{name}", response_class=Response)
    def media(name: str, request: Request) -> Response:
        found = own.media(name)
        if isinstance(found, Outcome):
            return told(found, REFUSED.get(found.why, 409))
        return _shown(*found, request.headers.get("range", ""))

    return routes


def _told(found: dict[str, Any]) -> JSONResponse:
    status = 200 if found["ok"] else REFUSED.get(found["why"], 409)
    return JSONResponse(found, status_code=status)


def _shown(media_type: str, content: bytes, wanted: str) -> Response:
    """All of it or, as Safari's player asks, one part (RFC 9110, 14)."""
    headers = PRIVATE | {"content-disposition": "inline", "accept-ranges": "bytes"}
    found = RANGE.fullmatch(wanted)
    span = part(found[1], found[2], len(content)) if found else None
    if span is None:
        return Response(content, media_type=media_type, headers=headers)
    if not span:
        none = headers | {"content-range": f"bytes */{len(content)}"}
        return Response(status_code=416, headers=none)
    told_range = f"bytes {span.start}-{span.stop - 1}/{len(content)}"
    return Response(
        content[span.start : span.stop],
        status_code=206,
        media_type=media_type,
        headers=headers | {"content-range": told_range},
    )


def part(first: str, last: str, length: int) -> range | None:
    """The bytes that ``bytes=first-last`` asks for; empty where there are none, and None where it
    asks for nothing that makes sense, so that all is sent."""
    if not first:
        return range(max(0, length - int(last)), length) if last else None
    if last and int(last) < int(first):
        return None
    return range(min(int(first), length), min(int(last) + 1, length) if last else length)
