"""A clinic's own receiving, over a real database, as the person's side asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from biocoach.cli.clinic.devices import Devices
from biocoach.store.clinic import ClinicEngine, doors, people
from biocoach.store.clinic.owning import found_clinic
from biocoach.store.clinic.people import Client, Invited
from biocoach.syncing.messages import Trouble, trouble_of
from biocoach.syncing.wire import Bodies, Done, Held, Hello, Join, Joined, Leave, Lines, Refused
from tests.postgres import Base

T = TypeVar("T")


class RealClinic:
    """With one client, whose computer joins by ``code``."""

    def __init__(self, base: Base, engine: ClinicEngine, code: str) -> None:
        admin, secret = found_clinic(base.owner, "Harbour Clinic", "Ines")
        assert doors.accept(engine, secret.shown) == admin
        client = people.add_client(engine, admin, "Bo")
        assert isinstance(client, Client)
        self.client = client.client
        given = people.invite(engine, admin, client.practitioner, Invited.DEVICE)
        self._codes = {code: given.shown}
        self._devices = Devices(engine, lambda *_: None)

    async def join(self, message: Join) -> Joined | Trouble:
        code = self._codes.get(message.code, message.code)
        return await _asked(lambda: self._devices.join(replace(message, code=code)))

    async def hello(self, token: str, message: Hello) -> Held | Trouble:
        return await _asked(lambda: self._devices.hello(token, message))

    async def lines(self, token: str, message: Lines) -> Held | Trouble:
        return await _asked(lambda: self._devices.lines(token, message))

    async def bodies(self, token: str, message: Bodies) -> Done | Trouble:
        return await _asked(lambda: self._devices.bodies(token, message))

    async def leave(self, token: str, message: Leave) -> Done | Trouble:
        return await _asked(lambda: self._devices.leave(token, message))


async def _asked(do: Callable[[], T | Refused]) -> T | Trouble:
    found = await asyncio.to_thread(do)
    return trouble_of(found) if isinstance(found, Refused) else found
