"""What a session says to the ladder: the person's word first, and nothing by a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.practised import Practised, practised_of
from biocoach.review.practised import practised, urges
from biocoach.review.record import fold
from biocoach.review.sessions import phases
from biocoach.settings import Settings
from biocoach.types import (
    Amend,
    Came,
    Debrief,
    Elsewhere,
    End,
    InputBody,
    Mark,
    MarkKind,
    NumbersShown,
    Plan,
    Presence,
    Rating,
    Support,
    Urge,
    UrgeKind,
    Where,
)
from tests.exposure.stories import APART, Word, number_of, told
from tests.signal.hearts import BEGIN
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
        ([(575.0, BACK)], True),  # to the minute, or a tenth of a short step
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
        ([(400.0, Urge(kind=UrgeKind.TEXT, acted=None))], WISH, None),
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


@pytest.mark.parametrize(
    ("words", "hard"),
    [
        ([(650.0, Debrief(suds=70))], True),
        ([(650.0, Debrief(suds=69))], False),
        ([(550.0, Rating(suds=70))], True),
        ([(550.0, Rating(suds=70)), (650.0, Debrief(suds=69))], False),  # the last word counts
        ([(650.0, Debrief(presence=Presence.NUMB))], True),
    ],
)
def test_an_ending_is_hard_from_seventy_on_and_far_away(words: list[Word], hard: bool) -> None:
    assert row((600.0, BACK), *words).hard is hard


def test_a_chain_of_mistakes_is_taken_back_whole() -> None:
    """*They left* too early, *they are back*, both withdrawn: that time was not apart."""
    apart = Mark(kind=MarkKind.APART)
    record = told(WISH, (310.0, BACK), until_s=660, rate=lambda _: 64.0)
    back, left = number_of(record, BACK), number_of(record, apart)
    both: list[Word] = [
        (310.0, BACK), (320.0, Amend(of_number=back)), (330.0, Amend(of_number=left)),
    ]  # fmt: skip
    assert maybe(*both) is None
    found = row(*both, (600.0, apart), (650.0, BACK))
    assert (found.stayed_s, found.stayed) == (50.0, None)


@pytest.mark.parametrize(
    ("planned_s", "back_s", "stayed"),
    [(60.0, 301.0, None), (60.0, 355.0, True), (60.0, 353.0, None), (120.0, 400.0, None)],
)
def test_a_short_step_is_not_stayed_in_by_leaving_at_once(
    planned_s: float, back_s: float, stayed: bool | None
) -> None:
    assert row((back_s, BACK), wish=replace(WISH, planned_s=planned_s)).stayed is stayed


def test_a_session_that_nobody_ended_was_not_stayed_in_by_a_guess() -> None:
    """The lid was closed after a while: how long they were apart is unknown, not twelve hours."""
    gone_s = 320 + SETTINGS.care.close_unknown_s
    rows: list[tuple[float, InputBody]] = [(0.0, BEGIN), (0.0, WISH), (300.0, APART[1])]
    record = fold([*rows, (320.0, Rating(suds=40))], SETTINGS, gone_s + 5)
    found = practised("s", "2026-01-31T09:00:00Z", record, phases(record), SETTINGS)
    assert found is not None
    assert (found.stayed, found.stayed_s) == (None, None)


def test_to_go_on_to_the_debrief_is_not_to_have_cut_it_short() -> None:
    """They came back early, and the person ended the time after it: it is asked, not blamed."""
    assert row((400.0, BACK), (420.0, End())).stayed is None
    assert row((400.0, BACK), (420.0, End()), (430.0, End())).stayed is None


def test_ended_by_too_much_just_before_the_time_is_not_as_planned() -> None:
    assert row((595.0, End(reason="too_much"))).stayed is False
    assert row((595.0, End())).stayed is True
    assert row((600.0, End(reason="too_much"))).stayed is True


def test_a_recording_that_goes_on_does_not_tell_that_they_were_still_apart() -> None:
    """Nobody said when the other came back: it may have been any time before it stopped."""
    sort = Elsewhere(where=Where.FILE, format="rr-text", beats_sha256="", dated=True)
    record = told(WISH, until_s=660, rate=lambda _: 64.0)
    rows = [p for p in phases(record) if not p["withdrawn"]]
    found = practised("s", "2026-01-31T09:00:00Z", record, rows, SETTINGS, sort)
    assert found is not None
    assert (found.stayed, found.stayed_s) == (None, None)
    record = told(WISH, (600.0, BACK), until_s=660, rate=lambda _: 64.0)
    found = practised("s", "2026-01-31T09:00:00Z", record, phases(record), SETTINGS, sort)
    assert found is not None
    assert (found.stayed, found.stayed_s) == (True, 300.0)


def test_nobody_was_apart() -> None:
    record = told(WISH, until_s=660, rate=lambda _: 64.0)
    number = number_of(record, Mark(kind=MarkKind.APART))
    assert maybe((350.0, Amend(of_number=number))) is None


def test_urges_are_counted() -> None:
    record = told(
        WISH,
        (400.0, Urge(kind=UrgeKind.TEXT, acted=True)),
        (410.0, Urge(kind=UrgeKind.CHECK, acted=False)),
        (420.0, Urge(kind=UrgeKind.CALL, acted=None)),
        until_s=660,
        rate=lambda _: 64.0,
    )
    assert urges(record) == {"urges": 2, "acted": 1, "urges_open": 1}


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
