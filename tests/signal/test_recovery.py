"""Recovery on rates that are known to the second: half time, censoring, and when it abstains."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import RecoverySettings
from biocoach.signal.recovery import Way, recover
from biocoach.signal.way_back import HALF_WINDOW_S
from biocoach.types import Recovery
from tests.strategies import proven

SET = RecoverySettings()
ONSET, BACK = 400, 600
WAY = Way(number=1, onset_s=ONSET, end_s=None, back_s=BACK, until_s=1500)


def rates(
    rise_bpm: float, tau_s: float, *, down_s: float = BACK, length_s: int = 1500
) -> list[float | None]:
    """The trailing 20-s rate of a heart that rises at once and comes back exponentially."""

    def now(at_s: float) -> float:
        if at_s < ONSET:
            return 64.0
        return 64.0 + rise_bpm * math.exp(-max(0.0, at_s - down_s) / tau_s)

    return [math.fsum(now(t - i) for i in range(20)) / 20 for t in range(length_s)]


def read(h20: list[float | None], way: Way = WAY, moved: frozenset[int] = frozenset()) -> Recovery:
    return recover(h20, way, [t in moved for t in range(len(h20))], SET)


@pytest.mark.parametrize("tau_s", [20, 45, 60, 120])
@pytest.mark.parametrize("rise", [12.0, 16.0, 30.0])
def test_an_exponential_way_back_has_the_half_time_of_its_tau(rise: float, tau_s: int) -> None:
    found = read(rates(rise, tau_s))
    assert (found.where, found.reference_s, found.censored, found.why) == (
        "after_reunion",
        BACK,
        False,
        None,
    )
    # The prior holds a heart that rose by little, as if it had wandered: up to a quarter.
    true_s = tau_s * math.log(2)
    assert found.half_s == pytest.approx(true_s, abs=max(6.0, true_s / 4))
    assert found.half_plain_s == pytest.approx(true_s, abs=6)
    assert found.ground_bpm == pytest.approx(64.0)
    assert found.peak_bpm == pytest.approx(64.0 + rise)
    assert found.full_s is not None
    assert found.half_s is not None
    assert found.full_s >= found.half_s


def test_without_a_mark_the_reference_is_the_last_of_90_percent() -> None:
    found = read(rates(20.0, 45), replace(WAY, back_s=None, end_s=800.0))
    assert found.where == "apart"
    assert found.reference_s == pytest.approx(BACK + 45 * math.log(1 / 0.9), abs=3)
    assert found.half_s == pytest.approx(45 * math.log(0.9 / 0.5), abs=8)


def test_a_mark_after_the_activation_leaves_it_apart_and_one_before_after_reunion() -> None:
    later = read(rates(20.0, 45), replace(WAY, back_s=1200.0, end_s=800.0))
    assert later.where == "apart"
    earlier = read(rates(20.0, 45), replace(WAY, back_s=300.0, end_s=800.0))
    assert earlier.where == "after_reunion"
    assert earlier.reference_s == later.reference_s


def test_cut_short_before_half_is_censored_never_a_number() -> None:
    found = read(rates(20.0, 120)[: BACK + 60], replace(WAY, until_s=BACK + 60))
    assert found.half_s is None
    assert found.half_plain_s is None
    assert found.censored
    assert found.why == "not half-way back by the end"


def test_still_up_at_the_end_is_censored_without_a_reference() -> None:
    way = replace(WAY, back_s=None, until_s=590)
    found = read(rates(20.0, 45), way)
    assert (found.reference_s, found.half_s, found.censored) == (None, None, True)


def test_readings_that_stop_for_good_cut_it_short_too() -> None:
    """The strap was taken off and the session ran on for hours: that is no gap on the way."""
    h20 = rates(20.0, 120)
    h20[BACK + 60 :] = [None] * (40_000 - BACK - 60)
    found = read(h20, replace(WAY, until_s=39_999))
    assert found.half_s is None
    assert found.censored


@pytest.mark.parametrize("rise", [3.0, 7.9])
def test_a_small_rise_has_no_recovery_but_a_reason(rise: float) -> None:
    found = read(rates(rise, 45))
    assert found.half_s is None
    assert not found.censored
    assert found.why == "the rise was under 8 bpm"


def test_movement_on_the_way_back_is_a_reason_and_movement_elsewhere_none() -> None:
    h20 = rates(20.0, 45)
    assert read(h20, moved=frozenset(range(610, 620))).why == "movement on the way back"
    assert read(h20, moved=frozenset(range(610, 620))).half_s is None
    assert read(h20, moved=frozenset(range(300, 350))).half_s is not None
    assert read(h20, moved=frozenset(range(900, 950))).half_s is not None


def test_gaps_on_the_way_back_are_a_reason() -> None:
    h20 = rates(20.0, 45)
    h20[605:625] = [None] * 20
    found = read(h20)
    assert found.half_s is None
    assert found.why == "too many gaps on the way back"


def test_a_heart_that_only_fell_has_a_reason() -> None:
    h20: list[float | None] = [*([100.0] * 410), *(60.0 - t % 7 for t in range(400))]
    found = read(h20, replace(WAY, onset_s=420, back_s=None, end_s=700.0))
    assert found.half_s is None
    assert found.why == "the rise was under 8 bpm"


def test_no_readings_before_the_rise_are_a_reason() -> None:
    h20 = rates(20.0, 45)
    h20[:405] = [None] * 405
    found = read(h20)
    assert found.half_s is None
    assert found.why


@given(
    st.lists(st.none() | st.floats(40, 180), max_size=900),
    st.integers(0, 900),
    st.none() | st.integers(0, 900),
    st.none() | st.integers(0, 900),
    st.integers(0, 900),
)
@proven(150)
def test_it_is_total_and_never_says_two_things(
    h20: list[float | None], onset: int, end: int | None, back: int | None, until: int
) -> None:
    way = Way(
        number=1,
        onset_s=onset,
        end_s=None if end is None else onset + end,
        back_s=back,
        until_s=until,
    )
    found = read(h20, way)
    if found.half_s is None:
        assert found.why
        assert found.full_s is None
    else:
        assert not found.censored
        assert found.why is None
        assert found.reference_s is not None
        # Nothing is told of what had not happened yet.
        assert found.reference_s + found.half_s + HALF_WINDOW_S <= until
    assert found.where in ("apart", "after_reunion")


def test_a_walk_after_half_way_bends_neither_the_half_time_nor_the_full_one() -> None:
    h20, calm = rates(20.0, 45), read(rates(20.0, 45))
    walk = range(720, 1000)
    for t in walk:
        h20[t] = 110.0
    found = read(h20, moved=frozenset(walk))
    assert found.half_s == pytest.approx(calm.half_s, abs=5)
    assert found.full_s in (None, calm.full_s)


def test_the_next_rise_bends_neither_the_half_time_nor_the_full_one() -> None:
    h20, calm = rates(20.0, 45), read(rates(20.0, 45))
    h20[720:1000] = [90.0] * 280
    found = read(h20, replace(WAY, next_s=720.0))
    assert found.half_s == pytest.approx(calm.half_s, abs=5)
    assert found.full_s in (None, calm.full_s)


def test_a_rise_that_outlasts_its_activation_is_not_said_to_end_the_recording() -> None:
    found = read(rates(20.0, 45, down_s=1400.0), replace(WAY, back_s=None, end_s=1300.0))
    assert (found.reference_s, found.half_s, found.censored) == (None, None, True)
    assert found.why == "still as high when it was no longer followed"
