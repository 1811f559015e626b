"""The stories about a few intervals: what each would have been, at what price, and which wins."""

from __future__ import annotations

import math

import pytest
from scipy.stats import t as student

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.stories import Before, Story, cheapest
from biocoach.types import Verdict

SET, BEATS = CleaningSettings(), BeatSettings()
QUIET = Before(last_ms=800.0, scale_ms=30.0, floor_ms=44.0)


def told(*rr_ms: float, before: Before = QUIET) -> Story:
    return cheapest(rr_ms, before, BEATS, SET)


def steps(*values: float, before: Before = QUIET) -> float:
    """How much less likely than none at all: minus the logarithm of Student's density."""
    off = [
        (b - a) / before.scale_ms for a, b in zip((before.last_ms, *values), values, strict=False)
    ]
    return float(sum(student.logpdf(0, SET.tail) - student.logpdf(v, SET.tail) for v in off))


def test_an_ordinary_step_is_believed_at_the_price_of_its_size() -> None:
    found = told(840.0, 800.0, 820.0)
    assert (found.verdict, found.used, found.true_ms) == (Verdict.OK, 1, (840.0,))
    later = steps(840.0, 800.0, 820.0) - steps(840.0)
    assert found.cost == pytest.approx(steps(840.0) + min(later, SET.cost_later))


def test_what_comes_later_costs_no_more_than_its_limit() -> None:
    found = told(800.0, 1700.0, 400.0)
    assert found.verdict is Verdict.OK
    assert found.cost == pytest.approx(SET.cost_later)


@pytest.mark.parametrize(("first_ms", "part_ms"), [(1600.0, 800.0), (2400.0, 800.0)])
def test_one_beat_or_two_that_were_missed(first_ms: float, part_ms: float) -> None:
    found = told(first_ms, 800.0, 800.0)
    assert (found.verdict, found.used, found.true_ms) == (Verdict.MISSED, 1, (part_ms,))
    assert found.cost == pytest.approx(SET.cost_missed)


def test_a_missed_beat_leaves_no_interval_that_no_heart_has() -> None:
    fast = Before(last_ms=300.0, scale_ms=20.0, floor_ms=44.0)
    assert told(600.0, 300.0, 300.0, before=fast).true_ms == (300.0,)
    assert told(598.0, 300.0, 300.0, before=fast).verdict is not Verdict.MISSED  # 299


def test_a_beat_too_many() -> None:
    found = told(300.0, 500.0, 800.0)
    assert (found.verdict, found.used, found.true_ms) == (Verdict.EXTRA, 2, (800.0,))
    assert found.cost == pytest.approx(SET.cost_extra)
    slow = Before(last_ms=1990.0, scale_ms=60.0, floor_ms=44.0)
    assert told(900.0, 1090.0, 1990.0, before=slow).verdict is Verdict.EXTRA
    assert told(900.0, 1110.0, 1990.0, before=slow).verdict is not Verdict.EXTRA  # 2010


@pytest.mark.parametrize(
    ("pair", "verdict"),
    [
        ((560.0, 1040.0), Verdict.ECTOPIC),
        ((679.0, 921.0), Verdict.ECTOPIC),  # less than 0.85 of their mean
        ((681.0, 919.0), Verdict.MISALIGNED),
        ((1000.0, 600.0), Verdict.MISALIGNED),
    ],
)
def test_a_beat_at_the_wrong_time_shares_its_two_intervals_anew(
    pair: tuple[float, float], verdict: Verdict
) -> None:
    found = told(*pair, 800.0)
    assert (found.verdict, found.used, found.true_ms) == (verdict, 2, (800.0, 800.0))
    assert found.cost == pytest.approx(SET.cost_shift)
    assert told(*pair).true_ms == (800.0, 800.0)  # nothing is known yet of what follows


def test_they_share_it_on_the_slope_between_before_and_after_and_not_a_steeper_one() -> None:
    assert told(600.0, 1060.0, 860.0).true_ms == pytest.approx((820.0, 840.0))
    falls = Before(last_ms=860.0, scale_ms=30.0, floor_ms=44.0)
    assert told(600.0, 1060.0, 800.0, before=falls).true_ms == pytest.approx((840.0, 820.0))
    assert told(600.0, 1060.0, 980.0).true_ms == pytest.approx((815.0, 845.0))  # half a step
    steep = Before(last_ms=980.0, scale_ms=30.0, floor_ms=44.0)
    shared = told(600.0, 1060.0, 700.0, before=steep).true_ms
    assert shared in ((), pytest.approx((845.0, 815.0)))


def test_an_error_smaller_than_the_floor_is_not_named() -> None:
    narrow = Before(last_ms=800.0, scale_ms=6.0, floor_ms=44.0)
    assert told(755.0, 845.0, 800.0, before=narrow).used == 2
    assert told(757.0, 843.0, 800.0, before=narrow).verdict is Verdict.OK


def test_an_early_beat_from_which_the_heart_began_anew_stands_alone() -> None:
    found = told(560.0, 800.0, 800.0)
    assert (found.verdict, found.used, found.true_ms) == (Verdict.ECTOPIC, 1, ())
    assert found.cost == pytest.approx(SET.cost_single)
    low = Before(last_ms=800.0, scale_ms=4.0, floor_ms=20.0)
    assert told(754.0, 800.0, 800.0, before=low).verdict is Verdict.ECTOPIC  # 46 off
    assert told(756.0, 800.0, 800.0, before=low).verdict is not Verdict.ECTOPIC


def test_of_two_stories_the_cheaper_one_is_told() -> None:
    """A far step that stays is the heart's own: the steps cost it once, an edit would not help."""
    found = told(620.0, 620.0, 620.0)
    assert (found.verdict, found.true_ms) == (Verdict.OK, (620.0,))
    assert found.cost == pytest.approx(steps(620.0))
    assert math.isclose(steps(830.0), 3.0 * math.log1p(0.2))
