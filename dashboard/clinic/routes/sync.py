"""What people's own computers say: one message in, one out, as ``biocoach/syncing/wire`` has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from biocoach.syncing.wire import (
    SPEAKS,
    Bodies,
    Hello,
    Join,
    Leave,
    Lines,
    Refused,
    read,
    told,
)
from biocoach.types import Refusal
from dashboard.clinic.gate import SHOWN
from dashboard.clinic.pace import Pace
from dashboard.clinic.ports import ClinicDownError, Devices

T = TypeVar("T")
STATUS = {
    "token": 401, "code": 403, "position": 409, "damaged": 422, "older": 426, "newer": 426,
    "slow_down": 429, "busy": 503, "full": 507, "bad": 400,
}  # fmt: skip


def router(devices: Devices, joining: Pace, asking: Pace, guessing: Pace) -> APIRouter:
    """``joining``: how often codes may be tried, from one address; ``asking``: how often a computer
    may ask; ``guessing``: how often a token may be tried that this clinic never made.

    A token shows by its own end whether it was made here, so a guess is refused before anything is
    looked up, and costs no transaction. Only guesses count against their address. A computer that
    is joined is told apart before any count of others is asked: whoever shares its address (a
    house, a hospital, a whole provider) and whatever they try, it meets its own pace alone, also
    right after a start of this server, which has nothing to remember.
    """
    routes = APIRouter()

    @routes.post("/sync/join")
    async def join(request: Request) -> JSONResponse:
        if slowed := _slowed(joining, _address(request)):
            return slowed
        return await _answered(request, Join, lambda _, message: devices.join(message))

    def known(cls: type[T], do: Callable[[str, T], Any]) -> Callable[[Request], Any]:
        async def route(request: Request) -> JSONResponse:
            token = request.scope.get(SHOWN, "")
            if not token or not devices.issued(token):
                return _slowed(guessing, _address(request)) or _said(Refused(why="token"))
            if slowed := _slowed(asking, token):
                return slowed
            return await _answered(request, cls, do)

        return route

    routes.post("/sync/hello")(known(Hello, devices.hello))
    routes.post("/sync/lines")(known(Lines, devices.lines))
    routes.post("/sync/bodies")(known(Bodies, devices.bodies))
    routes.post("/sync/leave")(known(Leave, devices.leave))
    return routes


async def _answered(request: Request, cls: type[T], do: Callable[[str, T], Any]) -> JSONResponse:
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        return _said(Refused(why="bad", detail="not JSON"))
    except ClientDisconnect:  # nobody is there to hear it
        return _said(Refused(why="bad", detail="cut off"))
    message = read(cls, found)
    if isinstance(message, Refusal):
        speaks = found.get("speaks", SPEAKS) if isinstance(found, dict) else SPEAKS
        other = speaks != SPEAKS and isinstance(speaks, int)
        return _said(_of_another(speaks) if other else Refused(why="bad", detail=message.why))
    speaks = getattr(message, "speaks", SPEAKS)
    if speaks != SPEAKS:
        return _said(_of_another(speaks))
    try:
        return _said(await run_in_threadpool(do, request.scope.get(SHOWN, ""), message))
    except ClinicDownError as error:
        return _said(Refused(why="busy", detail=str(error)))


def _of_another(speaks: int) -> Refused:
    return Refused(why="newer" if speaks > SPEAKS else "older", detail=f"speaks {SPEAKS}")


def _slowed(pace: Pace, key: str) -> JSONResponse | None:
    """None: one more is let through, which is counted."""
    if pace.takes(key):
        return None
    answer = _said(Refused(why="slow_down"))
    answer.headers["retry-after"] = str(pace.wait_s(key))
    return answer


def _said(answer: Any) -> JSONResponse:
    status = STATUS[answer.why] if isinstance(answer, Refused) else 200
    return JSONResponse(told(answer), status_code=status)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
