"""The strap's memory the whole way: unmodified bleak, an emulated BlueZ, jumping time."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from biocoach.types import Motion
from devices.gatt import Gatt
from devices.polar_exchange import MemoryRefusedError
from devices.polar_memory import Fetched, StrapMemory
from devices.radio import connected
from devices.strap import StrapSource
from devices.virtual_h10 import VirtualH10
from tests.devices.autojump import LoopClock, run_jumping
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_gatt import CHARACTERISTIC

ADDRESS = "C0:FF:EE:00:00:10"
WALK_S = 120.0


def in_the_air(bluez: FakeBluez, *, packet_s: float = 0.02, mtu: int = 232) -> VirtualH10:
    h10 = VirtualH10(worn_s=LoopClock().now_s() - 60, packet_s=packet_s)
    strap = bluez.add_strap(h10.name, ADDRESS, h10)
    strap.tick_s, strap.mtu = 0.25, mtu
    for interfaces in strap.gatt.values():
        interfaces.get(CHARACTERISTIC, {})["MTU"] = mtu
    return h10


def felt_s(fetched: Fetched) -> float:
    return sum(fetched.samples.rr_ms or ()) / 1000


@pytest.mark.parametrize("mtu", [232, 23])  # it must work in the smallest packets too
def test_there_and_back_on_connections_of_its_own(mtu: int) -> None:
    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            h10 = in_the_air(bluez, mtu=mtu)
            clock = LoopClock()
            async with connected(ADDRESS) as gatt:
                await StrapMemory(gatt, clock).start()
            await asyncio.sleep(WALK_S)
            assert h10.memory == "recording"
            told: list[int] = []
            async with connected(h10.name) as gatt:
                memory = StrapMemory(gatt, clock)
                await memory.stop()
                (stored,) = await memory.recordings()
                fetched = await memory.fetch(stored, lambda done, of: told.append(done))
                await memory.remove(stored)
            assert felt_s(fetched) == pytest.approx(WALK_S, abs=15)
            assert len(told) >= stored.size // (mtu - 3)
            assert h10.memory == "empty"
            assert h10.misused == []

    run_jumping(test())


def test_through_the_connection_that_streams() -> None:
    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            h10 = in_the_air(bluez)
            clock = LoopClock()
            source, moved = StrapSource(ADDRESS, clock), asyncio.Event()

            async def listen() -> None:
                async with aclosing(source.stream()) as stream:
                    async for arrival in stream:
                        if isinstance(arrival.body, Motion):
                            moved.set()

            listening = asyncio.create_task(listen())
            await moved.wait()

            async def errand(gatt: Gatt) -> Fetched:
                memory = StrapMemory(gatt, clock)
                await memory.start(set_clock=False)
                await asyncio.sleep(WALK_S)
                await memory.stop()
                (stored,) = await memory.recordings()
                return await memory.fetch(stored)

            fetched = await source.borrow(errand)
            assert felt_s(fetched) == pytest.approx(WALK_S, abs=15)
            assert h10.streams  # the heart was heard all the while
            assert h10.misused == []
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    run_jumping(test())


def test_a_link_lost_in_the_middle_of_a_file_is_noticed() -> None:
    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            h10 = in_the_air(bluez, packet_s=80.0)
            clock = LoopClock()
            async with connected(ADDRESS) as gatt:
                memory = StrapMemory(gatt, clock)
                await memory.start()
                await asyncio.sleep(WALK_S)
                await memory.stop()
                (stored,) = await memory.recordings()
                h10.take_off(clock.now_s())
                began_s = clock.now_s()
                with pytest.raises(MemoryRefusedError) as caught:
                    await memory.fetch(stored)
            assert caught.value.reason == "link_lost"
            assert clock.now_s() - began_s < 60  # the strap lets go after 45 s; not 90 s a packet
            assert h10.memory == "stored"

    run_jumping(test())
