"""A ladder and its edits: nothing practised is lost, the order is the person's, JSON comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.ladder import Ladder, LadderStep, harder, history_of, kept, ladder_of
from biocoach.settings import LADDER
from biocoach.types import Refusal, StepKind
from tests.exposure.rows import ladder, ladder_steps, ladders, step
from tests.strategies import proven

Json = dict[str, Any]
NAMES = ["a", "b", "c", "d", "e"]
wishes = st.lists(st.sampled_from(NAMES), max_size=6).flatmap(
    lambda names: st.tuples(*(ladder_steps(name) for name in names))
)


def must(found: Ladder | Refusal) -> Ladder:
    assert isinstance(found, Ladder), found
    return found


def test_what_was_practised_is_put_away_and_never_deleted() -> None:
    before = ladder(step("a"), step("b"), step("c"))
    now = must(kept(before, replace(before, steps=(step("c"),)), {"a": ["s1"]}))
    assert [(s.id, s.put_away) for s in now.steps] == [("c", False), ("a", True)]
    again = must(kept(now, replace(now, steps=()), {"a": ["s1"]}))
    assert [s.id for s in again.steps] == ["a"]


@proven(300)
@given(st.lists(wishes, max_size=6), st.dictionaries(st.sampled_from(NAMES), st.just(["s"])))
def test_no_sequence_of_edits_loses_a_step_with_history(
    edits: list[tuple[LadderStep, ...]], history: dict[str, list[str]]
) -> None:
    now = ladder(*(step(name) for name in NAMES[:3]))
    for edit in edits:
        had = {s.id for s in now.steps if history.get(s.id) or s.earlier}
        found = kept(now, replace(now, steps=edit), history)
        if isinstance(found, Refusal):
            assert len({s.id for s in edit}) < len(edit)
            continue
        ids = [s.id for s in found.steps]
        assert had <= set(ids)
        assert len(set(ids)) == len(ids)
        wished = [s.id for s in edit]
        assert ids[: len(wished)] == wished
        assert all(s.put_away for s in found.steps[len(wished) :])
        assert (found.id, found.rev) == (now.id, now.rev)
        now = found


def test_a_step_twice_and_too_many_are_refused() -> None:
    before = ladder(step("a"))
    assert kept(before, replace(before, steps=(step("a"), step("a"))), {}) == Refusal(
        why="a step is there twice"
    )
    many = tuple(step(f"s{n}") for n in range(LADDER.steps_max + 1))
    assert kept(before, replace(before, steps=many), {}) == Refusal(why="too many steps")
    away = (*many[1:], replace(many[0], put_away=True))
    assert isinstance(kept(before, replace(before, steps=away), {}), Ladder)


@pytest.mark.parametrize(
    ("changed", "is_harder"),
    [
        ({"title": "Other words"}, False),
        ({"who": "M.", "where": "the park"}, False),
        ({"planned_s": 1200.0}, False),  # its sessions' own plans tell
        ({"expected_suds": 29}, False),
        ({"expected_suds": 30}, True),
        ({"expected_suds": 10}, False),
        ({"kind": StepKind.WAITING}, True),
        ({"contact": ""}, True),
        ({"contact": "Two calls"}, False),
    ],
)
def test_what_makes_a_step_another(changed: Json, is_harder: bool) -> None:
    before = step("a", contact="One call", expected_suds=20)
    assert harder(before, replace(before, **changed)) is is_harder


def test_made_harder_its_sessions_are_of_before() -> None:
    before = ladder(step("a", expected_suds=20))
    wish = replace(before, steps=(step("a", expected_suds=60),))
    now = must(kept(before, wish, {"a": ["s1", "s2"]}))
    assert now.steps[0].earlier == ("s1", "s2")
    # A page can't forget that, nor say it of itself.
    page = replace(now, steps=(step("a", expected_suds=60, earlier=("x",)),))
    assert must(kept(now, page, {"a": ["s1", "s2", "s3"]})).steps[0].earlier == ("s1", "s2")


def test_history_is_by_step_and_of_this_ladder_alone() -> None:
    rows = [("l", "a", "1"), ("other", "a", "2"), ("", "a", "3"), ("l", "b", "4"), ("l", "a", "5")]
    assert history_of(rows, "l") == {"a": ("1", "5"), "b": ("4",)}


def test_beside_a_step_stand_those_in_use() -> None:
    found = ladder(step("a"), step("b", put_away=True), step("c"))
    after, before = found.after("a"), found.before("c")
    assert after is not None
    assert before is not None
    assert (after.id, before.id) == ("c", "a")
    assert [found.after("c"), found.before("a"), found.after("b"), found.after("x")] == [None] * 4


@proven(200)
@given(ladders)
def test_json_comes_back_the_same(found: Ladder) -> None:
    assert ladder_of(json.loads(json.dumps(found.told()))) == found


BAD: list[Json] = [
    {"title": ""},
    {"title": "x" * 201},
    {"title": None},
    {"planned_s": 59},
    {"planned_s": 43_201},
    {"planned_s": "600"},
    {"expected_suds": 101},
    {"expected_suds": 1.5},
    {"expected_suds": True},
    {"kind": "flying"},
    {"support": "shout"},
    {"checks": "always"},
    {"contexts": ["x"] * 13},
    {"contexts": [""]},
    {"contexts": "home"},
    {"who": 1},
    {"who": "x" * 201},
    {"sits_still": 1},
    {"delay_suds": -1},
    {"more": 1},
    {"id": ""},
]


@pytest.mark.parametrize("bad", BAD)
def test_what_does_not_fit_is_refused(bad: Json) -> None:
    told = ladder(step("a")).told()
    told["steps"][0] |= bad
    assert isinstance(ladder_of(told), Refusal)


@pytest.mark.parametrize("bad", [{"steps": 1}, {"id": ""}, {"rev": 1}, {"more": 1}, {"title": " "}])
def test_a_ladder_that_does_not_fit_is_refused(bad: Json) -> None:
    assert isinstance(ladder_of(ladder().told() | bad), Refusal)
