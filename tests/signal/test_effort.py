"""Small movement: what it does to this heart is learnt, taken off, and never more than a little."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import MovementSettings
from biocoach.signal.effort import Effort
from tests.strategies import proven

SET = MovementSettings()


def fidgeting(effort: Effort, slope: float, length_s: int, seed: int = 1) -> list[float]:
    """A body that fidgets every other minute, a heart that follows it; what is taken off."""
    rng, lagged, taken = random.Random(seed), 0.0, list[float]()
    for at_s in range(length_s):
        moved = 38.0 if at_s // 60 % 2 else 4.0
        lagged += (max(0.0, moved - SET.rest_mg) - lagged) / SET.lag_s
        taken.append(effort.second(moved, 64 + slope * lagged + rng.gauss(0, 2), learns=True))
    return taken


@pytest.mark.parametrize("slope", [0.1, 0.2])
def test_a_heart_that_follows_small_movement_is_learnt(slope: float) -> None:
    effort = Effort(SET)
    fidgeting(effort, slope, 2400)
    assert effort.slope == pytest.approx(slope, rel=0.3)


def test_a_heart_that_does_not_follow_has_little_taken_off() -> None:
    effort = Effort(SET)
    assert max(fidgeting(effort, 0.0, 2400)) < 1.0


def test_before_there_is_evidence_nothing_much_is_taken_off() -> None:
    assert max(fidgeting(Effort(SET), 0.2, 90)) < 1.0


def test_a_still_body_and_one_without_an_accelerometer_have_nothing_taken_off() -> None:
    effort = Effort(SET)
    fidgeting(effort, 0.2, 1200)
    assert effort.second(None, 80.0, learns=True) == 0.0
    assert [effort.second(5.0, 90.0, learns=False) for _ in range(200)][-1] < 0.01


@given(
    st.lists(
        st.tuples(st.none() | st.floats(0, 2000), st.none() | st.floats(30, 220), st.booleans()),
        max_size=300,
    )
)
@proven(100)
def test_it_is_never_negative_and_never_much(
    rows: list[tuple[float | None, float | None, bool]],
) -> None:
    effort = Effort(SET)
    for moved, rate, learns in rows:
        assert 0.0 <= effort.second(moved, rate, learns=learns) <= SET.effort_max_bpm
