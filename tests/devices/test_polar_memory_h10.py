"""The strap's memory against the virtual H10, with everything that can go wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from devices.polar import PMD_CONTROL, control, recording
from devices.polar.recording import SampleType
from devices.polar_exchange import MemoryRefusedError, Waits
from devices.polar_memory import Fetched, StrapMemory
from devices.strap_words import DeviceError
from devices.virtual_gatt import VirtualGatt
from devices.virtual_h10 import VirtualH10
from tests.devices.fake_clock import FakeClock

T = TypeVar("T")
WALK_S = 600.0
SOON = Waits(packet_s=0.05, look_s=0.01, quiet_s=0.01, calm_s=1.0)
ACC_50 = {"sample_rate": 50, "resolution": 16, "range": 4}
SEEDS = range(6)  # the seed decides what no source tells


@dataclass
class Rig:
    clock: FakeClock
    h10: VirtualH10

    def link(self) -> StrapMemory:
        return StrapMemory(VirtualGatt(self.h10, self.clock.now_s), self.clock, SOON)

    async def leave(self, seconds: float = WALK_S) -> None:
        """Off with the strap, without a link, for so long."""
        self.h10.disconnect(self.clock.now_s())
        await self.clock.sleep_until(self.clock.now_s() + seconds)


def rig(*faults: str, seed: int = 7, kept: tuple[str, bytes] | None = None) -> Rig:
    clock = FakeClock()
    return Rig(clock, VirtualH10(seed=seed, faults=faults, worn_s=clock.now_s() - 60, kept=kept))


def run(steps: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(steps)


async def back(at: Rig) -> StrapMemory:
    """Sent off, worn for a walk, and linked again."""
    await at.link().start()
    await at.leave()
    return at.link()


async def errand(at: Rig) -> tuple[StrapMemory, Fetched]:
    memory = await back(at)
    assert await memory.stop()
    (stored,) = await memory.recordings()
    return memory, await memory.fetch(stored)


def felt_s(fetched: Fetched) -> float:
    assert fetched.samples.rr_ms is not None
    return sum(v for v in fetched.samples.rr_ms if v < 3000) / 1000


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back(seed: int) -> None:
    at = rig(seed=seed)

    async def steps() -> None:
        memory, fetched = await errand(at)
        assert felt_s(fetched) == pytest.approx(WALK_S, abs=3)
        assert not fetched.samples.cut_off
        assert recording.started_of(fetched.stored.identifier)
        assert at.h10.memory == "stored"  # a fetch takes nothing away
        await memory.remove(fetched.stored)
        assert at.h10.memory == "empty"
        assert await memory.recordings() == ()
        await memory.start()  # and off again
        assert at.h10.memory == "recording"

    run(steps())
    assert at.h10.misused == []


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_recorded_over(seed: int) -> None:
    at = rig(seed=seed)

    async def steps() -> None:
        memory = await back(at)
        for _ in range(2):  # running, then stored
            with pytest.raises(MemoryRefusedError) as caught:
                await memory.start()
            assert caught.value.reason == "occupied"
            await memory.stop()
        assert at.h10.memory == "stored"

    run(steps())


def test_what_another_program_left_is_listed_by_its_name() -> None:
    raw = bytes.fromhex("0a021801e201080a06d005e7058106")
    at = rig(kept=("bio1", raw))

    async def steps() -> None:
        memory = at.link()
        (stored,) = await memory.recordings()
        assert (stored.identifier, stored.size) == ("bio1", len(raw))
        assert (await memory.fetch(stored)).raw == raw

    run(steps())


def test_streams_go_on_beside_it_and_the_clock_is_left_alone() -> None:
    at = rig()

    async def steps() -> None:
        gatt = VirtualGatt(at.h10, at.clock.now_s)
        await gatt.write(PMD_CONTROL, control.start(control.ACC, ACC_50))
        await StrapMemory(gatt, at.clock, SOON).start(set_clock=False)

    run(steps())
    assert at.h10.streams == (control.ACC,)
    assert at.h10.memory == "recording"
    assert at.h10.misused == []


@pytest.mark.parametrize("fault", ["lost_packet", "double_packet", "fetch_refused"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_fetch_that_goes_wrong_once_goes_well_the_next_time(fault: str, seed: int) -> None:
    hurt, well = rig(fault, seed=seed), rig(seed=seed)
    got = run(errand(hurt))[1]
    assert got.raw == run(errand(well))[1].raw


def test_a_fetch_that_falls_silent_gives_nothing_and_takes_nothing_away() -> None:
    at = rig("silent_file")

    async def steps() -> None:
        memory = await back(at)
        await memory.stop()
        (stored,) = await memory.recordings()
        with pytest.raises(MemoryRefusedError) as caught:
            await memory.fetch(stored)
        assert caught.value.reason == "cut_short"
        assert at.h10.memory == "stored"
        assert felt_s(await memory.fetch(stored)) == pytest.approx(WALK_S, abs=3)

    run(steps())


@pytest.mark.parametrize(
    ("fault", "reason"), [("start_refused", "not_permitted"), ("battery_low", "battery_low")]
)
def test_a_start_that_is_refused(fault: str, reason: str) -> None:
    at = rig(fault)

    async def steps() -> None:
        with pytest.raises(MemoryRefusedError) as caught:
            await at.link().start()
        assert caught.value.reason == reason

    run(steps())
    assert at.h10.memory == "empty"


def test_a_heart_rate_file_is_believed_and_holds_no_beats() -> None:
    _, fetched = run(errand(rig("heart_rate_file")))
    assert fetched.samples.rr_ms is None
    assert fetched.samples.interval_s == 1.0
    assert len(fetched.samples.bpm) == pytest.approx(WALK_S, abs=3)


def test_absurd_intervals_come_through_as_they_are() -> None:
    _, fetched = run(errand(rig("absurd_rr")))
    assert fetched.samples.rr_ms is not None
    assert {0, 26, 27, 28, 14_679_420, 1_878_949_389} <= set(fetched.samples.rr_ms)


def test_a_file_that_was_cut_on_the_strap_says_so() -> None:
    _, fetched = run(errand(rig("cut_file")))
    assert fetched.samples.cut_off
    assert WALK_S / 2 < felt_s(fetched) < WALK_S


def test_a_link_that_is_lost_leaves_the_recording_where_it_is() -> None:
    at = rig("link_loss")

    async def steps() -> None:
        memory = await back(at)
        await memory.stop()
        (stored,) = await memory.recordings()
        await at.clock.sleep_until(at.clock.now_s() + 60)
        with pytest.raises(DeviceError) as caught:
            await memory.fetch(stored)
        assert caught.value.reason == "dropped"
        assert at.h10.memory == "stored"
        assert (await at.link().fetch(stored)).raw

    run(steps())


def test_a_link_that_is_lost_in_the_middle_of_a_file() -> None:
    clock = FakeClock()
    h10 = VirtualH10(worn_s=clock.now_s(), packet_s=20.0)
    at = Rig(clock, h10)

    async def steps() -> None:
        gatt = VirtualGatt(h10, clock.now_s)
        memory = StrapMemory(gatt, clock, Waits(packet_s=1e6, look_s=0.001))
        await memory.start()
        await at.leave()
        gatt = VirtualGatt(h10, clock.now_s)
        memory = StrapMemory(gatt, clock, Waits(packet_s=1e6, look_s=0.001))
        await memory.stop()
        (stored,) = await memory.recordings()
        h10.take_off(clock.now_s())
        told: list[int] = []
        fetching = asyncio.create_task(memory.fetch(stored, lambda done, of: told.append(done)))
        while not fetching.done():
            await clock.sleep_until(clock.now_s() + 20)
            gatt.turn()
            await asyncio.sleep(0)
        with pytest.raises(MemoryRefusedError) as caught:
            await fetching
        assert caught.value.reason == "link_lost"
        assert told
        assert h10.memory == "stored"

    run(steps())


@pytest.mark.parametrize("fault", ["needs_bond", "no_pmd", "short_errors", "clock_set"])
def test_what_concerns_the_streams_does_not_concern_the_memory(fault: str) -> None:
    assert felt_s(run(errand(rig(fault)))[1]) == pytest.approx(WALK_S, abs=3)


def test_a_second_program_is_told_that_the_strap_is_taken() -> None:
    with pytest.raises(DeviceError) as caught:
        rig("taken").link()
    assert caught.value.reason == "busy"


def test_a_recording_outlives_the_strap_s_own_sleep() -> None:
    at = rig()

    async def steps() -> None:
        await at.link().start()
        await at.leave()
        at.h10.take_off(at.clock.now_s())
        await at.clock.sleep_until(at.clock.now_s() + 3600)
        at.h10.put_on(at.clock.now_s())
        memory = at.link()
        assert (await memory.status()).on
        await memory.stop()
        (stored,) = await memory.recordings()
        assert felt_s(await memory.fetch(stored)) >= WALK_S - 3

    run(steps())


def test_rates_can_be_asked_for_too() -> None:
    at = rig()

    async def steps() -> None:
        await at.link().start(kind=SampleType.HEART_RATE)
        await at.leave(60)
        memory = at.link()
        await memory.stop()
        (stored,) = await memory.recordings()
        assert (await memory.fetch(stored)).samples.rr_ms is None

    run(steps())
