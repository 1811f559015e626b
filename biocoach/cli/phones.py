"""A phone in the same house: whether there is a door for it, and who may come in.

The dashboard's ``Phones``. There is a door only while the record is open, the person has turned it
on, and this computer is in the network that it was turned on for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from biocoach.cli.networks import Address, choose, network_of
from biocoach.cli.phone_door import Builder, Door, Rooms
from biocoach.cli.phone_fact import FACT, Kept, fact_of, kept_of
from biocoach.cli.phone_lock import PhoneLock
from biocoach.clock import Clock
from biocoach.store import StoreError
from dashboard.phone_guard import Pairing, Phone, hash_of, new_id, new_token
from dashboard.ports import Outcome
from dashboard.qr import picture

Json = dict[str, Any]
LOOK_S = 20.0  # how often the addresses of this computer are looked at
LOCKED = Outcome(why="locked")


class PhoneDesk:
    """``addresses``: of this computer at home; ``tell`` tells the pages."""

    def __init__(
        self,
        *,
        fact: Callable[[str], Json | None],
        keep: Callable[[str, Json], Awaitable[Outcome]],
        clock: Clock,
        addresses: Callable[[], Sequence[Address]],
        tell: Callable[[Json], None],
    ) -> None:
        self._fact = fact
        self._write = keep
        self._clock = clock
        self._addresses = addresses
        self._tell = tell
        self._pairing = Pairing(lambda: clock.wall().timestamp())
        self._changing = asyncio.Lock()
        self._builder: Builder | None = None
        self._port = 0
        self._lock: PhoneLock | None = None
        self._kept: Kept | None = None
        self._door: Door | None = None
        self._doors = 0  # how many there were: another one has another address or certificate
        self._at_home = False  # in the network that it was turned on for
        self._seeing: dict[str, asyncio.Task[None]] = {}

    def serve_with(self, rooms: Rooms, port: int) -> None:
        """What is behind a door, and the port to try first."""
        self._port = port
        self._builder = Builder(
            rooms=rooms, phones=self._phones, came=self._came, now_s=self._clock.now_s
        )

    async def run(self, lock: PhoneLock) -> None:
        """While this record is open; until cancelled."""
        try:
            kept = await asyncio.to_thread(lambda: kept_of(self._fact(FACT)))
            self._lock, self._kept = lock, kept
            while True:
                async with self._changing:
                    await self._settle()
                await self._clock.sleep_until(self._clock.now_s() + LOOK_S)
        finally:
            async with self._changing:  # whoever turns it on just now comes to an end first
                for seeing in self._seeing.values():
                    seeing.cancel()
                await self._shut()
                self._lock = self._kept = None

    # ---- what the computer's page may do

    async def view(self) -> Json:
        lock, kept, door = self._lock, self._kept, self._door
        if lock is None or kept is None:
            return {"state": "off", "asks": "locked", "addresses": [], "phones": []}
        asks = await asyncio.to_thread(lock.asks)
        here = await asyncio.to_thread(self._addresses)
        told = {
            "state": self._state(),
            "asks": asks,
            "addresses": [str(address) for address in here],
            "phones": [_told(phone) for phone in kept.phones],
        }
        if door is not None:
            told |= {"address": f"https://{door.host}", "fingerprint": door.certificate.fingerprint}
        return told

    async def turn_on(self, passphrase: str, address: str) -> Outcome:
        async with self._changing:
            here = await asyncio.to_thread(self._addresses)
            found = next((a for a in here if str(a) == address), None)
            # The passphrase last: where there is none yet, asking makes it the one.
            asks = LOCKED.why if self._lock is None else await asyncio.to_thread(self._lock.asks)
            if found is None and asks not in ("locked", "plain"):
                return Outcome(why="no_network")
            why = await self._refuses(passphrase)
            if why or found is None or self._kept is None:
                return Outcome(why=why or "no_network")
            kept = replace(self._kept, on=True, address=address, network=network_of(found))
            outcome = await self._keep(kept)
            if not outcome.why:
                await self._settle()
            return outcome

    async def turn_off(self) -> Outcome:
        """Whether or not it can be written: then it is off until the next start."""
        async with self._changing:
            if self._kept is None:
                return LOCKED
            self._kept = replace(self._kept, on=False)
            await self._settle()
            return await self._keep(self._kept)

    async def pair(self, passphrase: str, name: str) -> Json | Outcome:
        async with self._changing:
            why = await self._refuses(passphrase)
            if why or self._door is None:
                return Outcome(why=why or "no_network")
            code = self._pairing.begin(name)
            address = f"https://{self._door.host}/enter?code={code}"
            return {"address": address, "code": code, "qr": picture(address)}

    async def end_pairing(self) -> Outcome:
        self._pairing.end()
        return Outcome()

    async def revoke(self, phone: str) -> Outcome:
        async with self._changing:
            if self._kept is None:
                return LOCKED
            if all(p.id != phone for p in self._kept.phones):
                return Outcome(why="not_there")
            self._kept = self._kept.without(phone)
            if self._door is not None:
                self._door.sittings.end(phone)
            return await self._keep(self._kept)

    # ---- what a phone does

    async def admit(self, code: str) -> str:
        if not self._pairing.waits():  # strangers don't stand in the way of what the person does
            return ""
        async with self._changing:
            name = self._pairing.redeem(code)
            if name is None or self._kept is None:
                return ""
            token, day = new_token(), self._today()
            phone = Phone(id=new_id(), name=name, token=hash_of(token), added=day, seen=day)
            kept = replace(self._kept, phones=(*self._kept.phones, phone))
            outcome = await self._keep(kept)
            return "" if outcome.why else token

    def _phones(self) -> tuple[Phone, ...]:
        return self._kept.phones if self._kept else ()

    def _came(self, phone: Phone) -> None:
        """The day is kept, once a day."""
        if phone.seen != self._today() and phone.id not in self._seeing:
            task = asyncio.create_task(self._saw(phone.id))
            self._seeing[phone.id] = task
            task.add_done_callback(lambda _: self._seeing.pop(phone.id, None))

    async def _saw(self, phone: str) -> None:
        async with self._changing:
            if self._kept is not None:
                await self._keep(self._kept.seen(phone, self._today()))

    # ---- inside

    async def _refuses(self, passphrase: str) -> str:
        lock = self._lock
        return "locked" if lock is None else await asyncio.to_thread(lock.refuses, passphrase)

    async def _keep(self, kept: Kept) -> Outcome:
        outcome = await self._write(FACT, fact_of(kept))
        if not outcome.why:
            self._kept = kept
        self._say()
        return outcome

    async def _settle(self) -> None:
        """The door is where it should be, or there is none."""
        lock, kept = self._lock, self._kept
        if lock is None or kept is None:
            return
        address: Address | None = None
        if kept.on and lock.asks() != "plain":
            here = await asyncio.to_thread(self._addresses)
            address = choose(here, address=kept.address, network=kept.network)
        self._at_home = address is not None
        if self._door is None or not self._door.serves(address, self._clock.wall()):
            await self._shut()
            if address is not None:
                await self._open(lock, kept, address)
        self._say()

    async def _open(self, lock: PhoneLock, kept: Kept, address: Address) -> None:
        assert self._builder is not None  # serve_with comes first
        try:
            self._door = door = await self._builder.open(
                lock.folder, address, record=kept.id, password=kept.password,
                port=kept.port or self._port, now=self._clock.wall(),
            )  # fmt: skip
        except (OSError, StoreError):
            return  # it is tried again at the next look, and the card says that there is none
        self._doors += 1
        if (str(address), door.port) != (kept.address, kept.port):
            await self._keep(replace(kept, address=str(address), port=door.port))

    async def _shut(self) -> None:
        self._pairing.end()
        if self._door is not None:
            await self._door.shut()
        self._door = None  # only now: until then something listens

    def _state(self) -> str:
        if self._door is not None:
            return "on"
        if self._kept is None or not self._kept.on:
            return "off"
        return "trouble" if self._at_home else "elsewhere"

    def _say(self) -> None:
        paired = len(self._phones())
        self._tell({"state": self._state(), "paired": paired, "doors": self._doors})

    def _today(self) -> str:
        return self._clock.wall().astimezone().date().isoformat()


def _told(phone: Phone) -> Json:
    """Without its token's hash."""
    return {name: word for name, word in asdict(phone).items() if name != "token"}
