"""Other figures of a way back: right for curves whose figures are known, silent without data."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.way_back_more import DISTURBED, NOT_KNOWN, more_of
from biocoach.settings import Settings
from biocoach.types import Recovery
from tests.strategies import proven

START, GROUND, RISE = 200, 60.0, 20.0
SETTINGS = Settings()
Rates = list[float | None]


def recovery(half_s: float | None = 30.0, full_s: float | None = 80.0) -> Recovery:
    return Recovery(
        activation=1, reference_s=float(START), where="apart", ground_bpm=GROUND,
        peak_bpm=GROUND + RISE, half_s=half_s, half_plain_s=half_s, full_s=full_s,
        censored=half_s is None, why=None,
    )  # fmt: skip


def trailing(curve: Any, length_s: int = 800) -> Rates:
    """As the 20-s rate sees it: what is centred at t stands at t + 10."""
    return [GROUND + RISE * curve(t - 10 - START) for t in range(length_s)]


def fall(tau_s: float) -> Any:
    return lambda t: math.exp(-max(0.0, t) / tau_s)


def more(rates: Rates, *, baseline: float | None = 58.0, disturbed: float | None = None) -> Any:
    found = more_of(rates, recovery(), baseline, disturbed, SETTINGS)
    assert found is not None
    return found


@pytest.mark.parametrize("tau_s", [20.0, 45.0, 90.0])
def test_an_exponential_has_its_own_figures(tau_s: float) -> None:
    found = more(trailing(fall(tau_s)))
    assert found["tau_s"] == pytest.approx(tau_s, rel=0.02)
    for after_s, left in zip((60, 180, 300), found["left_bpm"], strict=True):
        assert left == pytest.approx(RISE * math.exp(-after_s / tau_s), abs=0.06)
    whole = RISE * tau_s * (1 - math.exp(-300 / tau_s)) / 60  # bpm s -> beats
    assert found["extra_ground"] == pytest.approx(whole, abs=0.3)
    assert found["extra_baseline"] == pytest.approx(whole + 2 * 5, abs=0.3)
    assert found["full_s"] == 80.0
    assert found["why"] == ""


def test_an_s_curve_has_a_middle() -> None:
    found = more(trailing(lambda t: 1 / (1 + math.exp((t - 70) / 12))))
    assert found["middle_s"] == pytest.approx(70, abs=0.5)
    assert found["steep_s"] == pytest.approx(12, abs=0.5)


def test_one_that_falls_at_once_has_none() -> None:
    assert more(trailing(fall(40.0)))["middle_s"] is None


def test_a_flat_line_is_neither() -> None:
    found = more([GROUND + RISE] * 800)
    assert (found["tau_s"], found["middle_s"]) == (None, None)


def test_a_heart_below_where_it_came_from_takes_nothing_away() -> None:
    rates: Rates = [GROUND - 5] * 800
    assert more(rates, baseline=None)["extra_ground"] == 0
    assert more(rates, baseline=None)["extra_baseline"] is None


def test_what_comes_after_the_next_rise_is_not_of_this_one() -> None:
    rates = trailing(fall(40.0))
    rates[START + 200 :] = [140.0] * (800 - START - 200)
    found = more(rates, disturbed=START + 200)
    assert found["left_bpm"][1] is not None
    assert found["left_bpm"][2] is None
    assert (found["extra_ground"], found["why"]) == (None, DISTURBED)
    assert found["tau_s"] == pytest.approx(40, rel=0.05)


def test_a_record_that_ends_early_is_unknown_and_not_calm() -> None:
    found = more(trailing(fall(40.0), START + 150))
    assert found["left_bpm"][1:] == (None, None)
    assert (found["extra_ground"], found["why"]) == (None, NOT_KNOWN)


def test_none_where_half_way_was_not_reached() -> None:
    assert more_of(trailing(fall(40.0)), recovery(half_s=None), 58.0, None, SETTINGS) is None


@given(
    rates=st.lists(st.none() | st.floats(30, 220), min_size=0, max_size=700),
    disturbed=st.none() | st.floats(START, 900),
    baseline=st.none() | st.floats(40, 100),
)
@proven(60)
def test_no_rates_break_it(rates: Rates, disturbed: float | None, baseline: float | None) -> None:
    found = more_of(rates, recovery(), baseline, disturbed, SETTINGS)
    assert found is not None
    if all(rate is None for rate in rates):
        assert found["left_bpm"] == (None, None, None)
        assert found["extra_ground"] is None
