"""The live state: a snapshot, then numbered deltas; and the inputs of the session."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from dashboard.hub import Hub, Subscription
from dashboard.ports import Controls, Outcome, Practices
from dashboard.wire import InputForm, PracticeForm


def told(outcome: Outcome, refused: int = 409) -> JSONResponse:
    """An outcome as the page expects it."""
    if outcome.why:
        return JSONResponse({"ok": False, "why": outcome.why}, status_code=refused)
    return JSONResponse({"ok": True, "number": outcome.number})


def router(hub: Hub, controls: Controls, practices: Practices) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/state")
    async def state() -> dict[str, Any]:
        await hub.ready()
        return hub.snapshot()

    @routes.post("/api/sessions/current/inputs")
    async def give(form: InputForm) -> JSONResponse:
        if not isinstance(form, PracticeForm):
            return told(await controls.submit(form.body()))
        # While a practice runs nothing is offered, so it must be there.
        log = await asyncio.to_thread(practices.log, form.body())
        if log is None:
            return told(Outcome(why="unknown_practice"))
        return told(await controls.submit(log))

    @routes.websocket("/ws")
    async def socket(page: WebSocket) -> None:
        await follow(page, hub)

    return routes


async def follow(page: WebSocket, hub: Hub) -> None:
    """A snapshot, then what changes, until the page goes."""
    await page.accept()
    await hub.ready()
    subscription = hub.join()
    subscription.offer(hub.snapshot_text())
    telling = asyncio.create_task(_tell(page, subscription, hub))
    try:
        await _listen(page, subscription, hub)
    finally:
        telling.cancel()
        hub.leave(subscription)


async def _tell(page: WebSocket, subscription: Subscription, hub: Hub) -> None:
    """Send what there is to tell, until the page has gone."""
    try:
        while True:
            text = await subscription.next()
            await page.send_text(hub.snapshot_text() if text is None else text)
    except (WebSocketDisconnect, RuntimeError):
        return  # it went away in mid-sentence: nothing is owed to it


async def _listen(page: WebSocket, subscription: Subscription, hub: Hub) -> None:
    """The page says one thing only: that it needs a snapshot. Ends when the page goes."""
    while True:
        message = await page.receive()
        if message["type"] == "websocket.disconnect":
            return
        if "snapshot?" in (message.get("text") or ""):
            subscription.offer(hub.snapshot_text())
