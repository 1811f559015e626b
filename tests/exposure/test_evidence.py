"""What the sessions of a step say: unknown counts for nothing, calm is not asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biocoach.exposure.evidence import context_of, evidence_of, rows_of, state_of
from biocoach.exposure.practised import Practised
from biocoach.exposure.states import STEP, StepState
from biocoach.settings import LADDER
from biocoach.types import Came
from tests.exposure.rows import LEARNT, row, step

A = step("a")


def test_rows_of_other_ladders_and_of_none_are_left_out() -> None:
    rows = [row("1"), row("2", ladder="other"), row("3", ladder=""), row("4", step="b")]
    assert [r.session for r in rows_of(A, "l", rows)] == ["1"]
    assert rows_of(A, "", rows) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"stayed": None},
        {"stayed": False},
        {"beyond_plan": None},
        {"beyond_plan": True},
        {"planned_s": None},
        {"planned_s": 599.0},
        {"away": True},
    ],
)
def test_it_is_not_done_by_a_guess_nor_far_away_nor_shorter(said: dict[str, object]) -> None:
    assert evidence_of(A, [row("1", **said)]).done == ()


def test_it_is_done_with_too_much_stayed_with_and_a_hard_end() -> None:
    assert evidence_of(A, [row("1", too_much=True, hard=True, suds_after=95)]).done


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("Evening, at home", "evening at HOME!", False),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER H}ome", "home", False),
        ("home", "work", True),
        ("home", "", False),
        ("", "", False),
        ("...", "!", False),
        ("дома", "на работе", True),
    ],
)
def test_contexts_are_told_apart_by_their_words(one: str, other: str, two: bool) -> None:
    found = evidence_of(A, [row("1", context=one), row("2", context=other)])
    assert (len(found.contexts) == 2) is two


def test_a_context_is_its_words() -> None:
    assert context_of("  At  Home, in the evening. ") == context_of("at home in the evening")
    assert context_of("In the evening, at home") == context_of("At home in the evening")
    assert context_of("In the morning, at home") != context_of("In the evening, at home")
    assert context_of(" ... ") == context_of("") == ""
    assert context_of("In the evening, at home") == "at evening home in the"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([row("1", before_pct=80, after_pct=50)], "expectancy_fell"),
        ([row("1", before_pct=80, after_pct=51)], ""),
        ([row("1", before_pct=80), row("2", before_pct=50)], "expectancy_fell"),
        ([row("1", before_pct=30, after_pct=20)], "expectancy_low"),
        ([row("1", after_pct=21)], ""),
        ([row("1", before_pct=80, after_pct=40), row("2", after_pct=70)], ""),  # it came back
        ([row("1", came=Came.YES, coped=True)], "came_and_coped"),
        ([row("1", came=Came.PARTLY, coped=True)], "came_and_coped"),
        ([row("1", came=Came.NO, coped=True)], ""),
        ([row("1", came=Came.YES, coped=None)], ""),
        ([row("1", came=Came.YES, coped=False)], ""),
        ([row("1", came=Came.YES, coped=True), row("2", came=Came.YES, coped=False)], ""),
        ([row("1", came=Came.YES, coped=True, beyond_plan=True)], ""),
        # What is unknown, or was not done, takes nothing away from what was borne before.
        (
            [row("1", came=Came.YES, coped=True), row("2", came=Came.YES, coped=True, stayed=None)],
            "came_and_coped",
        ),
        # Far away or numb, nothing is learnt; that it seems likelier again is heard all the same.
        ([row("1", before_pct=80), row("2", away=True, after_pct=0)], ""),
        ([row("1", away=True, before_pct=10)], ""),
        ([row("1", before_pct=80, after_pct=40), row("2", away=True, after_pct=70)], ""),
        # Of an undated one nobody knows whether it was before or after.
        ([row("0", day="", before_pct=90), row("1", after_pct=50)], ""),
        ([row("0", day="", after_pct=10)], ""),
        ([], ""),
    ],
)
def test_what_was_learnt(rows: list[Practised], why: str) -> None:
    assert evidence_of(A, rows).why_learnt() == why


def test_who_coped_is_not_told_that_they_did_not() -> None:
    """It counts for going on once it was done; till then it is not known, and not *not coped*."""
    assert evidence_of(A, [row("1", came=Came.YES, coped=True, stayed=None)]).coped is None
    assert evidence_of(A, [row("1", came=Came.YES, coped=False, stayed=None)]).coped is False


TWICE = [row("1"), row("2", context="work")]
BORNE = row("3", came=Came.YES, coped=True, context="a friend's")


@pytest.mark.parametrize(
    ("rows", "by"),
    [
        # The first and the latest who said what they expect, done or not; none in between.
        (
            [
                row("0", before_pct=80, stayed=None),
                *TWICE,
                row("5", after_pct=40, stayed=None),
                row("6", after_pct=30, stayed=None),
                row("7", stayed=None),
            ],
            ("0", "1", "2", "6"),
        ),
        # Far away, only what seems likelier again was heard; the same again is no news.
        (
            [
                *TWICE,
                row("4", before_pct=90, after_pct=40, stayed=None),
                row("5", away=True, after_pct=40),
            ],
            ("1", "2", "4"),
        ),
        # It came and was borne: what was expected is not what says so.
        ([row("0", before_pct=90, stayed=None), *TWICE, BORNE], ("1", "2", "3")),
    ],
)
def test_a_person_can_look_up_the_sessions_that_say_so(
    rows: list[Practised], by: tuple[str, ...]
) -> None:
    found = evidence_of(A, rows)
    assert found.reached()
    assert found.made_by() == by


def test_with_their_own_settings_one_place_is_enough() -> None:
    twice = [row("1", before_pct=80), row("2", after_pct=20)]
    assert state_of(A, twice) is StepState.PRACTISING
    assert state_of(A, twice, replace(LADDER, done_contexts=1)) is StepState.DONE


def test_a_step_goes_through_its_states() -> None:
    bare = row("3", bare=True, context="")
    assert state_of(A, []) is StepState.NEW
    assert state_of(A, LEARNT[:1]) is StepState.PRACTISING
    assert state_of(A, LEARNT) is StepState.DONE
    assert state_of(A, [*LEARNT, replace(bare, stayed=None)]) is StepState.DONE
    assert state_of(A, [*LEARNT, bare]) is StepState.MASTERED
    # A repeat is one after it was done; and what was reached stays so.
    assert state_of(A, [bare, *LEARNT]) is StepState.DONE
    assert state_of(A, [*LEARNT, row("4", before_pct=90, stayed=False)]) is StepState.DONE


@pytest.mark.parametrize("rows", [LEARNT, (*LEARNT, row("3", bare=True))])
def test_made_harder_longer_or_put_away_it_is_as_the_table_says(
    rows: tuple[Practised, ...],
) -> None:
    now = state_of(A, rows)
    of_before = replace(A, earlier=tuple(r.session for r in rows))
    assert state_of(of_before, rows) is STEP[now, "made_harder"]
    assert state_of(replace(A, planned_s=601.0), rows) is STEP[now, "made_longer"]
    assert state_of(replace(A, put_away=True), rows) is STEP[now, "put_away"]


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ({"expected_suds": 11}, True),  # from 11 to 20 is the same step, in whatever small strides
        ({"expected_suds": 10}, False),
        ({"expected_suds": 60}, True),
        ({"expected_suds": None}, True),
        ({"contact": "a call at noon"}, False),
        ({"contact": "  "}, True),
    ],
)
def test_a_session_that_was_easier_by_its_own_plan_is_of_another_step(
    said: dict[str, object], counted: bool
) -> None:
    now = step("a", expected_suds=20)
    assert bool(evidence_of(now, [row("1", **said)]).counted) is counted
    assert state_of(now, [row("1", **said)]) is (StepState.PRACTISING if counted else StepState.NEW)


def test_contact_that_the_step_plans_may_be_planned() -> None:
    assert evidence_of(step("a", contact="one text"), [row("1", contact="a text at noon")]).done


def test_a_session_that_was_withdrawn_counts_no_more() -> None:
    assert state_of(A, LEARNT[1:]) is StepState.PRACTISING


def test_strain_counts_since_it_was_last_done_without() -> None:
    hard = [row("1", too_much=True), row("2", away=True, stayed=False)]
    assert len(evidence_of(A, hard).strained) == 2
    assert evidence_of(A, [*hard, row("3")]).strained == ()
    assert len(evidence_of(A, [*hard, row("3", stayed=None)]).strained) == 2
