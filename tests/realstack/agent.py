"""Someone who says yes when BlueZ asks whether to pair: as a desktop's Bluetooth settings do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

PATH = "/agent"


@asynccontextmanager
async def agent() -> AsyncIterator[list[str]]:
    """Gives the questions that were asked; each was answered with yes."""
    asked: list[str] = []

    def answer(message: Message) -> Message | None:
        if message.path != PATH or message.message_type is not MessageType.METHOD_CALL:
            return None
        asked.append(str(message.member))
        return Message.new_method_return(message)

    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    bus.add_message_handler(answer)
    try:
        for member, signature, body in (
            ("RegisterAgent", "os", [PATH, "NoInputNoOutput"]),
            ("RequestDefaultAgent", "o", [PATH]),
        ):
            reply = await bus.call(
                Message(
                    destination="org.bluez",
                    path="/org/bluez",
                    interface="org.bluez.AgentManager1",
                    member=member,
                    signature=signature,
                    body=body,
                )
            )
            assert reply is not None
            assert reply.message_type is not MessageType.ERROR, reply.body
        yield asked
    finally:
        bus.disconnect()
