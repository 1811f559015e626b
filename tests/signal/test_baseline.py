"""The baseline: quiet seconds only, robust, steadied by three earlier ones, slowly followed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from biocoach.settings import BaselineSettings
from biocoach.signal.baseline import Baseline
from biocoach.types import BaselineFigures

SET = BaselineSettings()


def prior(hr_bpm: float = 60.0, ln_rmssd: float | None = 3.5) -> BaselineFigures:
    return BaselineFigures(hr_bpm=hr_bpm, spread_bpm=4.0, ln_rmssd=ln_rmssd, length_s=300.0)


def sat(
    rates: Sequence[float | None],
    priors: tuple[BaselineFigures, ...] = (),
    rmssd: float | None = 40.0,
) -> Baseline:
    """A baseline that gathered one rate a second from second 1 on."""
    found = Baseline(SET, priors)
    found.start(0.0)
    for at_s, rate in enumerate(rates, start=1):
        found.gather(float(at_s), rate, rmssd)
    return found


def test_the_first_minute_is_left_out() -> None:
    figures = sat([120.0] * 60 + [60.0, 62.0] * 120).settle(300.0)
    assert figures is not None
    assert figures.hr_bpm == 61.0
    assert figures.length_s == 300.0


def test_the_spread_is_robust_and_has_a_floor() -> None:
    steady = sat([0.0] * 60 + [60.0] * 240).settle(300.0)
    assert steady is not None
    assert steady.spread_bpm == SET.spread_min_bpm
    wide = sat([0.0] * 60 + [50.0, 60.0, 70.0] * 78 + [200.0] * 6).settle(300.0)
    assert wide is not None
    assert wide.spread_bpm == pytest.approx(SET.mad_to_sd * 10.0, rel=0.1)


def test_rmssd_is_taken_in_logarithms_and_may_be_missing() -> None:
    figures = sat([60.0] * 300, rmssd=math.exp(3.2)).settle(300.0)
    assert figures is not None
    assert figures.ln_rmssd == pytest.approx(3.2)
    none = sat([60.0] * 300, rmssd=None).settle(300.0)
    assert none is not None
    assert none.ln_rmssd is None


def test_too_few_readings_are_no_baseline() -> None:
    short = sat([60.0] * 60 + [60.0] * (SET.seconds_min - 1))
    assert not short.believable
    assert short.settle(105.0) is None
    assert short.figures is None
    gappy = sat([60.0] * 60 + [None] * 240)
    assert gappy.settle(300.0) is None


@pytest.mark.parametrize("count", [0, 1, 2])
def test_two_earlier_baselines_are_not_enough_to_steady(count: int) -> None:
    found = sat([70.0] * 300, tuple(prior() for _ in range(count)))
    assert not found.steadied
    assert found.need_s == SET.length_s
    figures = found.settle(300.0)
    assert figures is not None
    assert figures.hr_bpm == 70.0


def test_three_earlier_ones_steady_it_and_two_minutes_are_enough() -> None:
    found = sat([70.0] * 120, (prior(60), prior(61), prior(90)))
    assert found.steadied
    assert found.need_s == SET.short_length_s
    figures = found.settle(120.0)
    assert figures is not None
    share = 60 / (60 + SET.prior_weight_s)  # a minute of one's own against two of theirs
    assert figures.hr_bpm == pytest.approx(share * 70 + (1 - share) * 61)
    assert 61 < figures.hr_bpm < 70
    longer = sat([70.0] * 600, (prior(60), prior(61), prior(90))).settle(600.0)
    assert longer is not None
    assert figures.hr_bpm < longer.hr_bpm < 70  # more of one's own weighs more


def test_earlier_ones_without_hrv_lend_none() -> None:
    figures = sat([70.0] * 120, (prior(ln_rmssd=None),) * 3).settle(120.0)
    assert figures is not None
    assert figures.ln_rmssd == pytest.approx(math.log(40))
    own_none = sat([70.0] * 120, (prior(),) * 3, rmssd=None).settle(120.0)
    assert own_none is not None
    assert own_none.ln_rmssd is None


def test_it_follows_slowly_and_far_values_slower_still() -> None:
    near, far = sat([60.0] * 300), sat([60.0] * 300)
    near.settle(300.0)
    far.settle(300.0)
    near.track(60 + SET.tracking_near_bpm - 0.1, None)
    far.track(60 + SET.tracking_near_bpm, None)
    assert near.figures is not None
    assert far.figures is not None
    assert near.figures.hr_bpm == pytest.approx(60 + 5.9 / SET.tracking_tau_s)
    assert far.figures.hr_bpm == pytest.approx(60 + 6 / SET.tracking_tau_far_s)
    assert near.figures.spread_bpm == SET.spread_min_bpm


def test_a_mark_pressed_again_begins_anew() -> None:
    found = sat([60.0] * 300)
    found.settle(300.0)
    found.start(300.0)
    assert found.figures is None
    assert found.have_s(310.0) == 10.0
    assert not found.believable


def test_reopening_goes_on_only_where_it_was_cut_short() -> None:
    short = sat([60.0] * 120)
    assert short.settle(120.0)
    assert short.reopen()
    assert short.figures is None
    assert short.believable  # what was gathered is kept
    whole = sat([60.0] * 300)
    assert whole.settle(300.0)
    assert not whole.reopen()
    assert whole.figures is not None


def test_a_restart_that_was_a_mistake_is_withdrawn() -> None:
    found = sat([60.0] * 200)
    found.start(200.0)
    found.gather(270.0, 62.0, 40.0)
    found.withdraw()
    assert found.have_s(290.0) == 290.0
    assert found.believable
    first = Baseline(SET, ())
    first.start(5.0)
    first.withdraw()
    assert first.have_s(100.0) == 0.0
    assert not first.started
