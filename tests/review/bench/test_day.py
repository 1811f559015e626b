"""The made day is a day, and the same one each time."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean

import pytest

from biocoach.review.bench.day import EARLY_EVERY, made_day_ms


@pytest.mark.parametrize("hours", [0.5, 24])
def test_it_lasts_as_long_as_it_is_told(hours: float) -> None:
    rr_ms = made_day_ms(1, hours)
    assert sum(rr_ms) / 3_600_000 == pytest.approx(hours, abs=0.001)
    assert 45 < 60000 / mean(rr_ms) < 85
    assert 300 < min(rr_ms) < max(rr_ms) < 2300


def test_same_seed_same_beats() -> None:
    assert made_day_ms(3, 0.2) == made_day_ms(3, 0.2) != made_day_ms(4, 0.2)


def test_some_beats_are_early() -> None:
    rr_ms = made_day_ms(1, 1)
    places = range(EARLY_EVERY - 1, len(rr_ms), EARLY_EVERY)
    assert len(places) == 10
    assert all(rr_ms[n] < 0.75 * rr_ms[n - 1] for n in places)
    assert sum(b < 0.75 * a for a, b in pairwise(rr_ms)) < 3 * len(places)
