"""Planned separations and therapy breaks: what becomes of one is a table.

The dates move it by themselves, a word of the person does the rest. Nothing here knows whether the
other person came or went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from biocoach.exposure.answers import Unfit, What
from biocoach.exposure.form import Makes
from biocoach.exposure.sheet import KEPT, Sheet

Json = dict[str, Any]
KINDS: dict[str | None, str] = {Makes.SEPARATION: "apart", Makes.THERAPY_BREAK: "therapy_break"}


class State(StrEnum):
    ANNOUNCED = "announced"
    UNDER_WAY = "under_way"
    OVER = "over"
    CALLED_OFF = "called_off"


class Happens(StrEnum):
    """``begins`` and ``ends`` come by the calendar, the others are said."""

    BEGINS = "begins"
    ENDS = "ends"
    CALL_OFF = "call_off"
    ON_AGAIN = "on_again"
    BACK = "back"


# What is not in it can't happen.
TABLE: dict[tuple[State, Happens], State] = {
    (State.ANNOUNCED, Happens.BEGINS): State.UNDER_WAY,
    (State.ANNOUNCED, Happens.CALL_OFF): State.CALLED_OFF,
    (State.UNDER_WAY, Happens.ENDS): State.OVER,
    (State.UNDER_WAY, Happens.BACK): State.OVER,
    (State.CALLED_OFF, Happens.ON_AGAIN): State.ANNOUNCED,
    (State.OVER, Happens.ON_AGAIN): State.ANNOUNCED,  # "they are back" was said by mistake
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """``begins``, ``ends``: dates (the last day is a part of it), or moments in UTC.
    ``said``: the last word on it, "" for none."""

    id: str
    rev: str
    kind: str
    who: str
    begins: date | datetime
    ends: date | datetime
    said: str = ""
    helps: str = ""
    goodbye: str = ""
    contact: str = ""
    changed_utc: str = ""

    @property
    def whole_days(self) -> bool:
        return not isinstance(self.begins, datetime)


def separation_of(sheet: Sheet) -> Separation | None:
    """From a sheet; None where it is no kept one of a form that makes such, or has no dates."""
    answers = sheet.answers
    span = _span(answers)
    if sheet.state != KEPT or sheet.makes not in KINDS or span is None:
        return None
    words = {key: str(answers.get(key, "")) for key in ("who", "helps", "goodbye", "contact")}
    return Separation(
        id=sheet.id,
        rev=sheet.rev,
        kind=KINDS[sheet.makes],
        begins=span[0],
        ends=span[1],
        said=sheet.said,
        changed_utc=sheet.changed_utc,
        **words,
    )


def check(answers: Mapping[str, Any]) -> Unfit | None:
    """Of answers that are to be kept: it ends no sooner than it begins."""
    whole = answers.get("whole_days") is True
    name = "last_day" if whole else "ends"
    span = _span(answers)
    if span is None:
        return Unfit(field=name, what=What.MISSING)
    wrong = span[1] < span[0] if whole else span[1] <= span[0]
    return Unfit(field=name, what=What.RANGE) if wrong else None


def _span(answers: Mapping[str, Any]) -> tuple[date, date] | tuple[datetime, datetime] | None:
    try:
        if answers.get("whole_days") is True:
            first, last = str(answers["first_day"]), str(answers["last_day"])
            return date.fromisoformat(first), date.fromisoformat(last)
        begins, ends = str(answers["begins"]), str(answers["ends"])
        return datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    except (KeyError, ValueError):
        return None


def state_of(separation: Separation, now: datetime) -> State:
    """By its dates and by what was said. ``now`` has a time zone: the one whose days count."""
    state = State.ANNOUNCED
    for happens in (Happens.CALL_OFF, Happens.BEGINS, Happens.BACK, Happens.ENDS):
        if happens in (Happens.CALL_OFF, Happens.BACK):
            due = separation.said == happens
        else:
            due = _is_due(separation, happens, now)
        if due:
            state = TABLE.get((state, happens), state)
    return state


def said(separation: Separation, word: Happens, now: datetime) -> str | None:
    """What is kept of a word on it; None where that can't happen now."""
    if (state_of(separation, now), word) not in TABLE or word in (Happens.BEGINS, Happens.ENDS):
        return None
    return "" if word is Happens.ON_AGAIN else word.value


def _is_due(separation: Separation, happens: Happens, now: datetime) -> bool:
    at = separation.begins if happens is Happens.BEGINS else separation.ends
    if isinstance(at, datetime):
        return now >= at
    return now.date() >= at if happens is Happens.BEGINS else now.date() > at


def told(separation: Separation, now: datetime) -> Json:
    """As JSON, for the page."""
    return {
        "id": separation.id,
        "rev": separation.rev,
        "kind": separation.kind,
        "who": separation.who,
        "whole_days": separation.whole_days,
        "begins": _text(separation.begins),
        "ends": _text(separation.ends),
        "state": state_of(separation, now),
        "helps": separation.helps,
        "goodbye": separation.goodbye,
        "contact": separation.contact,
    }


def _text(at: date | datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}Z" if isinstance(at, datetime) else at.isoformat()
