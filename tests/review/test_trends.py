"""Weeks: what was noted and what sessions tell; a week without data is unknown, never zero."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.form import Behaviour, Makes
from biocoach.exposure.sheet import DRAFT, KEPT, Sheet
from biocoach.review.learnt import wilson
from biocoach.review.trends import WEEKS_MAX, Counted, counted_of, monday, trends
from biocoach.settings import LearningSettings

SETTINGS = LearningSettings()
TODAY = date(2026, 2, 4)  # a Wednesday


def noted(
    day: str,
    *,
    makes: Makes = Makes.MOMENT,
    behaviour: Behaviour | None = None,
    state: str = KEPT,
    **answers: Any,
) -> Sheet:
    began = datetime.fromisoformat(day).replace(hour=12).astimezone(UTC).isoformat()
    return Sheet(
        id=day, form="x", title="X", state=state, answers=answers, rev="1", began_utc=began,
        changed_utc=began, makes=makes, behaviour=behaviour,
    )  # fmt: skip


def weeks(sheets: list[Sheet], sessions: list[Counted] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = trends(sheets, sessions or [], TODAY, SETTINGS)["weeks"]
    return found


def test_nothing_at_all_has_no_weeks() -> None:
    assert weeks([]) == []


def test_a_week_without_anything_noted_is_unknown_and_not_zero() -> None:
    found = weeks([noted("2026-01-12"), noted("2026-02-03")])
    assert [row["week"] for row in found] == [
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
        "2026-02-02",
    ]
    assert [row["moments"] and row["moments"]["n"] for row in found] == [1, None, None, 1]
    assert found[1]["protest"] is None
    assert found[0]["protest"]["n"] == 0  # something was noted, and no protest
    assert [row["urges"] for row in found] == [None] * 4


def test_a_group_tells_how_many_were_rated_timed_and_told() -> None:
    (row,) = weeks(
        [
            noted("2026-02-02", intensity=80, acted=True, lasted_min=10),
            noted("2026-02-02", intensity=20, acted=False),
            noted("2026-02-03", intensity=50),
            noted("2026-02-03"),
        ]
    )
    group = row["moments"]
    assert (group["n"], group["intensity"], group["rated"]) == (4, 50, 3)
    assert (group["lasted_min"], group["timed"]) == (10, 1)
    assert (group["acted"], group["told"]) == (1, 2)
    low, high = wilson(1, 2, 0.95)
    assert group["act_share"] == {"share": 0.5, "low": low, "high": high, "enough": False}


def test_each_behaviour_has_its_own_row_and_drafts_have_none() -> None:
    sheets = [
        noted("2026-02-02", makes=Makes.BEHAVIOUR, behaviour=kind, intensity=n)
        for n, kind in enumerate(Behaviour)
    ]
    draft = noted("2026-02-02", makes=Makes.BEHAVIOUR, behaviour=Behaviour.PROTEST, state=DRAFT)
    letter = noted("2026-02-02", makes=Makes.LETTER)
    (row,) = weeks([*sheets, draft, letter])
    assert [row[kind.value]["intensity"] for kind in Behaviour] == [0, 1, 2, 3, 4, 5]
    assert [row[kind.value]["n"] for kind in Behaviour] == [1] * 6
    assert row["moments"]["n"] == 0
    assert row["noted"] == 6


def test_urges_are_those_of_the_sessions_that_tell_them() -> None:
    sessions = [
        Counted(day="2026-01-27", urges=4, acted=1),
        Counted(day="2026-01-28", urges=None, acted=None),
        Counted(day="2026-02-01", urges=8, acted=2),
        Counted(day="2026-02-02", urges=None, acted=None),
    ]
    first, second = weeks([], sessions)
    assert (first["urges"], first["acted"], first["sessions"], first["unknown"]) == (12, 3, 3, 1)
    assert first["act_share"]["share"] == 0.25
    assert first["act_share"]["enough"] is True
    assert (second["urges"], second["acted"], second["act_share"]) == (None, None, None)


def test_no_urges_is_known_and_has_no_share() -> None:
    (row,) = weeks([], [Counted(day="2026-02-02", urges=0, acted=0)])
    assert (row["urges"], row["acted"], row["act_share"]) == (0, 0, None)


@pytest.mark.parametrize("strange", [None, -1, "3", True, 1.5])
def test_a_summary_that_does_not_tell_its_urges_is_unknown(strange: object) -> None:
    started = "2026-02-02T12:00:00.000Z"
    apart = {"started_utc": started, "went_apart": True}
    assert counted_of(apart) == counted_of(apart | {"urges": strange, "acted": 2})
    found = counted_of(apart)
    assert found is not None
    assert (found.urges, found.acted) == (None, None)
    assert found.day == datetime.fromisoformat(started).astimezone().date().isoformat()


def test_a_session_in_which_it_was_never_said_is_unknown_and_not_zero() -> None:
    apart = {"started_utc": "2026-02-02T12:00:00.000Z", "went_apart": True, "acted": 0}
    for urges, open_, known in ((0, 0, 0), (0, 2, None), (3, 2, 3)):
        found = counted_of(apart | {"urges": urges, "urges_open": open_})
        assert found is not None
        assert found.urges == known


def test_where_nobody_was_apart_nothing_is_counted_and_a_recording_knows_no_zero() -> None:
    told = {"started_utc": "2026-02-02T12:00:00.000Z", "went_apart": True, "acted": 0}
    assert counted_of(told | {"urges": 3, "went_apart": False}) is None
    assert counted_of(told | {"urges": 3, "elsewhere": {"dated": False}}) is None
    for urges, known in ((0, None), (3, 3)):
        found = counted_of(told | {"urges": urges, "elsewhere": {"dated": True}})
        assert found is not None
        assert found.urges == known
    here = counted_of(told | {"urges": 0, "elsewhere": None})
    assert here is not None
    assert here.urges == 0


def test_many_years_end_with_this_week() -> None:
    found = weeks([noted("1999-01-01"), noted("2026-02-02")])
    assert len(found) == WEEKS_MAX
    assert found[-1]["week"] == "2026-02-02"


@given(
    st.lists(st.dates(date(2025, 1, 1), TODAY), max_size=12),
    st.lists(st.dates(date(2025, 1, 1), TODAY), max_size=12),
)
def test_weeks_have_no_hole_and_nothing_is_counted_twice(
    moments: list[date], sessions: list[date]
) -> None:
    found = weeks(
        [noted(day.isoformat()) for day in moments],
        [Counted(day=day.isoformat(), urges=2, acted=1) for day in sessions],
    )
    starts = [date.fromisoformat(row["week"]) for row in found]
    assert all(b - a == timedelta(days=7) for a, b in pairwise(starts))
    assert all(start.weekday() == 0 for start in starts)
    assert sum(row["moments"]["n"] for row in found if row["moments"]) == len(moments)
    assert sum(row["urges"] or 0 for row in found) == 2 * len(sessions)
    if found:
        assert found[-1]["week"] == monday(TODAY.isoformat())
