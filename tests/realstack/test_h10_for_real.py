"""The whole way to a virtual H10 through the real bluetoothd and the kernel's own Bluetooth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from biocoach.types import Battery, Ecg, Link, Motion, Reading
from devices import radio
from devices.polar import control
from devices.virtual_h10 import VirtualH10
from tests.devices.hearing import Hearing
from tests.realstack.air import Air, AirStrap, air

# bluetoothd remembers the services of an address: each test has its own.
_NUMBERS = count(1)


class Scene(Hearing):
    def __init__(self, near: Air, strap: AirStrap, h10: VirtualH10) -> None:
        super().__init__(strap.address)
        self.air, self.strap, self.h10 = near, strap, h10

    def links(self) -> list[Link]:
        return [body for body in self.heard if isinstance(body, Link)]

    def reasons(self) -> list[str]:
        return [link.reason for link in self.links() if not link.up]


@asynccontextmanager
async def scene(*faults: str, mtu: int = 232) -> AsyncIterator[Scene]:
    number = next(_NUMBERS)
    async with air() as near:
        h10 = VirtualH10(
            faults=faults, serial=f"{number:08}", worn_s=asyncio.get_running_loop().time() - 60
        )
        strap = await near.add_strap(h10.name, f"C0:FF:EE:00:00:{number:02X}", h10, mtu)
        yield Scene(near, strap, h10)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_a_scan_finds_it_by_name() -> None:
    async def test() -> None:
        async with scene() as s:
            found = await radio.scan(3)
            assert [f.name for f in found] == [s.h10.name]
            assert found[0].address == s.strap.address
            assert found[0].rssi_dbm == -60

    run(test())


def test_heart_movement_ecg_and_battery_and_nothing_left_running() -> None:
    async def test() -> None:
        async with scene() as s:
            s.wishes.ecg = True
            s.listen()
            await s.until(lambda: s.count(Motion) > 20 and s.count(Ecg) > 20)
            assert s.count(Reading) > 5
            assert s.count(Battery) >= 1
            assert set(s.told.sends) == {"battery", "acc", "ecg", "rr"}
            assert s.told.trouble == ""
            assert s.h10.streams == (control.ECG, control.ACC)
            await s.leave()
            assert not s.h10.streams
            await s.until(lambda: not s.strap.connected)
            assert not s.h10.misused

    run(test())
