"""Recovery to the second: which rates count, which movement forbids it, and where it ends.

Here the rate centred at each second is written down; the detector's own lags ten seconds behind.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from biocoach.settings import MAD_TO_SD, RecoverySettings
from biocoach.signal.recovery import GAPS, MOVEMENT, NO_READINGS, Way, code_of, recover
from biocoach.signal.way_back import HALF_WINDOW_S, WayBack, half_recovery_s
from biocoach.types import Recovery

SET = RecoverySettings()
ONSET, BACK = 400, 600
GROUND, PEAK = 64.0, 94.0
HALF = (GROUND + PEAK) / 2
WAY = Way(number=7, onset_s=ONSET, end_s=None, back_s=BACK, until_s=1499)
Centred = Callable[[int], float | None]


def seconds(centred: Centred, length_s: int = 1500) -> list[float | None]:
    return [centred(t - HALF_WINDOW_S) for t in range(length_s)]


def read(
    centred: Centred,
    way: Way = WAY,
    *,
    moved: Iterable[int] = (),
    settings: RecoverySettings = SET,
    length_s: int = 1500,
) -> Recovery:
    walks = set(moved)
    h20 = seconds(centred, length_s)
    return recover(h20, way, [t in walks for t in range(length_s)], settings)


def up(t: int) -> float:
    return GROUND if t < ONSET else PEAK


def down_after(plain: int) -> Callable[[int], float]:
    """Half-way exactly so many seconds after they are back, and at the ground 20 s later."""

    def centred(t: int) -> float:
        since = t - BACK
        return up(t) if since < plain else HALF if since < plain + 20 else GROUND

    return centred


def test_the_ground_is_the_median_of_the_quiet_time_before_the_onset() -> None:
    narrow = replace(SET, ground_from_s=4.0, ground_to_s=1.0)
    before = {395: 10.0, 396: 60.0, 397: 63.0, 398: 66.0, 399: 200.0}
    found = read(lambda t: before.get(t, down_after(30)(t)), settings=narrow)
    assert found.ground_bpm == 63.0


def test_a_rise_in_the_first_minutes_has_a_shorter_quiet_time() -> None:
    way = replace(WAY, onset_s=15.0, back_s=None, end_s=800.0)
    found = read(lambda t: 60.0 if t < 3 else 70.0 if t < 5 else down_after(30)(t), way)
    assert found.ground_bpm == 60.0  # three seconds of 60, two of 70


def test_the_peak_is_the_mean_of_the_thirty_seconds_before_the_reference() -> None:
    """Two readings of twenty seconds each: the one at the reference, and the one ten before."""
    last = {BACK - HALF_WINDOW_S: 98.0, BACK - 2 * HALF_WINDOW_S: 88.0}
    found = read(lambda t: last.get(t, down_after(30)(t)))
    assert found.peak_bpm == 93.0


@pytest.mark.parametrize("plain", [1, 30, 77])
def test_half_way_is_the_first_of_ten_seconds_at_or_below_the_middle(plain: int) -> None:
    found = read(down_after(plain))
    assert (found.half_plain_s, found.censored, found.why) == (plain, False, None)
    assert (found.activation, found.ground_bpm, found.peak_bpm) == (7, GROUND, PEAK)


def test_nine_seconds_below_the_middle_are_not_half_way() -> None:
    def dips(t: int, length: int) -> float:
        return GROUND if BACK + 20 <= t < BACK + 20 + length else down_after(90)(t)

    assert read(lambda t: dips(t, 9)).half_plain_s == 90
    assert read(lambda t: dips(t, 10)).half_plain_s == 20


def test_half_way_within_ten_minutes_is_known_and_later_is_not() -> None:
    assert read(down_after(600)).half_plain_s == 600
    late = read(down_after(601))
    assert (late.half_s, late.half_plain_s, late.full_s) == (None, None, None)
    assert (late.reference_s, late.ground_bpm, late.peak_bpm) == (BACK, GROUND, PEAK)
    assert (late.censored, late.why) == (True, "not half-way back by the end")


# ---- the reference


def test_the_reference_is_the_last_second_at_ninety_percent() -> None:
    def falls(t: int) -> float:
        return up(t) if t < 650 else 91.0 if t <= 655 else 90.9 if t < 700 else GROUND

    way = replace(WAY, back_s=None, end_s=800.0)
    found = read(falls, way)
    assert (found.reference_s, found.where) == (655, "apart")
    assert read(falls, replace(way, end_s=656.0)).reference_s == 655
    still = read(falls, replace(way, end_s=655.0))
    assert (still.reference_s, still.peak_bpm, still.censored) == (None, None, True)
    assert still.ground_bpm == GROUND


def test_a_mark_counts_from_just_after_the_onset_to_the_end_itself() -> None:
    def at(back_s: float, end_s: float | None = 700.0) -> tuple[float | None, str]:
        found = read(down_after(30), replace(WAY, back_s=back_s, end_s=end_s))
        return found.reference_s, found.where

    crossing = BACK + 29
    assert at(600.4) == (600, "after_reunion")
    assert at(600.6) == (601, "after_reunion")
    assert at(700.0) == (700, "after_reunion")
    assert at(700.5) == (crossing, "apart")
    assert at(400.5) == (400, "after_reunion")
    assert at(400.0) == (crossing, "after_reunion")  # they were back before it began
    assert at(1499.0, None)[1] == "after_reunion"
    assert at(1500.0, None) == (crossing, "apart")  # the readings end before that


# ---- what forbids it


def test_movement_from_the_reference_until_half_way_is_known_forbids_it() -> None:
    forbids = [BACK, BACK + 35, BACK + 30 + SET.half_run_s]
    for second in forbids:
        found = read(down_after(30), moved=[second])
        assert (found.why, found.censored, found.half_s) == (MOVEMENT, False, None)
        assert (found.reference_s, found.ground_bpm, found.peak_bpm) == (BACK, GROUND, PEAK)
    for second in (BACK - 1, forbids[-1] + 1):
        assert read(down_after(30), moved=[second]).half_plain_s == 30
    assert read(up, moved=[BACK + 600]).why == MOVEMENT
    assert read(up, moved=[BACK + 601]).censored


def test_of_the_seconds_until_half_way_is_known_one_in_twenty_may_be_missing() -> None:
    """A hundred seconds, from the reference on; the readings themselves, not the centred ones."""

    def holed(count: int) -> Recovery:
        h20 = seconds(down_after(89))
        for t in range(BACK + 40, BACK + 40 + count):
            h20[t] = None
        return recover(h20, WAY, [False] * len(h20), SET)

    assert holed(5).half_plain_s == 89
    assert (holed(6).why, holed(6).censored, holed(6).half_s) == (GAPS, False, None)


def test_without_readings_before_the_rise_or_at_the_reference_there_is_none() -> None:
    found = read(lambda t: None if t < ONSET else down_after(30)(t))
    assert (found.why, found.censored, found.ground_bpm) == (NO_READINGS, False, None)
    assert (found.reference_s, found.where, found.peak_bpm) == (BACK, "after_reunion", PEAK)
    found = read(lambda t: None if 575 <= t < 595 else down_after(30)(t))
    assert (found.why, found.censored, found.peak_bpm) == (NO_READINGS, False, None)
    assert (found.reference_s, found.ground_bpm) == (BACK, GROUND)


def test_a_rise_of_eight_counts_and_a_smaller_one_keeps_its_figures() -> None:
    def rose(by_bpm: float) -> Recovery:
        return read(lambda t: GROUND + by_bpm if ONSET <= t < BACK + 30 else GROUND)

    assert rose(8.0).half_plain_s == 30
    small = rose(7.5)
    assert (small.ground_bpm, small.peak_bpm, small.reference_s) == (GROUND, 71.5, BACK)
    assert (small.why, small.censored, small.activation) == ("the rise was under 8 bpm", False, 7)


def test_a_reason_has_its_code_and_what_was_cut_short_none() -> None:
    assert code_of("the rise was under 8 bpm") == "small_rise"
    assert code_of(MOVEMENT) == "movement"
    assert code_of("not half-way back by the end") is None
    assert code_of(None) is None


# ---- all the way


def test_all_the_way_back_is_a_minute_of_which_four_fifths_are_low() -> None:
    def low(t: int, high: int) -> float:
        since = t - BACK
        up_again = 80 <= since < 80 + high
        return up(t) if since < 30 else 70.1 if since < 50 or up_again else 70.0

    assert read(lambda t: low(t, 12)).full_s == 50  # 70: a fifth of the rise above the ground
    assert read(lambda t: low(t, 13)).full_s == 93


def test_after_a_small_rise_three_beats_above_the_ground_are_low() -> None:
    def low(t: int, rest: float) -> float:
        since = t - BACK
        return GROUND if t < ONSET else GROUND + 10 if since < 30 else GROUND + rest

    assert read(lambda t: low(t, 3.0)).full_s == 30
    assert read(lambda t: low(t, 3.1)).full_s is None


def test_the_minute_has_to_have_passed() -> None:
    """The rates of its last ten seconds are not known by then, and are not said to be low."""
    last = BACK + 30 + 20 + SET.full_window_s - 1  # the ground is reached after 50 s
    for until, full in ((last, 50), (last - 1, None)):
        found = read(down_after(30), replace(WAY, until_s=until), length_s=until + 1)
        assert found.full_s == full
        assert found.half_plain_s == 30


@pytest.mark.parametrize("kind", ["walk", "rise"])
def test_a_walk_or_the_next_rise_ends_the_way_before_its_first_centred_rate(kind: str) -> None:
    """A rate centred at t reaches ten seconds further: it must not reach into either."""
    last = BACK + 50 + SET.full_window_s - 1
    for at_s, full in ((last + HALF_WINDOW_S + 1, 50), (last + HALF_WINDOW_S, None)):
        if kind == "walk":
            assert read(down_after(30), moved=[at_s]).full_s == full
        else:
            assert read(down_after(30), replace(WAY, next_s=float(at_s))).full_s == full


# ---- the fit


def curved(t: int) -> float:
    since = max(0, t - BACK)
    quiet = GROUND + (t % 9) - 4
    return quiet if t < ONSET else GROUND + 30 * 0.5 ** (since / 40) + (t % 4)


@pytest.mark.parametrize("stop", [720, 721, 724, 725, 726])
def test_what_comes_after_a_walk_or_a_rise_is_as_if_it_had_not_been_recorded(stop: int) -> None:
    cut = read(curved, replace(WAY, until_s=stop - 1), length_s=stop)
    assert cut.half_s is not None

    def wild(t: int) -> float:
        return curved(t) if t <= stop - 1 - HALF_WINDOW_S else 120.0 + t % 7

    assert read(wild, moved=[stop]).half_s == cut.half_s
    assert read(wild, moved=range(stop, 1400)).half_s == cut.half_s
    assert read(wild, replace(WAY, next_s=stop + 0.5)).half_s == cut.half_s
    assert read(wild, replace(WAY, next_s=float(stop)), moved=[stop + 5]).half_s == cut.half_s


def test_the_half_time_is_that_of_every_fifth_second_within_the_window() -> None:
    found = read(curved)
    quiet = [curved(t) for t in range(ONSET - 180, ONSET - 10)]
    ground = statistics.median(quiet)
    window_s = int(SET.fit_min_s)
    t_s = np.arange(0, window_s + 1, 5, dtype=float)
    assert found.peak_bpm is not None
    assert found.half_plain_s is not None
    way = WayBack(
        t_s=t_s.tolist(),
        hr_bpm=[curved(BACK + int(t)) for t in t_s],
        ground_bpm=ground,
        rise_bpm=found.peak_bpm - ground,
        wander_bpm=MAD_TO_SD * statistics.median(abs(v - ground) for v in quiet),
    )
    assert found.half_s == round(half_recovery_s(way, found.half_plain_s, SET), 1)
