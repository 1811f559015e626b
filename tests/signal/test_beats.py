"""The beat clock: order, times near the truth, gaps found, nothing dropped by value."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import BeatSettings
from biocoach.signal.beats import BeatClock
from biocoach.types import Beat, Gap
from tests.signal.hearts import heart
from tests.strategies import arrivals, proven

MS = 1000 / 1024
Packet = tuple[float, list[float]]


def play(packets: list[Packet]) -> tuple[list[Beat], list[Gap]]:
    clock, beats, gaps = BeatClock(BeatSettings()), [], []
    for at_s, rr in packets:
        new, gap = clock.arrive(at_s, rr)
        beats += new
        gaps += [gap] if gap else []
    return beats, gaps


def sent(rr: list[float], late_s: float = 0.0, seed: int = 1) -> tuple[list[Packet], list[float]]:
    """A strap's packets once a second, each up to ``late_s`` late; and the true beat times."""
    dice, truth, at_s = random.Random(seed), [], 0.0
    packets: dict[int, list[float]] = {}
    for value in rr:
        at_s += value / 1000
        truth.append(at_s)
        packets.setdefault(int(at_s) + 1, []).append(value)
    arrived, last = [], 0.0
    for second, values in packets.items():
        last = max(last, second + dice.uniform(0, late_s))
        arrived.append((last, values))
    return arrived, truth


@pytest.mark.parametrize("late_s", [0.0, 0.08, 0.9])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_times_stay_near_the_truth_however_packets_jitter(late_s: float, seed: int) -> None:
    packets, truth = sent(heart(300, seed=seed), late_s, seed)
    beats, gaps = play(packets)
    assert gaps == []
    # A beat waits up to a second for its packet, less at the lower envelope.
    offs = [b.beat_s - t for b, t in zip(beats, truth, strict=True)]
    assert all(-0.05 <= off <= 1.0 + late_s for off in offs)
    assert all(off <= 0.4 for off in offs[60:])


@given(arrivals)
@proven(200)
def test_every_interval_becomes_one_beat_in_order(
    given_: list[tuple[float, tuple[int, ...]]],
) -> None:
    at_s, packets = 0.0, []
    for wait_s, rr in given_:
        at_s += wait_s
        packets.append((at_s, [v * MS for v in rr]))
    beats, gaps = play(packets)
    assert [b.rr_ms for b in beats] == [v for _, rr in packets for v in rr]
    assert all(a.beat_s <= b.beat_s and a.run <= b.run for a, b in itertools.pairwise(beats))
    assert all(b.beat_s <= at_s + 1e-9 for b in beats)  # nothing beats in the future
    assert all(g.end_s - g.start_s > BeatSettings().missing_max_s for g in gaps)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(gaps))


def test_eight_lost_seconds_are_a_gap_and_a_new_run() -> None:
    packets, _ = sent(heart(120))
    beats, gaps = play([p for p in packets if not 60 <= p[0] < 68])
    assert len(gaps) == 1
    assert gaps[0].reason == "no_beats"
    assert gaps[0].start_s == pytest.approx(59, abs=1.2)
    assert gaps[0].end_s == pytest.approx(67, abs=1.5)
    assert {b.run for b in beats} == {1, 2}
    assert not [b for b in beats if gaps[0].start_s < b.beat_s < gaps[0].end_s]


def test_one_lost_packet_of_one_beat_is_no_gap() -> None:
    packets, _ = sent(heart(120, 58))
    lost = next(p for p in packets if p[0] > 60 and len(p[1]) == 1)
    beats, gaps = play([p for p in packets if p is not lost])
    assert gaps == []
    assert beats[-1].beat_s == pytest.approx(120, abs=1.5)


def test_a_broken_link_ends_the_run_with_its_reason() -> None:
    clock = BeatClock(BeatSettings())
    packets, _ = sent(heart(60))
    for at_s, rr in packets:
        clock.arrive(at_s, rr)
    clock.break_run("out of range")
    clock.break_run("silent")
    (beat,), gap = clock.arrive(90.0, [900.0])
    assert gap is not None
    assert gap.reason == "out of range"
    assert gap.end_s == pytest.approx(89.1)
    assert beat.run == 2


def test_a_batch_that_comes_late_keeps_its_beats_and_the_clock_recovers() -> None:
    packets, truth = sent(heart(180))
    late = [v for at, rr in packets if 90 < at <= 105 for v in rr]
    batch = [(105.0, late[i : i + 9]) for i in range(0, len(late), 9)]
    rest = [p for p in packets if p[0] > 105]
    beats, _ = play([*[p for p in packets if p[0] <= 90], *batch, *rest])
    assert len(beats) == len(truth)
    after = [b.beat_s - t for b, t in zip(beats, truth, strict=True) if t > 106]
    assert after
    assert all(-0.05 <= off <= 0.6 for off in after)


@pytest.mark.parametrize("absurd", [0, 26, 65535])
def test_an_absurd_interval_is_kept_and_costs_no_time(absurd: int) -> None:
    packets, truth = sent(heart(120))
    at = 60
    broken = [(t, [*rr, absurd * MS]) if i == at else (t, rr) for i, (t, rr) in enumerate(packets)]
    beats, gaps = play(broken)
    assert gaps == []
    assert len(beats) == len(truth) + 1
    assert [b.rr_ms for b in beats].count(absurd * MS) == 1
    assert beats[-1].beat_s == pytest.approx(truth[-1], abs=0.3)


def test_equal_intervals_are_legal() -> None:
    beats, gaps = play([(float(s), [1000.0]) for s in range(1, 301)])
    assert len(beats) == 300
    assert gaps == []
    assert beats[-1].beat_s == pytest.approx(300.0)


def test_intervals_out_of_step_with_the_clock_end_the_run() -> None:
    beats, _ = play([(float(s), [600.0]) for s in range(1, 121)])
    assert beats[-1].run > 1
    beats, _ = play([(float(s), [1200.0]) for s in range(1, 121)])
    assert beats[-1].run > 1
    assert all(b.beat_s <= 120 for b in beats)


def test_a_packet_without_intervals_says_nothing() -> None:
    clock = BeatClock(BeatSettings())
    assert clock.arrive(1.0, []) == ([], None)
    assert clock.last_beat_s is None


@given(st.lists(st.floats(1, 60_000), min_size=1, max_size=200))
@proven(100)
def test_a_files_clock_is_the_running_sum(rr: list[float]) -> None:
    clock, sum_s, run = BeatClock(BeatSettings()), 0.0, 0
    for value in rr:
        beat, gap = clock.follow(value)
        assert (gap is not None) == (value > 3000)
        if gap is not None:
            assert (gap.start_s, gap.end_s) == (sum_s, beat.beat_s)
        assert beat.run == run + 1 if gap is not None or run == 0 else beat.run == run
        sum_s, run = sum_s + value / 1000, beat.run
        assert beat.beat_s == sum_s
        assert beat.rr_ms == value


def file_times(rr: list[float], *, hole_at: int = -1, hole_s: float = 0.0) -> list[float]:
    """When each beat of a file came, s; before beat ``hole_at`` so many seconds are missing."""
    at_s, times = 0.0, []
    for place, value in enumerate(rr):
        at_s += value / 1000 + (hole_s if place == hole_at else 0.0)
        times.append(at_s)
    return times


def follow(rr: list[float], times: list[float]) -> tuple[list[Beat], list[Gap]]:
    clock, beats, gaps = BeatClock(BeatSettings()), [], []
    for value, at_s in zip(rr, times, strict=True):
        beat, gap = clock.follow(value, at_s)
        beats.append(beat)
        gaps += [gap] if gap else []
    return beats, gaps


def test_a_hole_in_a_files_times_is_a_gap_and_a_new_run() -> None:
    rr = heart(120)
    times = file_times(rr, hole_at=70, hole_s=30)
    beats, gaps = follow(rr, times)
    assert len(gaps) == 1
    assert gaps[0].end_s - gaps[0].start_s == pytest.approx(30)
    assert [b.run for b in beats] == [1] * 70 + [2] * (len(rr) - 70)
    assert [b.beat_s for b in beats] == pytest.approx(times)


def test_a_beat_that_is_left_out_moves_the_clock_but_ends_nothing() -> None:
    rr, times = heart(300), file_times(heart(300))
    left_out = range(20, len(rr), 20)
    some = [(v, t) for i, (v, t) in enumerate(zip(rr, times, strict=True)) if i not in left_out]
    beats, gaps = follow([v for v, _ in some], [t for _, t in some])
    assert gaps == []
    assert [b.beat_s for b in beats] == pytest.approx([t for _, t in some])


def test_an_absurd_interval_of_a_file_with_times_costs_no_time() -> None:
    rr, times = heart(60), file_times(heart(60))
    rr[30] = 65535.0
    beats, gaps = follow(rr, times)
    assert gaps == []
    assert [b.beat_s for b in beats[31:]] == pytest.approx(times[31:])


def test_a_pause_that_a_file_tells_as_one_long_interval_is_a_gap() -> None:
    rr = [800.0] * 20 + [8000.0] + [800.0] * 20
    beats, gaps = follow(rr, file_times(rr))
    assert [v for g in gaps for v in (g.start_s, g.end_s)] == pytest.approx([16, 24])
    assert beats[20].run == 2


@given(st.lists(st.tuples(st.floats(0, 60_000), st.floats(0, 90)), min_size=1, max_size=100))
@proven(100)
def test_whatever_a_file_says_its_beats_keep_their_order(told: list[tuple[float, float]]) -> None:
    times = list(itertools.accumulate(wait_s for _, wait_s in told))
    beats, gaps = follow([rr for rr, _ in told], times)
    assert len(beats) == len(told)
    assert all(a.beat_s <= b.beat_s and a.run <= b.run for a, b in itertools.pairwise(beats))
    assert all(b.beat_s <= t + 0.001 for b, t in zip(beats, times, strict=True))
    assert all(g.end_s - g.start_s > BeatSettings().missing_max_s for g in gaps)
