"""The simulated person's year: the same for everybody, with good weeks, hard ones and gaps."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.record import fold
from biocoach.review.sessions import phases
from biocoach.settings import Settings
from biocoach.types import Begin, Debrief, Fit, Mark, MarkKind, Plan, Presence, Rating, Step
from devices.virtual_year import WeekKind, events, planned, practise, told, tolerance, weeks
from tests.strategies import proven

PLAN = Plan(
    step=Step(id="shop", title="To the shop", expected_suds=40),
    planned_s=600.0,
    checkpoints_s=(300.0,),
)
YEAR = list(weeks(7, 52))


@proven(30)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 104))
def test_a_shorter_year_is_the_beginning_of_a_longer_one(seed: int, count: int) -> None:
    assert list(weeks(seed, count)) == list(weeks(seed, 104))[:count]


@proven(30)
@given(seed=st.integers(0, 10_000))
def test_each_half_has_a_setback_and_a_gap(seed: int) -> None:
    for half in (list(weeks(seed, 52))[:26], list(weeks(seed, 52))[26:]):
        kinds = [week.kind for week in half]
        assert 2 <= kinds.count(WeekKind.HARD) <= 3
        assert 2 <= kinds.count(WeekKind.GAP) <= 3
        assert all(week.days == () for week in half if week.kind is WeekKind.GAP)
        assert all(len(week.days) <= 4 for week in half)


@proven(60)
@given(
    seed=st.integers(0, 1000),
    nth=st.integers(1, 300),
    week=st.sampled_from(YEAR),
    expected=st.integers(0, 100),
    learnt=st.floats(0, 1),
)
def test_a_practice_is_one_that_a_session_can_follow(
    seed: int, nth: int, week: object, expected: int, learnt: float
) -> None:
    assert week in YEAR
    week = next(w for w in YEAR if w == week)
    plan = replace(PLAN, step=replace(PLAN.step, expected_suds=expected))
    plan = planned(seed, nth, plan, week, learnt)
    assert plan.probability_pct is not None
    assert 0 <= plan.probability_pct <= 100
    found = practise(seed, nth, plan, week, learnt, 300.0)
    times = [at_s for at_s, _ in found.scenario.script]
    assert times == sorted(times)
    rows = [(at_s, body) for at_s, body in found.scenario.script]
    begin = Begin(seed=1, settings_hash="", fit=Fit(with_therapist=True))
    record = fold([(0.0, begin), *rows], Settings(), times[-1] + 1)
    assert len(record.inputs) == len(rows) + 1  # nothing of it was refused
    assert [p["phase"] for p in phases(record)][:3] == ["plan", "baseline", "apart"]
    assert found.too_much is any(
        body == Mark(kind=MarkKind.TOO_MUCH) for _, body in found.scenario.script
    )


def test_the_same_seed_gives_the_same_beats() -> None:
    found = practise(7, 3, PLAN, YEAR[0], 0.2, 120.0)
    assert list(events(7, 3, found.scenario)) == list(events(7, 3, found.scenario))
    assert list(events(7, 4, found.scenario)) != list(events(7, 3, found.scenario))


def test_what_was_repeated_frightens_less() -> None:
    def hard(learnt: float) -> float:
        tries = [practise(7, n, PLAN, YEAR[0], learnt, 120.0).distress for n in range(1, 80)]
        return sum(tries) / len(tries)

    assert tolerance(0, 0) == 0
    assert tolerance(1, 1) < tolerance(5, 9) < 1
    assert hard(tolerance(6, 10)) < hard(0.0) - 10


def test_in_hard_weeks_it_is_too_much_sometimes_and_never_far_away_unsaid() -> None:
    hard = next(week for week in YEAR if week.kind is WeekKind.HARD)
    plan = replace(PLAN, step=replace(PLAN.step, expected_suds=45))
    tries = [practise(7, n, plan, hard, 0.0, 120.0) for n in range(1, 120)]
    assert 5 < sum(t.too_much for t in tries) < 60
    said = [body for t in tries for _, body in t.scenario.script if isinstance(body, Rating)]
    assert any(body.presence is Presence.FAR_AWAY for body in said)


def test_what_is_told_without_a_strap() -> None:
    found = told(7, 1, replace(PLAN, probability_pct=60), YEAR[0], 0.3)
    assert isinstance(found, Debrief)
    assert found.stayed is True
    assert found.probability_pct is not None
