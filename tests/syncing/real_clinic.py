"""A clinic's own receiving, over a real database, as the person's side asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

from psycopg.rows import dict_row

from biocoach.cli.clinic.devices import Devices
from biocoach.store.clinic import ClinicEngine, doors, people
from biocoach.store.clinic.owning import found_clinic
from biocoach.store.clinic.people import Client, Invited
from biocoach.syncing.messages import Trouble, trouble_of
from biocoach.syncing.wire import (
    Bodies,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Refused,
    Row,
)
from dashboard.clinic.ports import ClinicDownError
from tests.postgres import Base

T = TypeVar("T")


class RealClinic:
    """With one client, whose computer joins by ``code``. ``at_once``: in the caller's thread."""

    def __init__(
        self, base: Base, engine: ClinicEngine, code: str, *, at_once: bool = False
    ) -> None:
        self._base, self._at_once = base, at_once
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
        return await self._asked(lambda: self._devices.join(replace(message, code=code)))

    async def hello(self, token: str, message: Hello) -> Held | Trouble:
        return await self._asked(lambda: self._devices.hello(token, message))

    async def lines(self, token: str, message: Lines) -> Held | Trouble:
        return await self._asked(lambda: self._devices.lines(token, message))

    async def bodies(self, token: str, message: Bodies) -> Done | Trouble:
        return await self._asked(lambda: self._devices.bodies(token, message))

    async def leave(self, token: str, message: Leave) -> Done | Trouble:
        return await self._asked(lambda: self._devices.leave(token, message))

    def rows(self, journal: str) -> list[Row]:
        return self.copies()[journal]

    def copies(self) -> dict[str, list[Row]]:
        """Each journal as it lies there; the kind of what is not to be read is "erased"."""
        names = ", ".join(one.name for one in fields(Row))
        query = f"SELECT journal, {names} FROM clinic.lines ORDER BY journal, seq"
        found: dict[str, list[Row]] = {}
        with self._base.root() as root, root.cursor(row_factory=dict_row) as cursor:
            for told in cursor.execute(query.encode()):
                row = found.setdefault(told.pop("journal"), [])
                row.append(Row(**told | ({} if told["body"] is not None else {"kind": None})))
        return found

    async def _asked(self, do: Callable[[], T | Refused]) -> T | Trouble:
        try:
            found = do() if self._at_once else await asyncio.to_thread(do)
        except ClinicDownError:
            return Trouble(code="busy")  # as its door says it
        return trouble_of(found) if isinstance(found, Refused) else found
