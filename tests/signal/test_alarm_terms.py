"""An alarm says what it came from, and what would have changed it: and it is so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import ActivationSettings
from biocoach.signal.activation import Detector, Moment
from biocoach.types import Activation, BaselineFigures, Movement, Rise
from tests.strategies import proven

SET = ActivationSettings()
BASE = BaselineFigures(hr_bpm=64.0, spread_bpm=3.0, ln_rmssd=None, length_s=300.0)


def alarms(rates: list[float], threshold: float = SET.drift) -> list[Activation]:
    """The alarms of a still heart without a reading of RMSSD, one rate a second."""
    detector, found = Detector(SET, threshold), list[Activation]()
    for at_s, rate in enumerate(rates, start=1):
        moment = Moment(
            at_s=at_s, hr_bpm=rate, rmssd_ms=None, baseline=BASE, movement=Movement.STILL,
            movement_mg=5.0, slow_breath=False, gated=False,
        )  # fmt: skip
        found += [e for e in detector.step(moment) if isinstance(e, Activation)]
    return found


@given(st.sampled_from([2.5, 2.75, 3.0]), st.floats(70, 130))
@proven(60)
def test_below_the_rate_that_it_names_there_is_no_quick_alarm(
    threshold: float, high: float
) -> None:
    quiet = [64.0] * 200
    (alarm, *_) = alarms([*quiet, *[150.0] * 60], threshold)
    assert (alarm.kind, alarm.threshold) == (Rise.QUICK, threshold)
    needed_bpm = alarm.would_not_below_bpm
    assert needed_bpm is not None
    assert needed_bpm == pytest.approx(alarm.level_bpm + threshold * SET.quick_spread_bpm)
    found = alarms([*quiet, *[high] * 60], threshold)
    if high <= needed_bpm:
        assert found == []
    elif high > needed_bpm + 3:
        assert found


def test_a_slow_climb_is_told_as_one() -> None:
    rates = [64.0 + min(20.0, max(0, t - 200) / 60) for t in range(2400)]
    (alarm, *_) = alarms(rates)
    assert (alarm.kind, alarm.level_bpm) == (Rise.SLOW_CLIMB, BASE.hr_bpm)
    needed_bpm = alarm.would_not_below_bpm
    assert needed_bpm is not None
    assert needed_bpm == BASE.hr_bpm + SET.climb_drift * BASE.spread_bpm
    assert alarms([min(rate, needed_bpm) for rate in rates]) == []
