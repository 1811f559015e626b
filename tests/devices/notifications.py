"""A desktop's notification service (``org.freedesktop.Notifications``) on a bus of a test's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from devices.notices import SERVICE
from tests.devices.private_bus import PrivateBus


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """``body`` as the specification has it: app, replaces, icon, title, text, actions, hints,
    expiry."""

    number: int
    body: list[Any]
    loop_s: float

    @property
    def title(self) -> str:
        return str(self.body[3])

    @property
    def text(self) -> str:
        return str(self.body[4])


@dataclass
class FakeDesktop:
    """Keeps what it was asked to show; ``on_screen`` by number."""

    answers: bool = True
    shown: list[Shown] = field(default_factory=list)
    on_screen: dict[int, Shown] = field(default_factory=dict)
    address: str = ""

    def __post_init__(self) -> None:
        self._numbers = 0
        self._more = asyncio.Event()

    def handle(self, message: Message) -> Message | bool | None:
        if message.interface != SERVICE:
            return None
        if not self.answers:
            return True
        answer: list[Any]
        match message.member:
            case "Notify":
                answer, signature = [self._show(list(message.body))], "u"
            case "CloseNotification":
                self.on_screen.pop(message.body[0], None)
                answer, signature = [], ""
            case _:
                answer, signature = ["fake", "tests", "1", "1.2"], "ssss"
        self._more.set()
        return Message(
            message_type=MessageType.METHOD_RETURN, reply_serial=message.serial,
            destination=message.sender, signature=signature, body=answer,
        )  # fmt: skip

    def _show(self, body: list[Any]) -> int:
        if not body[1]:
            self._numbers += 1
        number = body[1] or self._numbers
        found = Shown(number=number, body=body, loop_s=asyncio.get_running_loop().time())
        self.shown.append(found)
        self.on_screen[number] = found
        return int(number)

    async def until(self, true: Callable[[], bool], patience_s: float = 30.0) -> None:
        """Raises TimeoutError."""
        async with asyncio.timeout(patience_s):
            while not true():
                self._more.clear()
                await self._more.wait()

    @property
    def titles(self) -> list[str]:
        return [found.title for found in self.on_screen.values()]


@asynccontextmanager
async def desktop(*, answers: bool = True) -> AsyncIterator[FakeDesktop]:
    """On a daemon of its own; ``address`` is its bus, for DBUS_SESSION_BUS_ADDRESS."""
    private, fake = PrivateBus(), FakeDesktop(answers=answers)
    await private.begin()
    fake.address = os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
    bus = await MessageBus(bus_address=fake.address).connect()
    bus.add_message_handler(fake.handle)
    await bus.request_name(SERVICE)
    try:
        yield fake
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        await private.end()
