"""The adapter as D-Bus shows it: on and off, there and gone."""

from __future__ import annotations

import asyncio
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

PATH = "/org/bluez/hci0"
ADAPTER = "org.bluez.Adapter1"
LOOKS_EACH_S = 0.05
PATIENCE_S = 20.0


async def _call(member: str, signature: str, body: list[Any]) -> Message:
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        reply = await bus.call(
            Message(
                destination="org.bluez",
                path=PATH,
                interface="org.freedesktop.DBus.Properties",
                member=member,
                signature=signature,
                body=body,
            )
        )
        assert reply is not None
        return reply
    finally:
        bus.disconnect()


async def _on() -> bool | None:
    """None: there is no adapter (yet), or no bluetoothd."""
    reply = await _call("Get", "ss", [ADAPTER, "Powered"])
    return None if reply.message_type is MessageType.ERROR else bool(reply.body[0].value)


async def power(on: bool) -> None:
    """Raises RuntimeError where BlueZ does not want to."""
    refusal = await _set(on)
    if refusal:
        raise RuntimeError(refusal)


async def _set(on: bool) -> str:
    reply = await _call("Set", "ssv", [ADAPTER, "Powered", Variant("b", on)])
    return f"{reply.error_name}: {reply.body}" if reply.message_type is MessageType.ERROR else ""


async def until_on() -> None:
    """bluetoothd finds a new adapter in its own time, and refuses at first (Busy, no object)."""
    async with asyncio.timeout(PATIENCE_S):
        while not await _on():
            await _set(True)
            await asyncio.sleep(LOOKS_EACH_S)


async def until_gone() -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await _on() is not None:
            await asyncio.sleep(LOOKS_EACH_S)
