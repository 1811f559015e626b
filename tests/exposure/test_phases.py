"""What may be planned and practised, and the path of moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.exposure.phases import TABLE, Moved, Path, may_plan, may_practise, word_of
from biocoach.settings import CareSettings
from biocoach.types import (
    Begin,
    Debrief,
    End,
    Fit,
    Mark,
    MarkKind,
    Phase,
    Prior,
    Rating,
)
from tests.strategies import plan

CARE = CareSettings()
RESTING = Begin(seed=1, settings_hash="", fit=Fit(), prior=Prior(hard_today=True))
ALONE = Begin(seed=1, settings_hash="", fit=Fit())
LED = replace(ALONE, fit=Fit(with_therapist=True))


def test_before_the_first_questions_nothing_is_practised() -> None:
    unasked = replace(ALONE, fit=None)
    assert may_practise(unasked, CARE) == "fit_first"
    assert may_plan(unasked, plan(), CARE) == "fit_first"


def test_the_ladder_waits_for_a_therapist() -> None:
    assert may_practise(replace(ALONE, fit=Fit(ladder_waits=True)), CARE) == "ladder_waits"
    led = Fit(ladder_waits=True, with_therapist=True)
    assert may_practise(replace(ALONE, fit=led), CARE) == ""


@pytest.mark.parametrize(("count", "why"), [(0, ""), (1, ""), (2, "enough_today")])
def test_two_sessions_a_day_are_enough(count: int, why: str) -> None:
    begin = replace(LED, prior=Prior(practised_today=count))
    assert may_practise(begin, CARE) == why
    assert may_practise(replace(begin, simulated=True), CARE) == ""


@pytest.mark.parametrize(
    ("suds", "now", "planned_s", "why"),
    [
        (50, 50, 3600.0, ""),
        (51, 20, 900.0, "too_hard_alone"),
        (20, 51, 900.0, "too_hard_alone"),
        (20, None, 900.0, ""),
        (20, 20, 3601.0, "too_long_alone"),
    ],
)
def test_without_a_therapist_steps_stay_small(
    suds: int, now: int | None, planned_s: float, why: str
) -> None:
    wish = replace(plan(suds=suds), suds=now, planned_s=planned_s)
    assert may_plan(ALONE, wish, CARE) == why
    assert may_plan(LED, wish, CARE) == ""


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.CLOSED])
def test_an_ending_is_in_the_table_of_every_phase(phase: Phase) -> None:
    assert (phase, "end") in TABLE


def test_words_of_inputs() -> None:
    assert word_of(plan()) == "plan"
    assert word_of(Debrief()) == "debrief"
    assert word_of(End()) == "end"
    assert word_of(Rating(suds=1)) is None
    moving = {kind for kind in MarkKind if word_of(Mark(kind=kind)) is not None}
    assert moving == set(MarkKind) - {MarkKind.TOO_MUCH, MarkKind.NOTE}


def test_a_path_knows_since_when_and_what_was_said_last() -> None:
    path = Path()
    assert (path.last, path.since_s, path.said_s("back")) == (None, 0.0, None)
    for number, (at_s, before, after, word) in enumerate(
        [
            (10.0, Phase.PLAN, Phase.BASELINE, "baseline"),
            (50.0, Phase.BASELINE, Phase.BASELINE, "plan"),
            (300.0, Phase.BASELINE, Phase.APART, "apart"),
            (400.0, Phase.APART, Phase.BACK, "back"),
            (420.0, Phase.BACK, Phase.BACK, "back"),
        ]
    ):
        path.moves.append(Moved(number=number, at_s=at_s, before=before, after=after, word=word))
    assert (path.since_s, path.said_s("back")) == (400.0, 420.0)
    path.moves.pop()
    assert (path.since_s, path.said_s("back")) == (400.0, 400.0)
    path.moves.pop()
    path.moves.pop()
    assert (path.since_s, path.said_s("back")) == (10.0, None)


def test_after_a_hard_ending_there_is_no_other_step_that_day() -> None:
    assert may_practise(RESTING, CARE) == "rest_today"
