"""The whole way to a virtual H10 through the real bluetoothd and the kernel's own Bluetooth."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from biocoach.types import Battery, Ecg, Link, Motion, Reading, Strap
from devices import radio
from devices.gatt import AttError
from devices.polar import PMD_CONTROL, control
from devices.strap import ask_strap
from devices.strap_words import DeviceError, Timings
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_table import FILES, sig
from tests.devices.autojump import LoopClock
from tests.devices.h10 import STATUS, linked, send
from tests.devices.hearing import Hearing
from tests.realstack import adapter
from tests.realstack.agent import agent
from tests.realstack.air import Air, AirStrap, air

# bluetoothd remembers the services of an address: each test has its own.
_NUMBERS = count(1)
_ONLY_PACKET = 0x02  # the first of a message, and its last


class Scene(Hearing):
    def __init__(self, near: Air, strap: AirStrap, h10: VirtualH10) -> None:
        super().__init__(strap.address)
        self.air, self.strap, self.h10 = near, strap, h10

    def streams(self) -> tuple[int, ...]:
        """What runs on the strap now."""
        return self.h10.streams

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
            assert set(s.told.sends) == {"battery", "memory", "acc", "ecg", "rr"}
            assert s.told.trouble == ""
            assert s.streams() == (control.ECG, control.ACC)
            await s.leave()
            assert not s.streams()
            await s.until(lambda: not s.strap.connected)
            assert not s.h10.misused

    run(test())


def test_its_name_is_as_good_as_its_address() -> None:
    async def test() -> None:
        async with scene() as s, radio.connected(s.h10.name) as gatt:
            assert (gatt.name, gatt.address) == (s.h10.name, s.strap.address)
            assert gatt.payload_max == 229

    run(test())


@pytest.mark.parametrize("quietly", [False, True])
def test_a_link_that_drops_streams_again_and_nothing_is_heard_twice(quietly: bool) -> None:
    """Quietly: nobody says goodbye, as out of reach; both sides find out by a timeout."""

    async def test() -> None:
        async with scene() as s:
            s.listen()
            for _ in range(4):
                await s.more(Motion, 5)
                if quietly:
                    s.strap.lose()
                else:
                    await s.strap.drop()
            await s.more(Motion, 5)
            assert s.reasons() == ["dropped"] * 4
            begun_s = LoopClock().now_s()
            await s.more(Reading, 20)
            assert LoopClock().now_s() - begun_s > 19
            assert s.streams() == (control.ACC,)
            await s.leave()
            assert not s.streams()

    run(test())


def test_a_strap_that_falls_silent_is_left_and_found_again() -> None:
    async def test() -> None:
        async with scene("falls_silent") as s:
            s.listen()
            await s.until(lambda: "silent" in s.reasons())
            await s.more(Reading, 5)
            await s.leave()

    run(test())


def test_off_the_body_it_lets_go_and_is_taken_again() -> None:
    """An H10 drops its link 45 s after it left the body; who connects again keeps it awake."""

    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Reading) > 3)
            s.h10.take_off(LoopClock().now_s())
            await s.until(lambda: s.reasons() == ["dropped"])
            s.h10.put_on(LoopClock().now_s())
            await s.more(Motion, 5)
            await s.leave()

    run(test())


@pytest.mark.parametrize("away_s", [3, 15, 60])
def test_out_of_reach_for_a_while(away_s: float) -> None:
    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Motion) > 3)
            await s.strap.vanish()
            await asyncio.sleep(away_s)
            s.strap.appear()
            await s.more(Motion, 5)
            assert s.reasons()[0] == "dropped"
            assert set(s.reasons()) <= {"dropped", "not_found", "out_of_range"}
            await s.leave()

    run(test())


def test_the_adapter_is_turned_off_and_on() -> None:
    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Motion) > 3)
            await adapter.power(False)
            await s.until(lambda: s.reasons()[-1:] == ["adapter_off"])
            assert s.reasons() == ["dropped", "adapter_off"]
            with pytest.raises(DeviceError, match="adapter_off"):
                await radio.scan(1)
            await adapter.power(True)
            await s.more(Motion, 5)
            await s.leave()

    run(test())


def test_a_bond_that_somebody_agrees_to() -> None:
    async def test() -> None:
        async with scene("needs_bond") as s, agent() as asked:
            s.listen()
            await s.until(lambda: s.count(Motion) > 5)
            assert s.strap.paired
            assert s.strap.encrypted
            assert s.told.trouble == ""
            assert asked == ["RequestAuthorization"]
            await s.strap.drop()
            await s.more(Motion, 5)
            await s.leave()

    run(test())


def test_a_bond_that_nobody_can_agree_to_costs_movement_and_one_link() -> None:
    """BlueZ takes the link with it 30 s later, and says so to nobody who listens."""

    async def test() -> None:
        async with scene("needs_bond") as s:
            s.listen()
            await s.until(lambda: s.count(Strap) > 1 and s.told.trouble == "needs_pairing")
            assert s.strap.connected
            await s.until(lambda: len(s.links()) == 3)
            assert s.reasons() == ["silent"]
            before = s.count(Reading)
            await asyncio.sleep(300)
            assert len(s.links()) == 3
            assert s.count(Reading) > before + 290
            assert s.told.trouble == "needs_pairing"
            assert s.count(Motion) == 0
            await s.leave()

    run(test())


def test_firmware_without_streams_and_a_small_mtu() -> None:
    async def test() -> None:
        async with scene("no_pmd") as s:
            s.listen()
            await s.until(lambda: s.count(Reading) > 5)
            assert set(s.told.lacks) == {"acc", "ecg"}
            await s.leave()
        async with scene(mtu=23) as s:
            s.listen()
            await s.until(lambda: s.count(Strap) > 1 and s.told.trouble == "small_mtu")
            await s.leave()

    run(test())


def test_a_strap_that_another_program_holds_is_waited_for() -> None:
    async def test() -> None:
        async with scene("taken") as s:
            s.listen()
            await s.until(lambda: "not_found" in s.reasons())
            await s.leave()

    run(test())


def test_a_killed_program_leaves_link_and_streams_and_the_next_one_takes_both_over() -> None:
    async def test() -> None:
        async with scene() as s:
            program = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.realstack.killed",
                s.strap.address,
                stdout=asyncio.subprocess.PIPE,
            )
            assert program.stdout is not None
            assert await program.stdout.readline() == b"ecg\n"
            program.kill()
            await program.wait()
            await asyncio.sleep(5)
            assert s.strap.connected
            assert s.streams() == (control.ECG, control.ACC)
            s.listen()
            await s.until(lambda: s.count(Motion) > 5)
            assert s.streams() == (control.ACC,)
            assert s.count(Ecg) == 0
            await s.leave()
            assert not s.streams()

    run(test())


def test_a_cancelled_connect_leaves_nothing_behind() -> None:
    """At every tenth of a second of it; the next one works."""

    async def test() -> None:
        async with scene() as s:
            for tenth in range(1, 40):
                s.listen()
                await asyncio.sleep(tenth / 10)
                await s.leave()
                await s.until(lambda: not s.strap.connected, within_s=20)
                assert not s.streams()
            s.listen()
            await s.until(lambda: s.count(Motion) > 1)
            await s.leave()

    run(test())


def test_the_link_can_be_borrowed_and_a_strap_be_asked() -> None:
    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Motion) > 1)
            raw = await s.source.borrow(lambda gatt: gatt.read(PMD_CONTROL))
            assert raw[:2] == bytes([0x0F, 0x05])
            await s.leave()
            await s.until(lambda: not s.strap.connected)
            told = await ask_strap(s.strap.address, 15, LoopClock())
            assert told.battery_pct is not None
            assert set(told.sends) == {"battery", "memory", "acc", "ecg", "rr"}
            assert (told.lacks, told.reason) == ((), "")
            assert not s.streams()

    run(test())


def test_what_the_strap_refuses_is_said_by_its_number() -> None:
    async def test() -> None:
        async with scene() as s, radio.connected(s.strap.address, Timings()) as gatt:
            with pytest.raises(AttError) as wrong:
                await gatt.write(sig(0x2A38), b"\x01")
            assert wrong.value.code == 0x03

    run(test())


def test_another_program_that_leaves_takes_the_link_with_it() -> None:
    """BlueZ has one link for all; the one who stays finds the strap again."""

    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.more(Motion, 5)
            async with radio.connected(s.strap.address):
                await s.more(Reading, 3)
            await s.until(lambda: s.reasons() == ["dropped"])
            await s.more(Motion, 5)
            await s.leave()
            assert not s.streams()

    run(test())


def test_the_memory_is_asked_as_in_the_hand() -> None:
    async def test() -> None:
        async with scene() as s, radio.connected(s.strap.address) as gatt:
            heard: list[bytes] = []
            await gatt.listen(FILES, heard.append)
            await gatt.write(FILES, bytes([_ONLY_PACKET]) + STATUS)
            await s.until(lambda: bool(heard))
            assert heard == send(linked(), STATUS)

    run(test())
