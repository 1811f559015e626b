"""Curves and intervals, against values worked out by hand or printed in tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.evaluation.statistics import (
    area_under_roc,
    mean_interval,
    percentile,
    rate_interval,
    rmssd_ms,
    roc,
    share_interval,
)

VALUES = st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=40)


def test_an_area_by_hand() -> None:
    # Of the nine pairs 3 > 1, 3 > 2, 3 = 3, 4 > 1, 4 > 2, 4 > 3, 2 > 1, 2 = 2, 2 < 3
    assert area_under_roc([3, 4, 2], [1, 2, 3]) == pytest.approx(7 / 9)
    assert area_under_roc([5, 6], [1, 2]) == 1.0
    assert area_under_roc([1, 2], [5, 6]) == 0.0
    assert area_under_roc([1, 1], [1]) == 0.5


def test_a_curve_by_hand() -> None:
    assert roc([3, 1], [2, 1]) == [(0, 0), (0, 0.5), (0.5, 0.5), (1, 1)]


@given(high=VALUES, low=VALUES)
def test_the_area_is_that_under_the_curve(high: list[float], low: list[float]) -> None:
    x, y = zip(*roc(high, low), strict=True)
    assert float(np.trapezoid(y, x)) == pytest.approx(area_under_roc(high, low))
    assert area_under_roc(high, low) + area_under_roc(low, high) == pytest.approx(1)


@given(high=VALUES, low=VALUES)
def test_a_curve_climbs_from_corner_to_corner(high: list[float], low: list[float]) -> None:
    points = roc(high, low)
    assert points == sorted(points)
    assert (points[0], points[-1]) == ((0, 0), (1, 1))


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood 1936; 0: -ln 0.025. 1: -ln 0.975 from below.
    [(0, 0.0, 3.68888), (1, 0.02532, 5.57164), (5, 1.62349, 11.66833), (10, 4.79539, 18.39036)],
)
def test_an_interval_of_a_rate(count: int, low: float, high: float) -> None:
    assert rate_interval(count, 1.0) == pytest.approx((low, high), abs=1e-4)
    assert rate_interval(count, 10.0) == pytest.approx((low / 10, high / 10), abs=1e-5)


def test_an_interval_of_a_share() -> None:
    # All of 10: 0.025 ** (1 / 10); none of 10: its mirror. 3 of 10 as in tables.
    assert share_interval(10, 10) == pytest.approx((0.025**0.1, 1.0))
    assert share_interval(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))
    assert share_interval(3, 10) == pytest.approx((0.06674, 0.65245), abs=1e-5)


def test_a_drawn_interval_is_seeded_and_holds_the_mean() -> None:
    values = [0.5, 0.6, 0.7, 0.9, 1.0]
    found = [mean_interval(values, np.random.default_rng(seed)) for seed in (3, 3)]
    assert found[0] == found[1]
    assert 0.5 <= found[0][0] < np.mean(values) < found[0][1] <= 1.0
    assert mean_interval([0.7], np.random.default_rng(1)) == pytest.approx((0.7, 0.7))


def test_a_percentile_of_nothing_is_unknown() -> None:
    assert percentile([], 50) is None
    assert percentile([1, 2, 4], 50) == 2


def test_rmssd_leaves_out_what_touches_a_flag() -> None:
    rr_ms = np.array([800.0, 810.0] * 20)
    assert rmssd_ms(rr_ms) == pytest.approx(10)
    rr_ms[20] = 1600
    kept = np.arange(40) != 20
    assert rmssd_ms(rr_ms, kept) == pytest.approx(10)
    assert rmssd_ms(rr_ms[:20]) is None
