"""The arc: doing is celebrated, setbacks are part of it, signs only where they were chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.arc import ArcPhase, Urged, milestones, setbacks, suggestion
from biocoach.exposure.course import Course, course_of
from biocoach.exposure.decided import Answered, Decisions, Way
from biocoach.exposure.ladder import Ladder
from biocoach.exposure.practised import Practised
from biocoach.exposure.signs import Sign, SignKind, signs
from biocoach.types import Refusal
from tests.exposure.rows import LEARNT, TODAY, ladder, ladders, practised, row, step, steps_of
from tests.strategies import proven

MINE = ladder(step("a"), step("b"))
NONE = Decisions()


def names(rows: list[Practised], urges: tuple[Urged, ...] = ()) -> list[tuple[str, str | None]]:
    return [(m.id, m.session) for m in milestones([MINE], rows, urges)]


def test_milestones_are_for_doing() -> None:
    rows = [
        row("0", stayed=False, suds_after=90),
        *(replace(r, day=f"2026-03-0{n}", suds_after=95) for n, r in enumerate(LEARNT, 2)),
        row("3", day="2026-03-05", bare=True),
    ]
    assert names(rows) == [
        ("first_practised", "0"),
        ("first_done", "1"),
        ("step_contexts", "2"),
        ("step_done", "2"),
        ("first_bare", "3"),
        ("step_mastered", "3"),
    ]
    titled = [m for m in milestones([MINE], rows, ()) if m.id.startswith("step_")]
    assert {m.title for m in titled} == {"Step a"}


def test_urges_let_pass_are_counted_over_all_sessions() -> None:
    urges = (
        Urged(session="1", day="2026-03-01", let_pass=1, acted=5),
        Urged(session="2", day="2026-03-02", let_pass=4),
    )
    found = milestones([], [], urges)
    assert [(m.session, m.n) for m in found] == [("1", 1), ("2", 5)]


@pytest.mark.parametrize(
    ("before", "came_back"),
    [
        ({"too_much": True}, True),
        ({"hard": True}, True),
        ({"day": "2026-02-08"}, True),
        ({"day": "2026-02-09"}, False),
        ({"day": ""}, False),
        ({}, False),
    ],
)
def test_practising_again_after_a_setback_is_one(
    before: dict[str, object], came_back: bool
) -> None:
    found = names([row("1", **before), row("2", day="2026-03-01")])
    assert (("came_back", "2") in found) is came_back


def test_setbacks_are_shown_with_their_figures() -> None:
    rows = [row("1", day="2026-01-01", too_much=True), row("2", day="2026-02-01")]
    back = Answered(
        proposal="p", ladder="l", step="a", way=Way.STEP_BACK, yes=True, day="2026-02-02"
    )
    no = replace(back, yes=False)
    found = setbacks([MINE], rows, Decisions(answers=(back, no)), "2026-02-25")
    assert [(m.id, m.at_day, m.n, m.title) for m in found] == [
        ("too_much", "2026-01-01", 0, "Step a"),
        ("gap", "2026-01-01", 31, ""),
        ("gap", "2026-02-01", 24, ""),
        ("step_back", "2026-02-02", 0, "Step a"),
    ]
    assert setbacks([MINE], [], NONE, TODAY) == []


@pytest.mark.parametrize(
    ("ladders_", "rows", "phase", "reason"),
    [
        ([], [], ArcPhase.ASSESSMENT, "no_steps"),
        ([ladder(step("a"), put_away=True)], [], ArcPhase.ASSESSMENT, "no_steps"),
        ([MINE], [], ArcPhase.STABILISING, "nothing_done"),
        ([MINE], [row("1")], ArcPhase.PROCESSING, "some_done"),
        ([MINE], [row("1", too_much=True), row("2", away=True)], ArcPhase.STABILISING,
         "much_lately"),
        ([MINE], list(LEARNT), ArcPhase.INTEGRATION, "half_done"),
        ([ladder(step("a"))], [*LEARNT, row("3", bare=True)], ArcPhase.MAINTENANCE,
         "all_mastered"),
    ],
)  # fmt: skip
def test_a_phase_is_suggested_with_its_reason(
    ladders_: list[Ladder], rows: list[Practised], phase: ArcPhase, reason: str
) -> None:
    found = suggestion(None, ladders_, rows)
    assert found is not None
    assert (found.phase, found.reason) == (phase, reason)
    assert suggestion(phase, ladders_, rows) is None


def shows(kind: SignKind, rows: list[Practised], urges: tuple[Urged, ...] = ()) -> Sign:
    found = {sign.id: sign for sign in signs([kind], rows, urges, TODAY)}
    assert [sign.id for sign in found.values() if sign.watched] == [kind]
    return found[kind]


def test_signs_are_looked_for_only_where_they_were_chosen() -> None:
    bad = [row("1", too_much=True, stayed=False), row("2", too_much=True, stayed=False)]
    assert all(
        not s.watched and s.shows is None and not s.figures for s in signs([], bad, [], TODAY)
    )


def test_a_gap_shows_after_weeks() -> None:
    assert shows(SignKind.GAP, [row("1", day="2026-02-17")]).shows is True
    found = shows(SignKind.GAP, [row("0", day=""), row("1", day="2026-02-18")])
    assert (found.shows, found.figures) == (False, {"days": 20, "usual": 21})
    assert shows(SignKind.GAP, []).shows is None
    assert shows(SignKind.GAP, [row("1", day="")]).shows is None


def test_more_urges_acted_on_is_a_share_and_needs_enough() -> None:
    before = Urged(session="1", day="2026-02-01", let_pass=4, acted=0)
    now = Urged(session="2", day="2026-03-01", let_pass=3, acted=1)
    found = shows(SignKind.URGES_ACTED, [], (before, now))
    assert found.shows is True
    assert found.figures == {"acted": 1, "urges": 4, "acted_before": 0, "urges_before": 4}
    assert (
        shows(SignKind.URGES_ACTED, [], (before, replace(now, acted=0, let_pass=9))).shows is False
    )
    assert (
        shows(SignKind.URGES_ACTED, [], (before, replace(now, acted=1, let_pass=2))).shows is None
    )


@pytest.mark.parametrize(
    ("days", "is_shown"),
    [
        (["2026-02-05", "2026-03-01", "2026-03-02"], True),
        (["2026-02-05", "2026-03-01"], False),
        (["2026-02-01", "2026-02-02", "2026-03-01", "2026-03-02"], False),
        (["2026-02-01", "2026-03-01", "2026-03-02"], True),
    ],
)
def test_more_often_than_before(days: list[str], is_shown: bool) -> None:
    plain = [row("p1", day="2026-02-05"), row("p2", day="2026-03-05")]
    cut = [*plain, *(row(str(n), day=day, stayed=False) for n, day in enumerate(days))]
    much = [*plain, *(row(str(n), day=day, too_much=True) for n, day in enumerate(days))]
    assert shows(SignKind.CUT_SHORT, cut).shows is is_shown
    assert shows(SignKind.TOO_MUCH, much).shows is is_shown
    unknown = [replace(r, stayed=None) for r in cut]
    assert shows(SignKind.CUT_SHORT, unknown).figures["times"] == 0


@pytest.mark.parametrize("kind", [SignKind.CUT_SHORT, SignKind.TOO_MUCH])
@pytest.mark.parametrize(
    "days", [[], ["", ""], ["2026-02-05"], ["2026-02-05", "2026-02-06"], ["2026-03-01"] * 3]
)
def test_weeks_in_which_nothing_was_practised_tell_nothing(kind: SignKind, days: list[str]) -> None:
    """No practice is not a good month; and against nothing nothing is *more*."""
    hard = [row(str(n), day=day, stayed=False, too_much=True) for n, day in enumerate(days)]
    assert shows(kind, hard).shows is None


def test_how_long_was_stayed_must_be_known_to_tell_of_cutting_short() -> None:
    unknown = [row("1", day="2026-02-05", stayed=None), row("2", day="2026-03-01", stayed=None)]
    assert shows(SignKind.CUT_SHORT, unknown).shows is None
    assert shows(SignKind.TOO_MUCH, unknown).shows is False


urged = st.lists(
    st.builds(
        Urged,
        session=st.just("s"),
        day=st.sampled_from(["", "2026-01-20", "2026-03-01"]),
        let_pass=st.integers(0, 30),
        acted=st.integers(0, 30),
    )
)


@proven(300)
@given(ladders, st.lists(practised(steps_of), max_size=8), urged)
def test_it_never_raises_and_goes_by_days(
    of: Ladder, rows: list[Practised], urges: list[Urged]
) -> None:
    rows = sorted(rows, key=lambda r: r.day)
    found = [m.at_day for m in milestones([of], rows, urges)]
    assert found == sorted(found)
    setbacks([of], rows, NONE, TODAY)
    suggestion(None, [of], rows)
    assert [sign.id for sign in signs(list(SignKind), rows, urges, TODAY)] == list(SignKind)


def test_what_was_set_comes_back() -> None:
    course = Course().moved("processing", "Rosa", TODAY).watching(["too_much", "gap"])
    assert course_of(course.told()) == course
    assert course.watched == (SignKind.GAP, SignKind.TOO_MUCH)
    assert course_of(None) == Course()
    assert course_of({"moves": [], "watched": [], "rev": "x"}) == Course()
    unfit: list[dict[str, Any]] = [{"moves": [{}]}, {"watched": ["fly"]}, {"moves": 1}]
    for bad in unfit:
        assert isinstance(course_of(bad), Refusal)
