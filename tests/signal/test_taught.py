"""Two dismissals raise the threshold, each later *distress* takes one back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import ActivationSettings
from biocoach.signal.taught import dismissals, threshold_after
from biocoach.types import Answer
from tests.strategies import proven

SET = ActivationSettings()
WORDS = {"o": Answer.OTHER, "d": Answer.DISTRESS}
ANSWERS = st.lists(st.sampled_from(Answer), max_size=40)


@pytest.mark.parametrize(
    ("said", "threshold"),
    [
        ("", 2.5),
        ("o", 2.5),
        ("oo", 2.75),
        ("ooo", 2.75),
        ("oooo", 3.0),
        ("oooooooooo", 3.0),
        ("ood", 2.5),
        ("ooood", 2.75),
        ("oooooooooodd", 2.75),  # what lies beyond the cap needs no taking back
        ("oooodddd", 2.5),
        ("ddddoo", 2.75),  # only a later distress counts against a dismissal
        ("odo", 2.5),
        ("odoo", 2.75),
    ],
)
def test_the_rule_by_example(said: str, threshold: float) -> None:
    assert threshold_after(dismissals([WORDS[c] for c in said], SET), SET) == threshold


@given(ANSWERS, ANSWERS)
@proven(200)
def test_one_session_after_another_is_as_all_in_one(
    first: list[Answer], then: list[Answer]
) -> None:
    before = dismissals(first, SET)
    assert dismissals(then, SET, before) == dismissals(first + then, SET)


@given(ANSWERS)
@proven(200)
def test_an_answer_moves_it_by_one_step_at_most_and_in_its_own_direction(
    said: list[Answer],
) -> None:
    now = threshold_after(dismissals(said, SET), SET)
    assert SET.drift <= now <= SET.drift_max
    for answer, low, high in ((Answer.OTHER, 0, SET.drift_step), (Answer.DISTRESS, -0.25, 0)):
        after = threshold_after(dismissals([*said, answer], SET), SET)
        assert low <= after - now <= high
    enough = [*said, *[Answer.DISTRESS] * 4]
    assert threshold_after(dismissals(enough, SET), SET) == SET.drift
