"""The whole way to a virtual H10: unmodified bleak, an emulated BlueZ, jumping time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from biocoach.types import Battery, Ecg, Link, Motion, Reading, Strap
from devices import heart_rate, radio
from devices.gatt import AttError
from devices.polar import PMD_CONTROL, control
from devices.strap import StrapSource, ask_strap
from devices.strap_words import DeviceError
from devices.virtual_h10 import VirtualH10
from tests.devices.autojump import LoopClock, run_jumping
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import FakeStrap
from tests.devices.hearing import Hearing

ADDRESS = "C0:FF:EE:00:00:10"


class Scene(Hearing):
    """An H10 in the air, and a source that listens."""

    def __init__(self, bluez: FakeBluez, strap: FakeStrap, h10: VirtualH10) -> None:
        super().__init__(ADDRESS)
        self.bluez, self.strap, self.h10 = bluez, strap, h10

    def streams(self) -> tuple[int, ...]:
        """What runs on the strap now."""
        return self.h10.streams


@asynccontextmanager
async def scene(*faults: str, agent: bool = True, mtu: int = 232) -> AsyncIterator[Scene]:
    async with FakeBluez(agent=agent, advertise_s=0.5) as bluez:
        h10 = VirtualH10(faults=faults, worn_s=LoopClock().now_s() - 60)
        strap = bluez.add_strap(h10.name, ADDRESS, h10)
        strap.tick_s, strap.mtu = 0.25, mtu
        yield Scene(bluez, strap, h10)


def run(test: Coroutine[Any, Any, None]) -> None:
    run_jumping(test)


def test_heart_movement_and_battery_and_nothing_left_running() -> None:
    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Motion) > 20)
            assert s.count(Reading) > 5
            assert s.count(Battery) >= 1
            assert s.count(Ecg) == 0  # nobody asked for it, and it costs the strap's battery
            assert set(s.told.sends) == {"battery", "acc", "ecg", "rr", "memory"}
            assert s.told.trouble == ""
            assert s.streams() == (control.ACC,)
            await s.leave()
            assert not s.streams()
            await s.until(lambda: not s.strap.connected)

    run(test())


def test_ecg_comes_while_it_is_wished() -> None:
    async def test() -> None:
        async with scene() as s:
            s.wishes.ecg = True
            s.listen()
            await s.until(lambda: s.count(Ecg) > 20)
            s.wishes.ecg = False
            await s.until(lambda: s.streams() == (control.ACC,))
            await s.leave()

    run(test())


def test_a_link_that_drops_streams_again_after_it() -> None:
    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Motion) > 5)
            s.strap.drop()
            assert s.streams() == (control.ACC,)  # an orphan, until the next link
            before = s.count(Motion)
            await s.until(lambda: s.count(Motion) > before + 20)
            assert s.streams() == (control.ACC,)
            assert Link(up=False, reason="dropped") in s.heard
            await s.leave()
            assert not s.streams()

    run(test())


def test_orphans_of_a_killed_run_are_stopped() -> None:
    async def test() -> None:
        async with scene() as s:
            now_s = LoopClock().now_s()
            s.h10.connect(now_s)
            s.h10.listen(PMD_CONTROL, now_s)
            chosen = {"sample_rate": 130, "resolution": 14}
            s.h10.write(PMD_CONTROL, control.start(control.ECG, chosen), now_s)
            s.h10.disconnect(now_s)
            assert s.streams() == (control.ECG,)
            s.listen()
            await s.until(lambda: s.streams() == (control.ACC,))
            await s.leave()

    run(test())


def test_a_bond_that_the_system_agrees_to() -> None:
    async def test() -> None:
        async with scene("needs_bond") as s:
            s.listen()
            await s.until(lambda: s.count(Motion) > 5)
            assert s.strap.paired
            await s.leave()

    run(test())


@pytest.mark.parametrize("hangs", [False, True])
def test_a_bond_that_nobody_can_agree_to_costs_movement_and_one_link(hangs: bool) -> None:
    """BlueZ takes the link with it 30 s later: to ask on the next link again would cost that."""

    async def test() -> None:
        async with scene("needs_bond", agent=False) as s:
            s.strap.hangs = hangs
            s.listen()
            await s.until(lambda: s.count(Strap) > 1 and s.told.trouble == "needs_pairing")
            assert s.strap.connected
            await s.until(lambda: Link(up=False, reason="silent") in s.heard)
            await s.until(lambda: s.count(Link) == 3)
            before = s.count(Reading)
            await asyncio.sleep(100)
            assert s.count(Link) == 3
            assert s.count(Reading) > before + 90
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
            await s.until(lambda: Link(up=False, reason="not_found") in s.heard)
            await s.leave()

    run(test())


def test_the_link_can_be_borrowed_while_it_is_up() -> None:
    async def test() -> None:
        async with scene() as s:
            with pytest.raises(DeviceError, match="not_connected"):
                await s.source.borrow(lambda gatt: gatt.read(PMD_CONTROL))
            s.listen()
            await s.until(lambda: s.count(Motion) > 1)
            raw = await s.source.borrow(lambda gatt: gatt.read(PMD_CONTROL))
            assert raw[:2] == bytes([0x0F, 0x05])
            before = s.count(Motion)
            await s.until(lambda: s.count(Motion) > before + 5)
            await s.leave()

    run(test())


def test_what_the_strap_refuses_is_said_by_its_number() -> None:
    async def test() -> None:
        async with scene("needs_bond", agent=False), radio.connected(ADDRESS) as gatt:
            assert gatt.payload_max == 229
            await gatt.listen(PMD_CONTROL, lambda _: None)
            with pytest.raises(DeviceError) as refused:
                await gatt.write(PMD_CONTROL, control.get_settings(control.ECG))
            assert refused.value.reason == "needs_pairing"
            with pytest.raises(AttError) as wrong:
                await gatt.write("00002a38-0000-1000-8000-00805f9b34fb", b"\x01")
            assert wrong.value.code == 0x03

    run(test())


def test_a_link_that_was_lost_is_still_known_and_says_so() -> None:
    """bleak forgets the services with the link, and raises when it is asked for them."""

    async def test() -> None:
        async with scene() as s, radio.connected(ADDRESS) as gatt:
            s.strap.drop()
            await s.until(lambda: not gatt.connected)
            assert gatt.has(PMD_CONTROL)
            assert gatt.can(heart_rate.BATTERY_LEVEL, "notify")
            assert gatt.payload_max == 229
            with pytest.raises(DeviceError):
                await gatt.read(heart_rate.BATTERY_LEVEL)

    run(test())


def test_a_cancelled_connect_leaves_nothing_behind() -> None:
    """At every moment of it; the next connect works."""

    async def test() -> None:
        async with scene() as s:
            s.strap.connect_s = 1.0
            for wait_s in (0.1, 0.4, 0.6, 0.9, 1.2, 1.5, 1.6, 1.8, 2.2):
                s.listen()
                await asyncio.sleep(wait_s)
                await s.leave()
                await s.until(lambda: not s.strap.connected)
                assert not s.streams()
            s.listen()
            await s.until(lambda: s.count(Motion) > 1)
            await s.leave()

    run(test())


def test_a_scan_cancelled_while_it_begins_or_ends_is_not_left_running() -> None:
    """bleak leaves it; and BlueZ then refuses every other scan of this program as in progress."""

    async def test() -> None:
        async with FakeBluez(advertise_s=0.1, discovery_s=0.2) as bluez:
            bluez.add_strap()
            for tenth in range(15):
                looking = asyncio.create_task(radio.scan(0.5))
                await asyncio.sleep(tenth / 10)
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
                assert not bluez.scanning
            assert len(await radio.scan(0.5)) == 1

    run(test())


def test_the_computer_slept() -> None:
    """Its clock counts the sleep, the loop's timers do not."""

    async def test() -> None:
        async with scene() as s:
            clock = SleepyClock()
            s.source = StrapSource(ADDRESS, clock)
            s.listen()
            await s.until(lambda: s.count(Reading) > 3)
            clock.slept_s += 600.0
            await s.until(lambda: Link(up=False, reason="asleep") in s.heard, within_s=5)
            before = s.count(Reading)
            await s.until(lambda: s.count(Reading) > before + 3)
            assert Link(up=False, reason="silent") not in s.heard
            await s.leave()

    run(test())


def test_what_one_link_has_learnt_the_next_one_knows() -> None:
    """That it sends intervals, and in which unit: neither is learnt anew after each drop."""

    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            strap = bluez.add_strap("WHOOP 5", ADDRESS)
            strap.tick_s = 3600.0
            s = Scene(bluez, strap, VirtualH10())
            s.listen()
            bluez.start(_beat_in_ms(strap))
            await asyncio.sleep(200)
            strap.drop()
            await s.until(lambda: Link(up=False, reason="dropped") in s.heard)
            end = s.heard.index(Link(up=False, reason="dropped"))
            await s.until(lambda: any(isinstance(b, Reading) for b in s.heard[end:]))
            later = s.heard[end:]
            assert "rr" in next(b for b in later if isinstance(b, Strap)).sends
            assert next(b for b in later if isinstance(b, Reading)).rr_1024 == (1024,)
            await s.leave()

    run(test())


@pytest.mark.parametrize(("name", "believed"), [("HRM 1", True), ("Polar H10 12345678", False)])
def test_a_strap_without_intervals_is_believed_after_a_minute_and_an_h10_never(
    name: str, believed: bool
) -> None:
    """An H10 that leaves them out is off the body, and its rate is a guess."""

    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            strap = bluez.add_strap(name, ADDRESS)
            strap.tick_s = 3600.0
            s = Scene(bluez, strap, VirtualH10())
            s.listen()
            bluez.start(_rate_only(strap))
            await asyncio.sleep(45)
            assert "rr" not in s.told.lacks
            await asyncio.sleep(45)
            assert ("rr" in s.told.lacks) is believed
            await s.leave()

    run(test())


async def _rate_only(strap: FakeStrap) -> None:
    while True:
        strap.notify(heart_rate.encode(60))
        await asyncio.sleep(1.0)


async def _beat_in_ms(strap: FakeStrap) -> None:
    while True:
        strap.notify(heart_rate.encode(60, [1000]))
        await asyncio.sleep(1.0)


def test_a_strap_that_stays_away_is_said_once() -> None:
    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Reading) > 3)
            s.strap.vanish()
            await asyncio.sleep(120)
            gone = [body for body in s.heard if isinstance(body, Link) and not body.up]
            assert [link.reason for link in gone] == ["dropped", "not_found"]
            await s.leave()

    run(test())


def test_of_two_straps_near_only_the_remembered_one_joins() -> None:
    """Of the same name, too; and a stranger does not take the place of one that is away."""

    async def test() -> None:
        async with scene() as s:
            stranger = s.bluez.add_strap(s.h10.name, "C0:FF:EE:00:00:11", VirtualH10(seed=2))
            s.listen()
            await s.until(lambda: s.count(Reading) > 3)
            assert s.strap.connected
            assert s.told.address == ADDRESS
            s.strap.vanish()
            await s.until(lambda: Link(up=False, reason="not_found") in s.heard)
            await asyncio.sleep(60)
            assert not stranger.connected
            before = s.count(Reading)
            s.strap.appear()
            await s.until(lambda: s.count(Reading) > before)
            assert not stranger.connected
            await s.leave()

    run(test())


def test_a_strap_that_lies_on_a_table_may_sleep_and_is_found_when_worn_again() -> None:
    """To connect to it again and again would empty its battery."""

    async def test() -> None:
        async with scene() as s:
            s.listen()
            await s.until(lambda: s.count(Reading) > 3)
            s.h10.take_off(LoopClock().now_s())
            await asyncio.sleep(600)
            ups = s.heard.count(Link(up=True))
            await asyncio.sleep(3600)
            assert s.heard.count(Link(up=True)) == ups  # nobody woke it
            assert not s.h10.advertising
            assert s.heard[-1] == Link(up=False, reason="not_found")
            before = s.count(Reading)
            s.h10.put_on(LoopClock().now_s())
            await s.until(lambda: s.count(Reading) > before + 3, within_s=120)
            await s.leave()

    run(test())


def test_a_strap_is_asked_once_what_it_can_do() -> None:
    async def test() -> None:
        async with scene() as s:
            told = await ask_strap(ADDRESS, 15, LoopClock())
            assert told.battery_pct is not None
            assert set(told.sends) == {"battery", "acc", "ecg", "rr", "memory"}
            assert (told.lacks, told.reason) == ((), "")
            assert not s.streams()
            await s.until(lambda: not s.strap.connected)
            assert (await ask_strap("nobody", 15, LoopClock())).reason == "not_found"

    run(test())


class SleepyClock(LoopClock):
    slept_s = 0.0

    def now_s(self) -> float:
        return super().now_s() + self.slept_s

    async def sleep_until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s()))
