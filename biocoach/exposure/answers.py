"""Judges what was written into a form: fit to be kept, or which field is not, and why.

A draft may be unfinished. What stands in it must still be of its field's kind, so that it can be
shown again. Total: any JSON value gets an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any

from biocoach.exposure.form import Field, Form, Kind, OnlyIf

Json = dict[str, Any]
LINE_MAX = 300  # letters
LINES_MAX = 5000
WHOLE_MAX = 40_000  # letters in all; some eight pages
_DATE = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\dZ", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class What(StrEnum):
    """What is wrong with an answer."""

    MISSING = "missing"
    KIND = "kind"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    RANGE = "range"
    OPTION = "option"
    UNKNOWN = "unknown"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """``field``: its id, in rows ``rows.2.inner`` (the row from 0); "" for all of it."""

    field: str
    what: What


class _UnfitError(ValueError):
    def __init__(self, field: str, what: What) -> None:
        super().__init__(what)
        self.unfit = Unfit(field=field, what=what)


def judged(form: Form, answers: object, *, keep: bool) -> Json | Unfit:
    """The answers as they are to be stored.

    ``keep``: all that must be said is there; what is empty or not shown is left out.
    """
    try:
        found = _group(form.fields, answers, "", keep=keep)
        if letters(found) > WHOLE_MAX:
            raise _UnfitError("", What.TOO_LONG)
    except _UnfitError as error:
        return error.unfit
    return found


def letters(value: object) -> int:
    """How many letters are in an answer, or in all of them."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(letters, value.values()))
    return sum(map(letters, value)) if isinstance(value, list) else 0


def links_of(form: Form, answers: Mapping[str, Any]) -> list[tuple[str, Json]]:
    """The links in judged answers, by field."""
    ids = [field.id for field in form.fields if field.kind is Kind.LINK]
    return [(name, answers[name]) for name in ids if name in answers]


def shown(rule: OnlyIf | None, before: Mapping[str, Any]) -> bool:
    """Whether a field is shown, by the answers that are shown before it."""
    if rule is None:
        return True
    found = before.get(rule.field)
    said = found if isinstance(found, list) else [found]
    return any(one in rule.is_ for one in said)


# ---- inside


def _group(fields: Sequence[Field], answers: object, at: str, *, keep: bool) -> Json:
    if not isinstance(answers, dict):
        raise _UnfitError(at.rstrip("."), What.KIND)
    wanted = {field.id: field for field in fields if field.kind is not Kind.SAID}
    for name in answers:
        if name not in wanted:
            # What is not a name is not told back.
            known = at + name if isinstance(name, str) and _NAME.fullmatch(name) else at.rstrip(".")
            raise _UnfitError(known, What.UNKNOWN)
    found: Json = {}
    visible: Json = {}
    for name, field in wanted.items():
        is_shown = shown(field.only_if, visible)
        value = answers.get(name)
        if value is not None:
            value = _JUDGES[field.kind](field, value, at + name, keep)
        if is_shown and value is not None:
            visible[name] = value
        if keep and (not is_shown or _is_empty(value)):
            if is_shown and not field.optional:
                raise _UnfitError(at + name, What.MISSING)
            continue
        if value is not None:
            found[name] = value
    return found


def _is_empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _words(field: Field, value: object, at: str, keep: bool) -> str:
    if not isinstance(value, str) or not _is_text(value):
        raise _UnfitError(at, What.KIND)
    if len(value) > (LINE_MAX if field.kind is Kind.LINE else LINES_MAX):
        raise _UnfitError(at, What.TOO_LONG)
    return value


def _is_text(value: str) -> bool:
    """Half of a pair of surrogates is no letter: no page could be sent it."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _percent(field: Field, value: object, at: str, keep: bool) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _UnfitError(at, What.KIND)
    if not 0 <= value <= 100:
        raise _UnfitError(at, What.RANGE)
    return value


def _number(field: Field, value: object, at: str, keep: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _UnfitError(at, What.KIND)
    if not (field.least or 0) <= value <= (field.most or 0):
        raise _UnfitError(at, What.RANGE)
    return value


def _choice(field: Field, value: object, at: str, keep: bool) -> str:
    if not isinstance(value, str):
        raise _UnfitError(at, What.KIND)
    if all(value != option.value for option in field.options):
        raise _UnfitError(at, What.OPTION)
    return value


def _many(field: Field, value: object, at: str, keep: bool) -> list[str]:
    if not isinstance(value, list):
        raise _UnfitError(at, What.KIND)
    if len(value) > len(field.options):
        raise _UnfitError(at, What.TOO_MANY)
    chosen = [_choice(field, one, at, keep) for one in value]
    if len(set(chosen)) != len(chosen):
        raise _UnfitError(at, What.TOO_MANY)
    return chosen


def _yes_no(field: Field, value: object, at: str, keep: bool) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError(at, What.KIND)
    return value


def _day(field: Field, value: object, at: str, keep: bool) -> str:
    return _time(value, at, _DATE, date.fromisoformat)


def _moment(field: Field, value: object, at: str, keep: bool) -> str:
    return _time(value, at, _MOMENT, datetime.fromisoformat)


def _time(value: object, at: str, shape: re.Pattern[str], read: Callable[[str], object]) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise _UnfitError(at, What.KIND)
    try:
        read(value)
    except ValueError:  # the 30th of February
        raise _UnfitError(at, What.RANGE) from None
    return value


def _rows(field: Field, value: object, at: str, keep: bool) -> list[Json]:
    if not isinstance(value, list):
        raise _UnfitError(at, What.KIND)
    if len(value) > (field.most or 0):
        raise _UnfitError(at, What.TOO_MANY)
    rows = []
    for nth, row in enumerate(value):
        draft = _group(field.fields, row, f"{at}.{nth}.", keep=False)
        if not keep:
            rows.append(draft)
        elif not all(_is_empty(one) for one in draft.values()):
            rows.append(_group(field.fields, row, f"{at}.{nth}.", keep=True))
    return rows


def _link(field: Field, value: object, at: str, keep: bool) -> Json:
    found = link_of(value)
    if found is None:
        raise _UnfitError(at, What.LINK)
    return found


def link_of(value: object) -> Json | None:
    """A session, or an activation in it by its onset in s; None where it is no such thing."""
    if not isinstance(value, dict) or not set(value) <= {"session", "activation"}:
        return None
    session, onset_s = value.get("session"), value.get("activation")
    if not isinstance(session, str) or not re.fullmatch(r"[0-9A-Za-z_.:-]{1,100}", session):
        return None
    if onset_s is not None:
        if isinstance(onset_s, bool) or not isinstance(onset_s, int | float):
            return None
        if not 0 <= onset_s <= 10_000_000 or not isfinite(onset_s):
            return None
    return {"session": session, "activation": onset_s}


_JUDGES: dict[Kind, Callable[[Field, object, str, bool], Any]] = {
    Kind.LINE: _words,
    Kind.LINES: _words,
    Kind.SCALE: _percent,
    Kind.PERCENT: _percent,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.MANY: _many,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _day,
    Kind.MOMENT: _moment,
    Kind.ROWS: _rows,
    Kind.LINK: _link,
}
