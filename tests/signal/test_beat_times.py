"""The beat clock to the millisecond: what anchors it, what ends a run, and where a gap lies."""

from __future__ import annotations

import pytest

from biocoach.settings import BeatSettings
from biocoach.signal.beats import BeatClock
from biocoach.types import Gap

SET = BeatSettings()


def beaten(until_s: int, rr_ms: float = 1000.0) -> BeatClock:
    """A beat a second from second 1."""
    clock = BeatClock(SET)
    for second in range(1, until_s + 1):
        clock.arrive(float(second), [rr_ms])
    return clock


def test_a_late_packet_moves_no_beat_and_an_early_one_moves_what_follows() -> None:
    clock = beaten(9)
    ((late,), _) = clock.arrive(10.7, [1000.0])
    assert late.beat_s == pytest.approx(10.0)
    ((early,), _) = clock.arrive(10.8, [1000.0])  # it can't have come before its beat
    assert early.beat_s == pytest.approx(10.8)
    ((then,), _) = clock.arrive(12.0, [1000.0])
    assert then.beat_s == pytest.approx(11.8)


def test_the_earliest_arrival_anchors_for_a_minute() -> None:
    clock = beaten(9)
    clock.arrive(9.8, [1000.0])
    for second in range(11, 70):
        ((beat,), _) = clock.arrive(float(second), [1000.0])
        assert beat.beat_s == pytest.approx(second - 0.2)
    assert clock.arrive(69.8, [1000.0])[0][0].beat_s == pytest.approx(69.8)
    again = beaten(9)
    again.arrive(9.8, [1000.0])
    for second in range(11, 71):
        ((beat,), _) = again.arrive(float(second), [1000.0])
    assert beat.beat_s == pytest.approx(70.0)  # more than a minute ago


def test_several_beats_of_a_packet_end_with_the_last() -> None:
    clock = beaten(9)
    found, gap = clock.arrive(12.0, [1100.0, 900.0, 1000.0])
    assert [b.beat_s for b in found] == pytest.approx([10.1, 11.0, 12.0])
    assert [b.rr_ms for b in found] == [1100.0, 900.0, 1000.0]
    assert gap is None
    assert clock.last_beat_s == pytest.approx(12.0)


def test_two_seconds_without_a_beat_are_no_gap_and_more_are() -> None:
    assert beaten(9).arrive(12.0, [1000.0])[1] is None
    ((beat,), gap) = beaten(9).arrive(12.1, [1000.0])
    assert (beat.run, beat.beat_s) == (2, 12.1)
    assert gap is not None
    assert (gap.start_s, gap.reason) == (9.0, "no_beats")
    assert gap.end_s == pytest.approx(11.1)


def test_before_the_first_beats_there_is_a_gap_where_they_come_late() -> None:
    assert BeatClock(SET).arrive(10.0, [1000.0])[1] == Gap(
        start_s=0.0, end_s=9.0, reason="no_beats"
    )
    assert BeatClock(SET).arrive(3.0, [1000.0])[1] is None
    # An interval says where the beat before was, up to the slowest heart.
    slow = BeatClock(SET).arrive(10.0, [3000.0])[1]
    assert slow is not None
    assert slow.end_s == pytest.approx(8.0)


def test_beats_for_more_or_less_than_the_time_there_is_are_out_of_step_after_half_a_minute() -> (
    None
):
    assert beaten(200, 1099.0).out_of_step_s is None  # a tenth more is not too much
    assert beaten(30, 1110.0).out_of_step_s is None
    assert beaten(31, 1110.0).out_of_step_s == 31.0
    short = BeatClock(SET)
    for second in range(1, 60):  # slower than it says, by less than a gap in all that time
        short.arrive(float(second), [940.0])
    assert short.out_of_step_s is None


def test_an_absurd_interval_stands_for_no_time_from_four_seconds_beyond_the_last_packet() -> None:
    for rr_ms, moved_s in ((5000.0, 5.0), (5001.0, 0.0)):
        clock = beaten(9)
        found, _ = clock.arrive(10.0, [rr_ms])
        assert found[0].rr_ms == rr_ms
        # What was too long pulls the anchor down: the clock ends where the packet came.
        assert found[0].beat_s == pytest.approx(10.0 if moved_s else 9.0)
    first = BeatClock(SET)
    assert first.arrive(10.0, [4000.0])[0][0].beat_s == pytest.approx(10.0)


def test_beats_never_go_back_behind_the_one_before() -> None:
    clock = beaten(9)
    clock.arrive(9.1, [300.0] * 3)
    found, _ = clock.arrive(9.2, [1000.0])
    assert found[0].beat_s >= 9.1


def test_a_run_that_was_broken_says_why_once() -> None:
    clock = beaten(9)
    clock.break_run("adapter_off")
    ((beat,), gap) = clock.arrive(10.0, [1000.0])
    assert (beat.run, gap) == (2, None)  # too short for a gap
    for second in range(11, 20):
        clock.arrive(float(second), [1000.0])
    gap = clock.arrive(30.0, [1000.0])[1]
    assert gap is not None
    assert gap.reason == "no_beats"


def test_what_was_heard_otherwise_is_no_gap() -> None:
    clock = beaten(9)
    clock.goes_on_after(50.0)
    ((beat,), gap) = clock.arrive(52.0, [1000.0])
    assert (beat.run, gap) == (2, None)
    clock.goes_on_after(0.0)
    assert clock.last_beat_s == 52.0


def test_a_files_beat_that_comes_where_it_is_due_is_not_moved() -> None:
    clock = BeatClock(SET)
    assert clock.follow(1000.0, 1.0005)[0].beat_s == 1.0
    assert clock.follow(1000.0, 2.002)[0].beat_s == 2.002
    assert clock.follow(1000.0, 1.5)[0].beat_s == 2.002  # never back
    beat, gap = clock.follow(1000.0, 5.1)
    assert gap is not None
    assert (beat.run, gap.start_s, gap.reason) == (2, 2.002, "no_beats")
    assert gap.end_s == pytest.approx(4.1)
    assert clock.follow(1000.0, 8.0)[1] is None  # 1.9 s beside the interval
    beat, gap = clock.follow(3100.0)
    assert gap == Gap(start_s=8.0, end_s=11.1, reason="no_beats")
