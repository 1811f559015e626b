"""Ways to a strap's memory: a strap by radio; or the virtual one, which is built again.

A virtual strap lives no longer than its process, and its errand should outlive that. But all
that it does follows from its seed and the time, so that it is made anew: put on at the errand's
start, sent off as it was, and asked at the moment that it is now.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar, runtime_checkable

from biocoach.cli.errand_bring import Strap
from biocoach.cli.errand_fact import Errand, Notes, Stage
from biocoach.cli.errands import Borrow, Errands
from biocoach.clock import Clock
from biocoach.keeping import Keeper
from devices import SourceSpec
from devices.gatt import Gatt
from devices.polar_memory import StrapMemory
from devices.polar_streams import stop_orphans
from devices.virtual_gatt import VirtualGatt
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_faults import FAULTS

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """``clock``: the one by which the strap's time goes."""

    borrow: Borrow
    strap: Strap
    clock: Clock


@asynccontextmanager
async def by_radio(wanted: str, clock: Clock) -> AsyncIterator[Reached]:
    """A connection of its own to the strap with this address or name. Raises DeviceError."""
    from devices.radio import connected  # slow to import, and only here is there a radio

    async with connected(wanted) as gatt:
        await stop_orphans(gatt, clock, gatt.pair)  # it may leave with them on
        strap = Strap(name=gatt.name, address=gatt.address, source=f"ble:{gatt.address}")
        yield Reached(borrow=_Lent(gatt), strap=strap, clock=clock)


@asynccontextmanager
async def virtually(
    spec: SourceSpec, errand: Errand | None, clock: Clock
) -> AsyncIterator[Reached]:
    """The virtual H10 as the errand left it. Raises DeviceError."""
    h10, time = await _built(spec, errand, clock)
    async with _linked(h10, time) as gatt:
        yield Reached(borrow=_Lent(gatt), strap=_named(h10, spec), clock=time)


async def _built(
    spec: SourceSpec, errand: Errand | None, clock: Clock
) -> tuple[VirtualH10, StoryClock]:
    away = errand if errand is not None and errand.source == address_of(spec) else None
    if away is not None and away.stage in (Stage.OVER, Stage.GONE):
        away = None
    time = StoryClock(clock, since=away.started if away else None, speed=spec.speed)
    faults = [fault for fault in spec.faults if fault in FAULTS]
    h10 = VirtualH10(seed=spec.seed, scenario=spec.scenario, faults=faults, worn_s=time.since_s)
    if away is not None:
        await _send_off(h10, time, away)
    return h10, time


@asynccontextmanager
async def _linked(h10: VirtualH10, time: StoryClock) -> AsyncIterator[Gatt]:
    gatt = VirtualGatt(h10, time.now_s)
    try:
        yield gatt
    finally:
        await gatt.close()


def _named(h10: VirtualH10, spec: SourceSpec) -> Strap:
    return Strap(name=h10.name, address="virtual", source=address_of(spec))


def address_of(spec: SourceSpec) -> str:
    """The virtual strap's address, by which an errand knows it again."""
    words = [f"seed={spec.seed}", f"scenario={spec.scenario}", f"speed={spec.speed:g}"]
    return "virtual:" + ",".join([*words, *(f"fault={fault}" for fault in spec.faults)])


async def _send_off(h10: VirtualH10, time: StoryClock, errand: Errand) -> None:
    """What was asked of it before: the same questions at the same times."""
    then = _Stopped(time, time.since_s)
    gatt = VirtualGatt(h10, then.now_s)
    memory = StrapMemory(gatt, then)
    await memory.start()
    if errand.lasted_s is not None:
        then.at_s += errand.lasted_s
        await memory.stop()
    await gatt.close()


class _Lent:
    """A connection that is ours for as long as we want it."""

    def __init__(self, gatt: Gatt) -> None:
        self._gatt = gatt

    async def __call__(self, use: Callable[[Gatt], Awaitable[T]]) -> T:
        return await use(self._gatt)


class Virtually:
    """Lends the virtual strap to a page: one strap, and a connection of its own each time."""

    def __init__(self, spec: SourceSpec, notes: Notes, clock: Clock) -> None:
        self._spec = replace(spec, speed=1.0)  # the clock that is handed in has that speed
        self._notes = notes
        self._clock = clock
        self._h10: tuple[VirtualH10, StoryClock] | None = None

    async def __call__(self, use: Callable[[Gatt], Awaitable[T]]) -> T:
        if self._h10 is None:
            self._h10 = await _built(self._spec, await self._notes.errand(), self._clock)
        async with _linked(*self._h10) as gatt:
            return await use(gatt)

    def strap_of(self, gatt: Gatt) -> Strap:
        h10 = self._h10
        assert h10 is not None  # it has just lent this connection
        return _named(h10[0], self._spec)


@runtime_checkable
class Named(Protocol):
    name: str
    address: str


def strap_on(gatt: Gatt) -> Strap:
    """The strap at the other end of a connection by radio."""
    name, address = (gatt.name, gatt.address) if isinstance(gatt, Named) else ("", "")
    return Strap(name=name, address=address, source=f"ble:{address}")


def errands_through(
    source: object, spec: SourceSpec | None, keeper: Keeper, clock: Clock
) -> Errands | None:
    """The errands of the strap that runs; None where it has no memory that could be asked."""
    if spec is None or spec.kind == "replay":
        return None
    if spec.kind == "virtual":
        if spec.scripted:
            return None  # a story is no strap of the person's own
        lent = Virtually(spec, Notes(keeper.journal), clock)
        return Errands(borrow=lent, strap_of=lent.strap_of, keeper=keeper, clock=clock)
    borrow: Borrow | None = getattr(source, "borrow", None)
    if borrow is None:
        return None
    return Errands(borrow=borrow, strap_of=strap_on, keeper=keeper, clock=clock)


class StoryClock:
    """The time of a virtual strap: since its errand began it goes ``speed`` times as fast as the
    wall's, in every process. Before one begins only waiting is that fast.
    """

    boot_id = "virtual"

    def __init__(self, inner: Clock, *, since: datetime | None, speed: float) -> None:
        self._inner = inner
        self._since = since or inner.wall()
        self._flows = speed if since else 1.0
        self._waits = speed
        self._skipped = timedelta()

    @property
    def since_s(self) -> float:
        return self._since.timestamp()

    def now_s(self) -> float:
        return self.wall().timestamp()

    def wall(self) -> datetime:
        away = max(self._inner.wall() - self._since, timedelta())
        return self._since + away * self._flows + self._skipped

    async def sleep_until(self, at_s: float) -> None:
        wait_s = max(0.0, at_s - self.now_s()) / self._waits
        await self._inner.sleep_until(self._inner.now_s() + wait_s)
        self._skipped += timedelta(seconds=max(0.0, at_s - self.now_s()))


class _Stopped:
    """A moment of that time, kept still."""

    boot_id = StoryClock.boot_id

    def __init__(self, time: StoryClock, at_s: float) -> None:
        self._time = time
        self.at_s = at_s

    def now_s(self) -> float:
        return self.at_s

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.at_s, self._time.wall().tzinfo)

    async def sleep_until(self, at_s: float) -> None:
        self.at_s = max(self.at_s, at_s)
        await asyncio.sleep(0)
