"""After a hard ending biocoach asks once, on a later day, how it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from biocoach.review.aftercare import ASKED_FOR_DAYS, check_in_due
from biocoach.review.prior import Moment, prior_of
from biocoach.settings import Settings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def ended(name: str, day: int = 0, *, hard: bool = True, apart: bool = True) -> dict[str, Any]:
    started = (NOON + timedelta(days=day)).isoformat().replace("+00:00", "Z")
    return {
        "id": name, "started_utc": started, "length_s": 900.0,
        "hard_end": hard, "went_apart": apart,
    }  # fmt: skip


def asked(*rows: dict[str, Any], day: int, answered: str = "") -> str | None:
    due = check_in_due(rows, {"session": answered}, NOON + timedelta(days=day, minutes=20))
    return due["session"] if due else None


@pytest.mark.parametrize(
    ("day", "due"),
    [(0, None), (1, "a"), (ASKED_FOR_DAYS, "a"), (ASKED_FOR_DAYS + 1, None), (-1, None)],
)
def test_not_on_the_day_itself_and_not_for_ever(day: int, due: str | None) -> None:
    assert asked(ended("a"), day=day) == due


def test_an_answer_or_a_no_is_enough() -> None:
    assert asked(ended("a"), day=1, answered="a") is None
    assert asked(ended("a"), ended("b", 1), day=2, answered="a") == "b"


def test_only_the_last_practice_is_asked_about() -> None:
    assert asked(ended("a"), ended("b", 1, hard=False), day=1) is None
    only_looked = ended("b", 1, hard=False, apart=False)
    assert asked(ended("a"), only_looked, day=1) == "a"
    assert asked(ended("a", apart=False), day=1) == "a"  # too much before they left


def told(name: str, day: int = 0, *, hard: bool = True, dated: bool = True) -> dict[str, Any]:
    """A step without a strap, or one that the strap kept."""
    elsewhere = {"where": "word", "dated": dated}
    return ended(name, day, hard=hard) | {"elsewhere": elsewhere, "practised": {"session": name}}


def test_a_step_that_was_told_is_asked_about_as_any_other() -> None:
    assert asked(told("a"), day=1) == "a"
    assert asked(ended("a"), told("b", 1, hard=False), day=1) is None
    assert asked(ended("a"), told("b", -1), day=1) == "a"  # told later, of the day before
    assert asked(told("a", dated=False), day=1) is None
    assert asked(told("a") | {"practised": None}, day=1) is None  # only a recording


def test_nothing_to_ask() -> None:
    assert check_in_due([], None, NOON) is None
    assert check_in_due([ended("a", hard=False)], None, NOON + timedelta(days=1)) is None
    assert check_in_due([{"id": "old"}], None, NOON) is None


def test_a_session_over_midnight_counts_for_the_day_on_which_it_ended() -> None:
    long = ended("a") | {"length_s": 86_400.0}
    assert asked(long, day=1) is None
    assert asked(long, day=2) == "a"


@pytest.mark.parametrize(("day", "rest"), [(-1, False), (0, True), (1, False)])
def test_rest_is_due_on_the_day_of_the_ending(day: int, rest: bool) -> None:
    over_midnights = ended("a") | {"length_s": 3 * 86400.0}
    now = Moment(clock_s=0.0, boot_id="b", wall=NOON + timedelta(days=3 + day))
    assert prior_of([over_midnights], now, Settings()).hard_today is rest
