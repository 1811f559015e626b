from __future__ import annotations

import gzip
import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.types import Ecg, Refusal
from devices.polar import PMD_DATA, frames
from devices.polar.timing import FrameClock, SampleTimes
from tests.data import shared
from tests.devices.h10 import ECG_ON, ask, linked

START_NS = 599_616_000_000_000_000
STAMPS = st.integers(0, 2**64 - 1)
RATES = st.sampled_from([25.0, 50.0, 100.0, 130.0, 200.0])
COUNTS = st.integers(1, 80)


def timed(clock: FrameClock, timestamp_ns: int, count: int) -> SampleTimes:
    found = clock.times(timestamp_ns, count)
    assert isinstance(found, SampleTimes), found
    return found


def test_the_first_frame_goes_backwards_by_the_nominal_step() -> None:
    found = timed(FrameClock(100.0), START_NS, 4)
    assert found.times_ns == tuple(START_NS - back for back in (30_000_000, 20_000_000, 10**7, 0))
    assert (found.step_ns, found.gap) == (10**7, False)


def test_later_frames_go_by_the_straps_own_rate() -> None:
    clock = FrameClock(100.0)
    clock.times(START_NS, 4)
    found = timed(clock, START_NS + 42_000_000, 4)
    assert found.times_ns == tuple(START_NS + 10_500_000 * i for i in (1, 2, 3, 4))
    assert (found.step_ns, found.gap) == (10_500_000, False)


@pytest.mark.parametrize("off_ms", [44.1, 35.9, 80, 10**12])
def test_a_step_far_off_is_a_gap(off_ms: float) -> None:
    clock = FrameClock(100.0)
    clock.times(START_NS, 4)
    found = timed(clock, START_NS + round(off_ms * 1e6), 4)
    assert (found.step_ns, found.gap) == (10**7, True)
    after = timed(clock, START_NS + round((off_ms + 40) * 1e6), 4)
    assert not after.gap


@pytest.mark.parametrize("back_ns", [0, 1, 10**12])
def test_a_time_that_does_not_go_on_is_refused(back_ns: int) -> None:
    clock = FrameClock(100.0)
    clock.times(START_NS, 4)
    assert isinstance(clock.times(START_NS - back_ns, 4), Refusal)
    # The odd one changed nothing: the next is measured against the last good one.
    assert not timed(clock, START_NS + 40_000_000, 4).gap


def test_a_clock_set_back_is_believed_at_the_second_frame() -> None:
    clock = FrameClock(100.0)
    clock.times(2 * START_NS, 4)
    assert isinstance(clock.times(START_NS, 4), Refusal)
    assert timed(clock, START_NS + 40_000_000, 4).gap
    assert not timed(clock, START_NS + 80_000_000, 4).gap


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, float("nan")])
def test_a_rate_must_be_one(rate_hz: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        FrameClock(rate_hz)


def test_a_frame_must_have_samples() -> None:
    with pytest.raises(ValueError, match="without samples"):
        FrameClock(130.0).times(START_NS, 0)


@given(RATES, st.lists(st.tuples(STAMPS, COUNTS), max_size=20))
def test_any_frames_have_times_in_order_that_end_at_their_own(
    rate_hz: float, told: list[tuple[int, int]]
) -> None:
    clock, last_ns = FrameClock(rate_hz), None
    for timestamp_ns, count in told:
        found = clock.times(timestamp_ns, count)
        if isinstance(found, Refusal):
            assert last_ns is not None
            assert timestamp_ns <= last_ns
            continue
        assert len(found.times_ns) == count
        assert found.times_ns[-1] == timestamp_ns
        assert all(a < b for a, b in pairwise(found.times_ns))
        assert abs(found.step_ns * rate_hz / 1e9 - 1) <= 0.1 + 1e-9
        if last_ns is not None and not found.gap:
            assert found.times_ns[0] > last_ns
        last_ns = timestamp_ns


@given(RATES, COUNTS, st.floats(0.95, 1.05), st.sets(st.integers(1, 30), max_size=8))
def test_even_samples_are_found_to_a_nanosecond_and_every_loss_is_a_gap(
    rate_hz: float, count: int, off: float, lost: set[int]
) -> None:
    step_ns = 1e9 / rate_hz * off
    clock = FrameClock(rate_hz)
    for frame in [n for n in range(32) if n not in lost]:
        taken_ns = [START_NS + round(step_ns * (frame * count + i)) for i in range(count)]
        found = timed(clock, taken_ns[-1], count)
        assert found.gap == (frame > 0 and frame - 1 in lost)
        if frame and not found.gap:
            errors = (abs(a - b) for a, b in zip(found.times_ns, taken_ns, strict=True))
            assert max(errors) <= 2


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), max_size=20))
def test_a_shift_of_the_clock_changes_nothing(shift_ns: int, steps_ns: list[int]) -> None:
    here, there, stamp_ns = FrameClock(130.0), FrameClock(130.0), START_NS
    for step_ns in steps_ns:
        stamp_ns += step_ns
        one, other = here.times(stamp_ns, 73), there.times(stamp_ns + shift_ns, 73)
        if isinstance(one, Refusal):
            assert isinstance(other, Refusal)
            continue
        assert isinstance(other, SampleTimes)
        assert [t - shift_ns for t in other.times_ns] == list(one.times_ns)


def test_a_virtual_straps_losses_and_jumps() -> None:
    strap = linked("lost_frames", "time_back", "clock_set")
    ask(strap, ECG_ON)
    clock, kinds = FrameClock(130.0), []
    for uuid, raw in strap.due(600.0):
        if uuid == PMD_DATA:
            body = frames.to_input(raw)
            assert isinstance(body, Ecg)
            found = clock.times(body.timestamp_ns, len(body.samples_uv))
            kinds.append("refused" if isinstance(found, Refusal) else "gap" if found.gap else "on")
    assert kinds.count("refused") > 10
    assert kinds.count("gap") > 50
    assert kinds.count("on") > 600


def test_an_hour_of_a_real_strap_has_its_own_rate() -> None:
    data = gzip.decompress(shared("ecg/polar_h10_pmd_frames.bin.gz").read_bytes())
    clock, at, found = FrameClock(130.0), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        body = frames.to_input(data[at + 4 : at + 4 + size])
        assert isinstance(body, Ecg)
        found.append(timed(clock, body.timestamp_ns, len(body.samples_uv)))
        at += 4 + size
    rates_hz = [1e9 / one.step_ns for one in found[1:]]
    assert not any(one.gap for one in found)
    assert abs(statistics.median(rates_hz) - 130) < 130 * 0.02
