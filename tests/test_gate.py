"""The one gate: open only where everything is known, closed for every other second."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.gate import Doubt, doubt
from biocoach.types import Movement, Quality
from tests.strategies import proven

rates = st.none() | st.floats(30, 220) | st.sampled_from([math.nan, math.inf])
levels = st.none() | st.floats(0, 2000)


@given(rates, st.sampled_from(Quality), st.sampled_from(Movement), levels, st.booleans())
@proven(300)
def test_it_fails_closed(
    rate: float | None, quality: Quality, movement: Movement, level: float | None, rhythm: bool
) -> None:
    found = doubt(hr_bpm=rate, quality=quality, movement=movement, movement_mg=level, rhythm=rhythm)
    known = rate is not None and math.isfinite(rate) and quality is not Quality.POOR
    open_ = known and movement is Movement.STILL and level is not None and rhythm
    assert (found is Doubt.NONE) == open_
    assert found.of_heart == (not known)
    assert not (found.of_heart and found.of_body)


@pytest.mark.parametrize(
    ("movement", "level", "found"),
    [
        (Movement.STILL, 5.0, Doubt.NONE),
        (Movement.STILL, None, Doubt.NO_MOTION),
        (Movement.MOVING, 5.0, Doubt.MOVING),
        (Movement.MOVING, None, Doubt.MOVING),
        (Movement.UNVERIFIED, None, Doubt.UNVERIFIED),
    ],
)
def test_the_body_in_words(movement: Movement, level: float | None, found: Doubt) -> None:
    known = {"hr_bpm": 64.0, "quality": Quality.GOOD, "movement": movement, "movement_mg": level}
    assert doubt(**known) is found  # type: ignore[arg-type]
