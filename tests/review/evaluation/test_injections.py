"""Rises and artifacts: what is put in is what is said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.evaluation.injections import CHANGES, Rise, moving_mean, spoil, with_rise


def test_a_rise_by_hand() -> None:
    rise = Rise(at_s=100, bpm=20, up_s=20, hold_s=150, back_s=60)
    assert rise.share(99) == 0
    assert rise.share(120) == pytest.approx(1 - 1 / math.e)
    top = 1 - math.exp(-7.5)
    assert rise.share(250) == pytest.approx(top)
    assert rise.share(250 + rise.half_s) == pytest.approx(top / 2)


def test_a_rise_lifts_the_rate_and_calms_the_texture() -> None:
    rr_ms = 1000 + 40.0 * np.array([-1, 1] * 300)
    made = with_rise(rr_ms, Rise(at_s=200, bpm=12, hold_s=1000), calmer=0.25)
    times_s = np.cumsum(made) / 1000
    before, up = made[(times_s > 50) & (times_s < 190)], made[(times_s > 320) & (times_s < 500)]
    assert 60000 / before.mean() == pytest.approx(60, abs=0.5)
    assert 60000 / up.mean() == pytest.approx(72, abs=0.5)
    assert np.abs(np.diff(up)).mean() == pytest.approx(
        0.75 * np.abs(np.diff(before)).mean(), rel=0.02
    )


def test_nothing_is_changed_by_no_rise() -> None:
    rr_ms = np.random.default_rng(1).normal(800, 30, 200)
    assert with_rise(rr_ms, Rise(at_s=1e9, bpm=20)) == pytest.approx(rr_ms)


def test_a_moving_mean_by_hand() -> None:
    assert moving_mean(np.array([3.0, 0, 3]), 3) == pytest.approx([2, 2, 2])


TOTAL_KEPT = ("missed", "extra", "ectopic", "misaligned")


@pytest.mark.parametrize("kind", CHANGES)
@given(seed=st.integers(0, 1000))
def test_artifacts_are_where_they_are_said_to_be(kind: str, seed: int) -> None:
    rr_ms = np.random.default_rng(seed).normal(900, 20, 400)
    made = spoil(rr_ms, kind, np.random.default_rng(seed))
    assert len(made.spans) >= 3
    assert len(made.rr_ms) == len(made.source)
    assert made.touched.sum() == sum(count for _, count in made.spans)
    assert (made.rr_ms[~made.touched] == rr_ms[made.source[~made.touched]]).all()
    starts = [first for first, _ in made.spans]
    assert min(np.diff(starts)) >= 28
    if kind in TOTAL_KEPT:  # the beats after an artifact are at the time they were
        assert made.rr_ms.sum() == pytest.approx(rr_ms.sum())


def test_each_kind_by_hand() -> None:
    pair, dice = np.array([1000.0, 900.0]), np.random.default_rng(4)
    made = {kind: change(pair, dice) for kind, change in CHANGES.items()}
    assert made["missed"] == ([1900.0], 2)
    assert {kind: used for kind, (_, used) in made.items()} == {
        "missed": 2, "extra": 1, "ectopic": 2, "ectopic, counting anew": 1, "misaligned": 2,
    }  # fmt: skip
    assert sum(made["extra"][0]) == pytest.approx(1000)
    assert 250 <= made["extra"][0][0] <= 750
    assert sum(made["ectopic"][0]) == pytest.approx(1900)
    assert 550 <= made["ectopic"][0][0] <= 750
    (anew,) = made["ectopic, counting anew"][0]
    assert 650 <= anew <= 800
    assert sum(made["misaligned"][0]) == pytest.approx(1900)
    assert 60 <= abs(made["misaligned"][0][0] - 1000) <= 150
