"""What a session says to the ladder: the person's word first, and nothing by a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.practised import Practised, practised_of
from biocoach.review.practised import practised, urges
from biocoach.review.sessions import phases
from biocoach.settings import Settings
from biocoach.types import (
    Amend,
    Came,
    Debrief,
    End,
    Mark,
    MarkKind,
    NumbersShown,
    Plan,
    Presence,
    Rating,
    Support,
    Urge,
    UrgeKind,
)
from tests.exposure.stories import Word, number_of, told
from tests.strategies import plan, proven

SETTINGS = Settings()
WISH = replace(plan(suds=30), planned_s=300.0, probability_pct=70, context="evening, at home")
BACK = Mark(kind=MarkKind.BACK)


def row(*words: Word, wish: Plan = WISH) -> Practised:
    """Apart from second 300 on; 300 s are planned."""
    found = maybe(*words, wish=wish)
    assert found is not None
    return found


def maybe(*words: Word, wish: Plan = WISH) -> Practised | None:
    record = told(wish, *words, until_s=660, rate=lambda _: 64.0)
    return practised("s", "2026-01-31T09:00:00Z", record, phases(record), SETTINGS)


def test_a_step_that_was_stayed_in_as_planned() -> None:
    said = Debrief(came=Came.YES, coped=True, probability_pct=30, beyond_plan=False)
    found = row((600.0, BACK), (650.0, said))
    assert (found.stayed, found.stayed_s, found.planned_s) == (True, 300.0, 300.0)
    assert (found.before_pct, found.after_pct, found.came, found.coped) == (70, 30, Came.YES, True)
    assert (found.context, found.support, found.day) == (
        "evening, at home", Support.REGULATE, "2026-01-31",
    )  # fmt: skip
    assert found.done
    assert (found.bare, found.away, found.too_much, found.hard) == (False,) * 4


@pytest.mark.parametrize(
    ("words", "stayed"),
    [
        ([(600.0, BACK)], True),
        ([(545.0, BACK)], True),  # to the minute
        ([(400.0, BACK)], None),  # the other came early, perhaps
        ([(400.0, BACK), (500.0, Debrief(stayed=True))], True),
        ([(400.0, Mark(kind=MarkKind.TIME_OVER))], None),  # it was shortened
        ([(400.0, End())], False),
        ([(400.0, End(reason="too_much"))], False),
        ([(600.0, BACK), (620.0, Debrief(stayed=False))], False),
        ([(450.0, Mark(kind=MarkKind.TOO_MUCH)), (600.0, BACK)], True),  # too much, and stayed
    ],
)
def test_how_long_it_was_and_what_is_said_of_it(words: list[Word], stayed: bool | None) -> None:
    assert row(*words).stayed is stayed


@pytest.mark.parametrize(
    ("words", "wish", "beyond"),
    [
        ([], WISH, None),
        ([(400.0, Urge(kind=UrgeKind.TEXT, acted=False))], WISH, None),
        ([(400.0, Urge(kind=UrgeKind.TEXT, acted=True))], WISH, True),
        ([(400.0, Urge(kind=UrgeKind.TEXT, acted=True))], replace(WISH, contact="one text"), None),
        ([(400.0, NumbersShown(shown=True))], WISH, True),
        ([(400.0, NumbersShown(shown=True)), (650.0, Debrief(beyond_plan=False))], WISH, False),
    ],
)
def test_contact_beyond_the_plan(words: list[Word], wish: Plan, beyond: bool | None) -> None:
    assert row((600.0, BACK), *words, wish=wish).beyond_plan is beyond


def test_too_much_and_far_away_are_kept_without_blame() -> None:
    found = row((400.0, Mark(kind=MarkKind.TOO_MUCH)), (600.0, BACK))
    assert (found.too_much, found.hard, found.stayed) == (True, True, True)
    away = row((400.0, Rating(presence=Presence.FAR_AWAY)), (600.0, BACK))
    assert (away.away, away.hard) == (True, True)


def test_pressed_too_early_and_taken_back() -> None:
    record = told(WISH, (400.0, BACK), until_s=660, rate=lambda _: 64.0)
    number = number_of(record, BACK)
    found = row((400.0, BACK), (410.0, Amend(of_number=number)), (630.0, BACK))
    assert (found.stayed_s, found.stayed) == (330.0, True)


def test_nobody_was_apart() -> None:
    record = told(WISH, until_s=660, rate=lambda _: 64.0)
    number = number_of(record, Mark(kind=MarkKind.APART))
    assert maybe((350.0, Amend(of_number=number))) is None


def test_urges_are_counted() -> None:
    record = told(
        WISH,
        (400.0, Urge(kind=UrgeKind.TEXT, acted=True)),
        (410.0, Urge(kind=UrgeKind.CHECK, acted=False)),
        until_s=660,
        rate=lambda _: 64.0,
    )
    assert urges(record) == {"urges": 2, "acted": 1}


maybe_bool = st.none() | st.booleans()
maybe_pct = st.none() | st.integers(0, 100)


@proven(100)
@given(
    st.builds(
        Practised,
        session=st.text(max_size=5),
        day=st.just("2026-01-31"),
        ladder=st.text(max_size=5),
        step=st.text(max_size=5),
        support=st.sampled_from(Support),
        stayed=maybe_bool,
        beyond_plan=maybe_bool,
        before_pct=maybe_pct,
        came=st.none() | st.sampled_from(Came),
    )
)
def test_a_row_comes_back_from_its_summary(found: Practised) -> None:
    assert practised_of(found.told()) == found
