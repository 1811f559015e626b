"""A walk through everything that can happen with a strap, at either BlueZ: the calls, in order.

The real bluetoothd's lines of it are in ``bluez_order.py``.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import Protocol

from devices.gatt import AttError
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_table import FEATURE_CONTROL, MEASUREMENT, sig
from tests.devices.bluez_talk import Talk

LOCATION = sig(0x2A38)
# Attribute errors that BlueZ has words for, and two that it has none for.
REFUSALS = (0x02, 0x03, 0x06, 0x07, 0x08, 0x0D, 0x11, 0x80)


class Moody(VirtualH10):
    """Refuses to be written to at one place, with the attribute error that is written there."""

    def write(self, uuid: str, data: bytes, now_s: float) -> list[tuple[str, bytes]]:
        if uuid == FEATURE_CONTROL:
            raise AttError(data[0])
        return super().write(uuid, data, now_s)


class Hand(Protocol):
    """What the tour does to the strap."""

    async def drop(self) -> None: ...

    async def vanish(self) -> None: ...

    def appear(self) -> None: ...


class Tour:
    """``said``: the lines of each step by its name, one for several that are alike."""

    def __init__(self, talk: Talk, other: Talk, hand: Hand) -> None:
        """``other``: a second program on the same bus."""
        self._talk, self._other, self._hand = talk, other, hand
        self.said: dict[str, list[str]] = {}

    async def _settled(self, step: str, seconds: float = 3.0, *, ordered: bool = True) -> None:
        """``ordered`` False: BlueZ itself says it now in one order, now in another."""
        await asyncio.sleep(seconds)
        self._other.take()
        lines = [line for line, _ in groupby(self._talk.take())]
        self.said[step] = lines if ordered else sorted(lines)

    async def all(self) -> None:
        for part in (self.scans, self.links, self.attributes, self.listens, self.ends, self.fails):
            await part()

    async def scans(self) -> None:
        talk, settled = self._talk, self._settled
        await talk.adapter("StopDiscovery")
        await settled("stop a scan that never was")
        await talk.adapter("StartDiscovery")
        await talk.until("+ device")
        await settled("scan")
        await talk.adapter("StartDiscovery")
        await settled("scan twice")
        await self._other.adapter("StartDiscovery")
        talk.lines += self._other.lines[-1:]
        await settled("another program scans too")
        await self._other.adapter("StopDiscovery")
        await talk.adapter("StopDiscovery")
        await settled("stop the scan", ordered=False)

    async def links(self) -> None:
        talk, settled = self._talk, self._settled
        await talk.strap("Connect")
        await settled("connect")
        await talk.strap("Connect")
        await settled("connect twice")
        await talk.strap("Pair")
        await settled("pair with nobody to say yes", 8.0)

    async def attributes(self) -> None:
        talk, settled = self._talk, self._settled
        await talk.attribute("ReadValue", LOCATION)
        await settled("read", 0.5)
        for code in REFUSALS:
            await talk.attribute("WriteValue", FEATURE_CONTROL, bytes([code]))
        await settled("write what the strap refuses", 0.5)
        await talk.attribute("WriteValue", LOCATION, b"\x05")
        await settled("write what can only be read", 0.5)
        await talk.attribute("ReadValue", MEASUREMENT)
        await settled("read what is only told", 0.5)

    async def listens(self) -> None:
        talk, settled = self._talk, self._settled
        await talk.attribute("StartNotify", LOCATION)
        await settled("listen to what is never told", 0.5)
        await talk.attribute("StopNotify", MEASUREMENT)
        await settled("stop listening to what was never heard", 0.5)
        await talk.attribute("StartNotify", MEASUREMENT)
        await settled("listen", 1.5)
        await talk.attribute("StartNotify", MEASUREMENT)
        await settled("listen twice", 1.5)
        await self._other.attribute("StartNotify", MEASUREMENT)
        talk.lines += self._other.lines[-1:]
        await settled("another program listens too", 0.01)
        await talk.attribute("StopNotify", MEASUREMENT)
        await settled("stop listening while the other goes on", 0.01)
        await self._other.attribute("StopNotify", MEASUREMENT)
        await settled("the other stops", 1.5)
        await talk.attribute("StartNotify", MEASUREMENT)
        await settled("listen again", 1.5)

    async def ends(self) -> None:
        talk, settled = self._talk, self._settled
        await self._hand.drop()
        await settled("dropped by the strap")
        await talk.attribute("ReadValue", LOCATION)
        await settled("read without a link")
        await talk.strap("Disconnect")
        await settled("disconnect without a link")
        await talk.strap("Connect")
        await settled("connect again: still listening")
        await talk.strap("Disconnect")
        await settled("disconnect")
        await talk.attribute("StopNotify", MEASUREMENT)
        await settled("stop listening without a link")

    async def fails(self) -> None:
        talk, settled = self._talk, self._settled
        await self._hand.vanish()
        call = asyncio.ensure_future(talk.strap("Connect"))
        await settled("connect out of reach")
        await self._other.strap("Connect")
        talk.lines += self._other.lines[-1:]
        await settled("another connects meanwhile")
        await talk.strap("Disconnect")
        await call
        await settled("give up connecting")
        self._hand.appear()
        await talk.strap("Connect")
        await settled("in reach again")
        await talk.power(False)
        await settled("adapter off", ordered=False)
        await talk.adapter("StartDiscovery")
        await talk.strap("Connect")
        await settled("while it is off")
        await talk.power(True)
        await settled("adapter on")
        await talk.strap("Connect")
        await settled("connect after it")
        await self._hand.vanish()
        await settled("lost")
        await settled("forgotten", 40.0)
        await talk.strap("Connect")
        await settled("connect to what is forgotten")
