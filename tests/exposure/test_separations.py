"""What becomes of a planned separation: the table, the dates, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.answers import Unfit, What
from biocoach.exposure.form import Makes
from biocoach.exposure.separations import (
    TABLE,
    Happens,
    Separation,
    State,
    check,
    said,
    separation_of,
    state_of,
    told,
)
from biocoach.exposure.sheet import DRAFT, KEPT, Sheet

DAYS = {"who": "K", "whole_days": True, "first_day": "2026-02-03", "last_day": "2026-02-05"}
HOURS = {
    "who": "K",
    "whole_days": False,
    "begins": "2026-02-03T18:00Z",
    "ends": "2026-02-03T20:30Z",
}
HERE = timezone(timedelta(hours=2))


def made(answers: dict[str, Any], *, word: str = "", makes: Makes = Makes.SEPARATION) -> Separation:
    found = separation_of(sheet(answers, word=word, makes=makes))
    assert found is not None
    return found


def sheet(
    answers: dict[str, Any],
    *,
    word: str = "",
    makes: Makes | None = Makes.SEPARATION,
    state: str = KEPT,
) -> Sheet:
    return Sheet(
        id="s",
        form="separation-ahead",
        title="Apart",
        state=state,
        answers=answers,
        rev="1",
        began_utc="2026-01-31T09:00:00Z",
        changed_utc="2026-01-31T09:00:00Z",
        makes=makes,
        said=word,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-02-02T23:59:59+02:00", State.ANNOUNCED),
        ("2026-02-03T00:00+02:00", State.UNDER_WAY),
        ("2026-02-05T23:59:59+02:00", State.UNDER_WAY),
        ("2026-02-06T00:00+02:00", State.OVER),
    ],
)
def test_whole_days_go_by_the_local_calendar_and_the_last_is_a_part_of_it(
    now: str, state: State
) -> None:
    assert state_of(made(DAYS), at(now)) is state


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-02-03T19:59:59+02:00", State.ANNOUNCED),
        ("2026-02-03T20:00+02:00", State.UNDER_WAY),
        ("2026-02-03T20:29Z", State.UNDER_WAY),
        ("2026-02-03T20:30Z", State.OVER),
    ],
)
def test_hours_go_by_the_clock(now: str, state: State) -> None:
    assert state_of(made(HOURS), at(now)) is state


BEFORE, DURING, AFTER = at("2026-02-03T17:00Z"), at("2026-02-03T19:00Z"), at("2026-02-03T21:00Z")


@pytest.mark.parametrize(
    ("word", "before", "during", "after"),
    [
        ("", State.ANNOUNCED, State.UNDER_WAY, State.OVER),
        ("call_off", State.CALLED_OFF, State.CALLED_OFF, State.CALLED_OFF),
        ("back", State.ANNOUNCED, State.OVER, State.OVER),
    ],
)
def test_a_word_outranks_the_dates(word: str, before: State, during: State, after: State) -> None:
    found = made(HOURS, word=word)
    assert [state_of(found, now) for now in (BEFORE, DURING, AFTER)] == [before, during, after]


@pytest.mark.parametrize(
    ("known", "word", "now", "kept"),
    [
        ("", Happens.CALL_OFF, BEFORE, "call_off"),
        ("", Happens.CALL_OFF, DURING, None),
        ("", Happens.BACK, BEFORE, None),
        ("", Happens.BACK, DURING, "back"),
        ("", Happens.BACK, AFTER, None),
        ("call_off", Happens.ON_AGAIN, BEFORE, ""),
        ("call_off", Happens.CALL_OFF, BEFORE, None),
        ("back", Happens.ON_AGAIN, DURING, ""),
        ("", Happens.ON_AGAIN, BEFORE, None),
        ("", Happens.BEGINS, BEFORE, None),
    ],
)
def test_only_what_is_in_the_table_can_be_said(
    known: str, word: Happens, now: datetime, kept: str | None
) -> None:
    assert said(made(HOURS, word=known), word, now) == kept


def test_every_state_can_be_reached_and_left() -> None:
    assert {state for state, _ in TABLE} == set(State)
    assert set(TABLE.values()) == set(State)


@given(st.lists(st.tuples(st.sampled_from(Happens), st.integers(-3, 3)), max_size=12))
def test_no_order_of_words_and_hours_leads_out_of_the_table(
    story: list[tuple[Happens, int]],
) -> None:
    """Hours may go back, as a clock may be set; each state follows by the table or the dates."""
    word, now = "", at("2026-02-03T18:30Z")
    for happens, hours in story:
        now += timedelta(hours=hours)
        before = state_of(made(HOURS, word=word), now)
        kept = said(made(HOURS, word=word), happens, now)
        assert (kept is None) or (before, happens) in TABLE
        if kept is not None:
            word = kept
            after = state_of(made(HOURS, word=word), now)
            assert after is TABLE[before, happens] or happens is Happens.ON_AGAIN
        assert word in ("", "call_off", "back")


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        (DAYS, None),
        (HOURS, None),
        (DAYS | {"last_day": "2026-02-03"}, None),  # one day
        (DAYS | {"last_day": "2026-02-02"}, Unfit(field="last_day", what=What.RANGE)),
        (HOURS | {"ends": "2026-02-03T18:00Z"}, Unfit(field="ends", what=What.RANGE)),
        ({"whole_days": True}, Unfit(field="last_day", what=What.MISSING)),
    ],
)
def test_it_ends_no_sooner_than_it_begins(answers: dict[str, Any], wrong: Unfit | None) -> None:
    assert check(answers) == wrong


def test_what_is_no_kept_plan_makes_none() -> None:
    assert separation_of(sheet(DAYS, state=DRAFT)) is None
    assert separation_of(sheet(DAYS, makes=None)) is None
    assert separation_of(sheet(DAYS, makes=Makes.LETTER)) is None
    assert separation_of(sheet({"whole_days": True})) is None


def test_the_page_is_told_its_dates_and_its_kind() -> None:
    days = told(made(DAYS, makes=Makes.THERAPY_BREAK), BEFORE.astimezone(HERE))
    assert (days["kind"], days["whole_days"]) == ("therapy_break", True)
    assert (days["begins"], days["ends"]) == ("2026-02-03", "2026-02-05")
    hours = told(made(HOURS | {"goodbye": "See you at the stove."}), BEFORE)
    assert (hours["kind"], hours["whole_days"]) == ("apart", False)
    assert (hours["begins"], hours["ends"]) == ("2026-02-03T18:00Z", "2026-02-03T20:30Z")
    assert (hours["who"], hours["goodbye"], hours["helps"]) == ("K", "See you at the stove.", "")
    assert made(HOURS).begins == datetime(2026, 2, 3, 18, tzinfo=UTC)
