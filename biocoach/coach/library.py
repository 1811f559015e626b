"""Practices as data: TOML text to values. A broken file is named with its line; the rest loads.

A therapist adds a practice without code. The rules of care that a program can check (a
word on when to stop, no held breath that was not chosen) are checked here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

Table: TypeAlias = Mapping[str, object]
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

BREATH_MAX_S = 20.0  # one part of a breath; longer is a slip of the pen
MINUTES_MAX = 30.0


class Kind(StrEnum):
    BREATHING = "breathing"
    STEPS = "steps"


class Eyes(StrEnum):
    """OPEN: this practice is offered to somebody who is far away or numb, or for *too much*."""

    OPEN = "open"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breath:
    """One breath, and how long the practice lasts."""

    in_s: float
    hold_s: float
    out_s: float
    rest_s: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStep:
    """One thing to do: how many things to find, or how long to stay with it (s)."""

    say: str
    count: int | None = None
    wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    author: str
    year: int
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """``stop``: when to stop, in words. ``opt_in``: offered only to those who chose it."""

    id: str
    title: str
    summary: str
    kind: Kind
    paced: bool
    eyes: Eyes
    breath: Breath | None
    steps: tuple[PracticeStep, ...]
    stop: tuple[str, ...]
    opt_in: bool
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file, or a part of it, could not be used. Line 1 where it is the whole file."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Practices by id, in the order of their files' names, and what could not be read."""

    practices: Mapping[str, Practice]
    problems: tuple[Problem, ...]


class UnfitError(ValueError):
    """A table that does not fit; ``key`` is where to look for the line."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def parse(text: str, name: str) -> Practice | Problem:
    """One file's text as a practice; ``name`` only names it in a problem."""
    return parse_with(practice_of, text, name)


def parse_with(make: Callable[[Table], T], text: str, name: str) -> T | Problem:
    """TOML text through ``make``, any failure as a problem with its line."""
    try:
        return make(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        return Problem(file=name, line=line, why=f"not TOML: {error}")
    except RecursionError:
        return Problem(file=name, line=1, why="nested too deeply")
    except UnfitError as error:
        return Problem(file=name, line=_line_of(text, error.key), why=str(error))


def load(files: Mapping[str, str]) -> Library:
    """All files by name. Of two practices with the same id the first counts."""
    practices: dict[str, Practice] = {}
    problems: list[Problem] = []
    for name in sorted(files):
        found = parse(files[name], name)
        if isinstance(found, Practice) and found.id in practices:
            line = _line_of(files[name], "id")
            found = Problem(file=name, line=line, why=f"the id {found.id!r} is taken")
        if isinstance(found, Problem):
            problems.append(found)
        else:
            practices[found.id] = found
    return Library(practices=practices, problems=tuple(problems))


def practice_of(table: Table) -> Practice:
    only(table, tuple(Practice.__dataclass_fields__))
    practice = Practice(
        id=text_of(table, "id"),
        title=text_of(table, "title"),
        summary=text_of(table, "summary"),
        kind=_word_of(table, "kind", Kind),
        paced=flag_of(table, "paced"),
        eyes=_word_of(table, "eyes", Eyes),
        breath=_breath_of(table_of(table, "breath")) if "breath" in table else None,
        steps=tuple(_step_of(step) for step in tables_of(table, "steps")),
        stop=list_of(table, "stop", str, "words"),
        opt_in=flag_of(table, "opt_in"),
        source=source_of(table_of(table, "source")),
    )
    _check_care(practice)
    return practice


def _check_care(practice: Practice) -> None:
    if not practice.steps:
        raise UnfitError("steps", "a practice needs at least one step")
    if not practice.stop:
        raise UnfitError("stop", "every practice says when to stop")
    if (practice.kind is Kind.BREATHING) is not (practice.breath is not None):
        raise UnfitError("breath", "a breathing practice, and no other, has a [breath]")
    if practice.paced and practice.breath is None:
        raise UnfitError("paced", "only a breath can be paced")
    if practice.breath is not None and practice.breath.hold_s > 0 and not practice.opt_in:
        raise UnfitError("hold_s", "holding the breath is opt-in")


def _breath_of(table: Table) -> Breath:
    only(table, tuple(Breath.__dataclass_fields__))
    return Breath(
        in_s=number_of(table, "in_s", 1.0, BREATH_MAX_S),
        hold_s=number_of(table, "hold_s", 0.0, BREATH_MAX_S),
        out_s=number_of(table, "out_s", 1.0, BREATH_MAX_S),
        rest_s=number_of(table, "rest_s", 0.0, BREATH_MAX_S),
        minutes=number_of(table, "minutes", 0.5, MINUTES_MAX),
    )


def _step_of(table: Table) -> PracticeStep:
    only(table, tuple(PracticeStep.__dataclass_fields__))
    return PracticeStep(
        say=text_of(table, "say"),
        count=whole_of(table, "count", 1, 20) if "count" in table else None,
        wait_s=number_of(table, "wait_s", 1.0, 600.0) if "wait_s" in table else None,
    )


def source_of(table: Table) -> Source:
    only(table, tuple(Source.__dataclass_fields__))
    return Source(
        author=text_of(table, "author"),
        year=whole_of(table, "year", 1800, 2100),
        where=text_of(table, "where"),
    )


# ---- one field of a table: the value, or UnfitError


def only(table: Table, keys: tuple[str, ...]) -> None:
    """A misspelt key is told rather than ignored."""
    for key in table:
        if key not in keys:
            raise UnfitError(key, f"unknown key {key!r}; known: {', '.join(keys)}")


def _field(table: Table, key: str) -> object:
    if key not in table:
        raise UnfitError(key, f"{key!r} is missing")
    return table[key]


def text_of(table: Table, key: str) -> str:
    value = _field(table, key)
    if not isinstance(value, str) or not value.strip():
        raise UnfitError(key, f"{key!r} must be words")
    return value


def flag_of(table: Table, key: str) -> bool:
    value = _field(table, key)
    if not isinstance(value, bool):
        raise UnfitError(key, f"{key!r} must be true or false")
    return value


def number_of(table: Table, key: str, least: float, most: float) -> float:
    value = _field(table, key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise UnfitError(key, f"{key!r} must be a number from {least:g} to {most:g}")
    return value


def whole_of(table: Table, key: str, least: int, most: int) -> int:
    value = number_of(table, key, least, most)
    if value != int(value):
        raise UnfitError(key, f"{key!r} must be a whole number")
    return int(value)


def list_of(table: Table, key: str, kind: type[T], what: str) -> tuple[T, ...]:
    value = _field(table, key)
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise UnfitError(key, f"{key!r} must be a list of {what}")
    return tuple(value)


def table_of(table: Table, key: str) -> Table:
    value = _field(table, key)
    if not isinstance(value, dict):
        raise UnfitError(key, f"{key!r} must be a table")
    return value


def tables_of(table: Table, key: str) -> tuple[Table, ...]:
    return list_of(table, key, dict, "tables")


def _word_of(table: Table, key: str, words: type[E]) -> E:
    value = text_of(table, key)
    if value not in set(words):
        raise UnfitError(key, f"{key!r} must be one of {', '.join(words)}")
    return words(value)


def _line_of(text: str, key: str) -> int:
    """Where a key stands, the first time; tomllib does not keep the lines of its values."""
    found = re.search(rf"^[ \t\[]*\"?{re.escape(key)}\"?[ \t\]]*(?:=|$)", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
