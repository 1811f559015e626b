"""A real strap over Bluetooth: found, connected, heard, and found again, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from biocoach.clock import Clock, SystemClock
from biocoach.types import Arrival, Battery, InputBody, Link, Strap
from devices.decode import Decoder
from devices.gatt import Gatt
from devices.link import Connection
from devices.patience import Patience
from devices.strap_words import DeviceError, Timings, Wishes

T = TypeVar("T")


class StrapSource:
    """Arrivals of the strap with the address or name ``wanted``; it never gives up.

    ``wishes`` may be changed at any time: which of movement and ECG are streamed.
    """

    simulated = False
    scripted = False

    def __init__(
        self,
        wanted: str,
        clock: Clock,
        timings: Timings | None = None,
        wishes: Wishes | None = None,
    ) -> None:
        self._wanted = wanted
        self._clock = clock
        self._timings = timings or Timings()
        self.wishes = wishes or Wishes()
        self._connection: Connection | None = None

    @property
    def name(self) -> str:
        return f"ble:{self._wanted}"

    async def borrow(self, use: Callable[[Gatt], Awaitable[T]]) -> T:
        """Talk to the strap over the link that is up: most straps allow one program one link.

        Raises DeviceError("not_connected") where there is none, and what ``use`` raises.
        """
        connection = self._connection
        if connection is None or connection.gatt is None:
            raise DeviceError("not_connected", self._wanted)
        return await use(connection.gatt)

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        """Strap, Link, Reading, Motion, Ecg, Unread and Battery arrivals, without end.

        Every failure is a ``Link(up=False)``, said once until its reason changes. Close it
        (``contextlib.aclosing``) or cancel the task that reads it: its streams are then
        stopped, and the link is let go.
        """
        told, known, patience = "", None, Patience(self._timings)
        decoder, trust_held = Decoder(), True
        while True:
            connection = Connection(self._clock, self._timings, self.wishes, decoder, known)
            try:
                await connection.open(self._wanted, trust_held=trust_held)
                self._connection, up = connection, True
                while up:
                    arrival = await connection.inbox.get()
                    yield arrival
                    patience.heard(connection.strap.name, arrival.body)
                    if isinstance(arrival.body, Link):
                        up, told = arrival.body.up, arrival.body.reason
            except DeviceError as fault:
                trust_held = not trust_held
                if fault.reason != told:
                    told = fault.reason
                    yield Arrival(clock_s=self._clock.now_s(), body=Link(up=False, reason=told))
            finally:
                self._connection = None
                known = connection.strap if connection.strap.name else known
                await connection.close()
            await self._clock.sleep_until(self._clock.now_s() + patience.wait_s(told))


# ---- asking a strap once


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a strap said of itself in some seconds. ``reason``: why it said nothing."""

    battery_pct: int | None = None
    sends: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    reason: str = ""


async def ask_strap(address: str, seconds: float, clock: Clock | None = None) -> Told:
    """Connect, hear what it sends, and let go: at most for so long."""
    told = Told()
    source = StrapSource(address, clock or SystemClock(), wishes=Wishes(acc=False))
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), aclosing(source.stream()) as stream:
            async for arrival in stream:
                told = _heard(told, arrival.body)
                all_known = {"rr", "acc", "ecg"} <= {*told.sends, *told.lacks}
                if told.reason or (all_known and told.battery_pct is not None):
                    break
    return told


def _heard(told: Told, body: InputBody) -> Told:
    match body:
        case Strap():
            return replace(told, sends=body.sends, lacks=body.lacks)
        case Battery():
            return replace(told, battery_pct=body.percent)
        case Link(up=False):
            return replace(told, reason=body.reason)
    return told
