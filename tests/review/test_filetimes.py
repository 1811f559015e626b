"""The times that files tell: followed, so that a hole is a gap; or left, which is said."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import pytest

from biocoach.review.record import fold, framed
from biocoach.settings import Settings
from biocoach.types import InputBody, Reading
from devices import heart_rate
from tests.review.support import (
    HEART,
    HOLE_S,
    UNIX_S,
    WRITERS,
    Look,
    folded,
    good,
    refused,
    rr_of,
    table,
    times_s,
    with_t_s,
)


@pytest.mark.parametrize("write", WRITERS)
def test_a_hole_in_the_times_is_a_gap_in_the_record(
    imported: Look, write: Callable[[Sequence[float]], str]
) -> None:
    record = folded(imported(write(times_s(hole_at=150))))
    assert [b.beat.rr_ms for b in record.beats] == pytest.approx(HEART)
    (gap,) = record.gaps
    began = times_s()[149]
    assert gap.start_s == pytest.approx(began, abs=1.2)
    assert gap.end_s == pytest.approx(began + HOLE_S, abs=1.2)
    silent = [s for s in record.seconds if began + 8 < s.at_s < began + HOLE_S - 2]
    assert len(silent) > 20
    assert {s.hr_bpm for s in silent} == {None}
    assert record.length_s == pytest.approx(sum(HEART) / 1000 + HOLE_S, abs=1.5)
    assert record.coverage == pytest.approx(1 - HOLE_S / record.length_s, abs=0.02)


@pytest.mark.parametrize("write", WRITERS)
def test_times_without_a_hole_say_what_the_intervals_say(
    imported: Look, write: Callable[[Sequence[float]], str]
) -> None:
    found = good(imported(write(times_s())))
    assert list(found.problems) == []
    record = folded(found)
    assert record.gaps == []
    assert {b.beat.run for b in record.beats} == {1}
    for clean, true_s in zip(record.beats, times_s(), strict=True):
        assert clean.beat.beat_s == pytest.approx(true_s, abs=1.1)


@pytest.mark.parametrize("whole", [math.floor, round, math.ceil])
def test_rounded_times_make_no_gap_and_no_beat_comes_twice(
    imported: Look, whole: Callable[[float], int]
) -> None:
    rows = [(whole(t), v) for t, v in zip(times_s(), HEART, strict=True)]
    record = folded(imported(table("t_s,rr_ms", rows)))
    assert record.gaps == []
    beats = [b.beat.beat_s for b in record.beats]
    steps = [b - a for a, b in itertools.pairwise(beats)]
    assert steps == pytest.approx([v / 1000 for v in HEART[1:]], abs=0.0011)
    assert beats[-1] <= record.length_s + 0.001


def test_exact_times_are_taken_exactly(imported: Look) -> None:
    """A program that leaves a beat out here and there moves none of the others."""
    rows = list(zip(times_s(), HEART, strict=True))
    some = [row for place, row in enumerate(rows) if place % 20 != 19]
    record = folded(imported(table("t_s,rr_ms", [(f"{t:.3f}", v) for t, v in some])))
    assert record.gaps == []
    assert [b.beat.beat_s for b in record.beats] == pytest.approx([t for t, _ in some], abs=0.002)


def test_packets_in_a_table_are_read_as_those_of_a_strap(imported: Look) -> None:
    """A table with arrival_s and the strap's own packets give the same beats and gaps."""
    rr_1024 = [round(v * 1.024) for v in HEART]
    rows: list[tuple[object, ...]] = []
    strap: list[tuple[float, InputBody]] = []
    arrived = zip(rr_1024, times_s(hole_at=150), strict=True)
    for second, group in itertools.groupby(arrived, lambda pair: int(pair[1])):
        packet = tuple(v for v, _ in group)
        late_s = 1.02 + 0.3 * (second % 4 == 0)
        rows += [(repr(v * 1000 / 1024), round(second + late_s, 3)) for v in packet]
        reading = heart_rate.decode(heart_rate.encode(70, list(packet)))
        assert isinstance(reading, Reading)
        strap.append((round(second + late_s, 3), reading))
    there = folded(imported(table("rr_ms,arrival_s", rows)))
    here = fold(framed(strap, Settings()), Settings(), strap[-1][0])
    assert there.beats == here.beats
    assert there.gaps == here.gaps
    assert [s.hr_bpm for s in there.seconds] == [s.hr_bpm for s in here.seconds]


@pytest.mark.parametrize("begin_s", [0.0, 12.0])
def test_a_clock_that_starts_near_0_is_the_records_own(imported: Look, begin_s: float) -> None:
    record = folded(imported(with_t_s([begin_s + t for t in times_s()])))
    assert record.beats[0].beat.beat_s == pytest.approx(begin_s + HEART[0] / 1000, abs=0.001)
    ends = [g.end_s for g in record.gaps]
    assert ends == pytest.approx([begin_s] if begin_s else [], abs=0.001)


@pytest.mark.parametrize("begin_s", [-0.5, -7200.0, 36_000.0, UNIX_S])
def test_any_other_clock_starts_with_the_first_interval(imported: Look, begin_s: float) -> None:
    record = folded(imported(with_t_s([begin_s + t for t in times_s(hole_at=150)])))
    assert record.beats[0].beat.beat_s == pytest.approx(HEART[0] / 1000, abs=0.001)
    assert len(record.gaps) == 1


BAD_TIMES: dict[str, Callable[[float], float]] = {
    "back": lambda t: t if t < 100 else t - 50,
    "rows": lambda t: 500 * t,
    "minutes": lambda t: t / 60,
    "still": lambda t: 7.0,
}


@pytest.mark.parametrize("name", BAD_TIMES)
def test_times_that_cant_be_followed_are_said_and_left(imported: Look, name: str) -> None:
    found = good(imported(with_t_s([BAD_TIMES[name](t) for t in times_s()])))
    (problem,) = found.problems
    assert problem.line == 0
    assert "times" in problem.why
    record = folded(found)
    assert record.gaps == []
    assert [b.beat.beat_s for b in record.beats] == pytest.approx(times_s())


def test_a_column_that_counts_the_rows_is_no_clock(imported: Look) -> None:
    found = good(imported("".join(f"{i} {v}\n" for i, v in enumerate(HEART))))
    assert len(found.problems) == 1
    assert found.length_s == pytest.approx(times_s()[-1])


def test_a_row_without_its_time_keeps_its_interval(imported: Look) -> None:
    rows = with_t_s(times_s(hole_at=150)).splitlines()
    rows[50] = f"n/a,{HEART[49]}"
    rows[80] = f",{HEART[79]}"
    found = good(imported("\n".join(rows)))
    assert [(p.line, "2 of" in p.why) for p in found.problems] == [(0, True)]
    assert rr_of(found) == HEART
    assert len(folded(found).gaps) == 1


def test_times_longer_than_a_week_are_refused(imported: Look) -> None:
    times = [t if i < 100 else t + 700_000 for i, t in enumerate(times_s())]
    assert "week" in refused(imported(with_t_s(times)))
