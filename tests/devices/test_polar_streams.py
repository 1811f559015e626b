"""Movement and ECG of a Polar strap: had, kept, and stopped on every way out. In jumping time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.gatt import AttError
from devices.polar import PMD_CONTROL, control, frames
from devices.polar_streams import STALLED_S, PolarStreams, choose, stop_orphans
from devices.strap_words import DeviceError, Wishes
from devices.virtual_gatt import VirtualGatt
from devices.virtual_h10 import VirtualH10
from tests.devices.autojump import LoopClock, run_jumping

ACC, ECG = control.ACC, control.ECG


class Bench:
    """The streams of one virtual strap, its link, and what came of it."""

    def __init__(self, strap: VirtualH10, mtu: int, gatt: VirtualGatt | None = None) -> None:
        self.strap = strap
        self.gatt = gatt or VirtualGatt(strap, LoopClock().now_s, mtu)
        self.frames: list[str] = []
        self.came_s: list[float] = []
        self.troubles: list[str] = []
        self.pairs = 0
        self.bonds = True
        self.wanted: frozenset[str] = frozenset({"acc"})
        self.streams = PolarStreams(
            self.gatt,
            LoopClock(),
            frame=self._frame,
            pair=self._pair,
            trouble=self.troubles.append,
        )

    def running(self) -> tuple[int, ...]:
        """What runs on the strap now."""
        return self.strap.streams

    def _frame(self, raw: bytes) -> None:
        frame = frames.decode(raw)
        assert isinstance(frame, frames.Frame)
        self.frames.append(frame.kind)
        self.came_s.append(LoopClock().now_s())

    async def _pair(self) -> None:
        self.pairs += 1
        if not self.bonds:
            raise DeviceError("failed", "Authentication Failed")
        await self.gatt.pair()

    async def _turn(self) -> None:
        while self.gatt.connected:
            self.gatt.turn()
            await asyncio.sleep(0.2)

    @asynccontextmanager
    async def going(self) -> AsyncIterator[tuple[str, ...]]:
        """Opened and kept going; closed at the end."""
        turning = asyncio.create_task(self._turn())
        offered = await self.streams.open()
        keeping = asyncio.create_task(self.streams.keep(lambda: self.wanted))
        try:
            yield offered
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError, DeviceError):
                await keeping
            await self.streams.close()
            turning.cancel()


def bench(faults: Collection[str] = (), *, mtu: int = 232, seed: int = 7) -> Bench:
    now_s = LoopClock().now_s()
    strap = VirtualH10(seed=seed, faults=faults, worn_s=now_s - 60)
    return Bench(strap, mtu)


def run(test: Coroutine[Any, Any, None]) -> None:
    run_jumping(test, patience_s=0.0)


def test_movement_comes_and_is_stopped_at_the_end() -> None:
    async def test() -> None:
        b = bench()
        async with b.going() as offered:
            assert offered == ("acc", "ecg")
            await asyncio.sleep(60)
            assert b.running() == (ACC,)
        assert not b.running()
        assert set(b.frames) == {"acc"}
        assert len(b.frames) > 30
        assert set(b.troubles) == {""}

    run(test())


def test_ecg_is_had_while_it_is_wished_and_not_longer() -> None:
    async def test() -> None:
        b = bench()
        async with b.going():
            await asyncio.sleep(60)
            b.wanted = frozenset({"acc", "ecg"})
            await asyncio.sleep(60)
            assert set(b.running()) == {ACC, ECG}
            assert "ecg" in b.frames
            b.wanted = frozenset()
            await asyncio.sleep(3)
            assert not b.running()

    run(test())


def test_orphans_are_stopped_at_the_start() -> None:
    async def test() -> None:
        b = bench()
        b.wanted = frozenset({"acc", "ecg"})
        turning = asyncio.create_task(b._turn())
        await b.streams.open()
        keeping = asyncio.create_task(b.streams.keep(lambda: b.wanted))
        await asyncio.sleep(60)
        # Killed: nobody says goodbye, and the strap goes on.
        for task in (keeping, turning):
            task.cancel()
        await b.gatt.close()
        assert set(b.running()) == {ACC, ECG}
        again = Bench(b.strap, 232)
        again.wanted = frozenset()
        async with again.going():
            await asyncio.sleep(1)
            assert not b.running()

    run(test())


@pytest.mark.parametrize("faults", [(), ("needs_bond",), ("no_pmd",)])
def test_orphans_are_stopped_by_a_link_that_streams_nothing(faults: tuple[str, ...]) -> None:
    async def test() -> None:
        b = bench(faults)
        if "no_pmd" not in faults:
            await b.gatt.listen(PMD_CONTROL, lambda raw: None)
            await b.gatt.pair()
            chosen = {"sample_rate": 130, "resolution": 14}
            await b.gatt.write(PMD_CONTROL, control.start(ECG, chosen))
            assert b.running() == (ECG,)
        await stop_orphans(b.gatt, LoopClock(), b.gatt.pair)
        assert not b.running()

    run(test())


def test_a_stream_that_the_strap_stops_is_started_again() -> None:
    async def test() -> None:
        b = bench(["strap_stops"])
        async with b.going():
            await asyncio.sleep(180)
            assert b.running() == (ACC,)
            assert len(b.frames) > 150
        # Not only once it is missed: a first frame may take half a minute, a miss takes a whole.
        assert max(after - before for before, after in pairwise(b.came_s)) < STALLED_S

    run(test())


def test_a_stream_that_ends_without_a_word_is_missed_and_started_again() -> None:
    async def test() -> None:
        b = bench()
        async with b.going():
            await asyncio.sleep(60)
            b.strap.write(PMD_CONTROL, control.stop(ACC), LoopClock().now_s())
            heard = len(b.frames)
            await asyncio.sleep(STALLED_S + 60)
            assert b.running() == (ACC,)
            assert len(b.frames) > heard + 10

    run(test())


def test_a_stream_that_runs_already_is_stopped_and_begun_as_wished() -> None:
    async def test() -> None:
        b = bench()
        turning = asyncio.create_task(b._turn())
        await b.streams.open()
        other = {"sample_rate": 200, "resolution": 16, "range": 8}
        b.strap.write(PMD_CONTROL, control.start(ACC, other), LoopClock().now_s())
        keeping = asyncio.create_task(b.streams.keep(lambda: b.wanted))
        await asyncio.sleep(60)
        assert b.troubles == [""]
        assert b.frames
        keeping.cancel()
        await b.streams.close()
        turning.cancel()
        assert not b.running()

    run(test())


def test_a_bond_is_asked_for_once() -> None:
    async def test() -> None:
        b = bench(["needs_bond"])
        async with b.going():
            await asyncio.sleep(60)
            assert b.pairs == 1
            assert b.frames

    run(test())


def test_without_a_bond_the_reason_is_said() -> None:
    async def test() -> None:
        b = bench(["needs_bond"])
        b.bonds = False
        try:
            async with b.going():
                await asyncio.sleep(600)
        except DeviceError as fault:
            b.troubles.append(fault.reason)
        assert b.troubles[-1] == "needs_pairing"
        assert b.pairs == 1
        assert b.frames == []

    run(test())


def test_a_link_of_small_packets_has_no_streams() -> None:
    async def test() -> None:
        b = bench(mtu=23)
        async with b.going():
            await asyncio.sleep(30)
            assert b.troubles == ["small_mtu"]
            assert not b.running()

    run(test())


class Picky(VirtualGatt):
    """Its strap refuses to start one kind."""

    refused = ECG

    async def write(self, characteristic: str, data: bytes) -> None:
        if data[:2] == bytes([2, self.refused]):
            data = control.start(self.refused, {"sample_rate": 7})
        await super().write(characteristic, data)


@pytest.mark.parametrize(("refused", "told"), [(ECG, ""), (ACC, "refused")])
def test_what_is_told_is_what_becomes_of_movement(refused: int, told: str) -> None:
    """Whatever becomes of the ECG: the words for it are words about movement."""

    async def test() -> None:
        strap = VirtualH10(seed=7, worn_s=LoopClock().now_s() - 60)
        gatt = Picky(strap, LoopClock().now_s, 232)
        gatt.refused = refused
        other = Bench(strap, 232, gatt)
        other.wanted = frozenset({"acc", "ecg"})
        async with other.going():
            await asyncio.sleep(60)
            assert other.running() == ((ACC,) if refused == ECG else (ECG,))
            assert other.troubles[-1] == told
            assert len(set(other.troubles)) == 1

    run(test())


@pytest.mark.parametrize("seed", range(8))
def test_any_strap_streams_whatever_its_errors_look_like(seed: int) -> None:
    """Stopping while idle is answered in three ways, errors have 4 or 5 bytes."""

    async def test() -> None:
        b = bench(["short_errors"], seed=seed)
        async with b.going():
            await asyncio.sleep(60)
            assert b.frames
        assert not b.running()

    run(test())


class Deaf:
    """A control point that takes everything and answers nothing."""

    payload_max = 229

    def has(self, characteristic: str) -> bool:
        return True

    async def read(self, characteristic: str) -> bytes:
        return bytes([0x0F, 0x05])

    async def write(self, characteristic: str, data: bytes) -> None: ...

    async def listen(self, characteristic: str, heard: object) -> None: ...


async def _never() -> None:
    raise AttError(0x05)


def test_a_strap_that_does_not_answer_is_given_up_on() -> None:
    async def test() -> None:
        deaf = PolarStreams(
            Deaf(), LoopClock(), frame=lambda _: None, pair=_never, trouble=lambda _: None
        )
        with pytest.raises(DeviceError, match="not_answering"):
            await deaf.open()
        before_s = LoopClock().now_s()
        await deaf.close()
        assert LoopClock().now_s() - before_s < 10  # leaving is not held up

    run(test())


def test_an_answer_in_parts_is_joined() -> None:
    first = bytes.fromhex("f0010200010004190032006400")
    second = bytes.fromhex("f001020000c80001011000")
    parts = [r for r in map(control.decode, (first, second)) if isinstance(r, control.Reply)]
    assert [r.more for r in parts] == [True, False]
    whole = control.joined(parts[-1], b"".join(r.parameters for r in parts))
    assert whole.settings == control.Settings(sample_rate=(25, 50, 100, 200), resolution=(16,))
    assert control.answers(whole, control.get_settings(ACC))
    assert not control.answers(whole, control.stop(ACC))
    assert not control.answers(whole, control.get_settings(ECG))


@given(st.lists(st.integers(1, 500), max_size=6), st.integers(1, 500))
def test_a_setting_is_the_wished_one_or_the_least_on_offer(offered: list[int], wish: int) -> None:
    settings = control.Settings(sample_rate=tuple(offered))
    chosen = choose(settings, {"sample_rate": wish, "channels": 3})
    if offered:
        assert chosen == {"sample_rate": wish if wish in offered else min(offered)}
    else:
        assert chosen == {}


def test_a_strap_that_records_by_itself_streams_nothing() -> None:
    wishes = Wishes(ecg=True)
    assert wishes.kinds() == {"acc", "ecg"}
    wishes.still = True
    assert wishes.kinds() == frozenset()


def test_the_control_point_is_the_one_of_polar() -> None:
    assert PMD_CONTROL.startswith("fb005c81")
