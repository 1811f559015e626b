"""One field of a TOML table: the value, or why it does not fit and where to look for its line."""

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
Path: TypeAlias = tuple[tuple[str, int], ...]
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# So many parts no key of ours has, and tomllib's time for one grows with their square.
MANY_PARTS = re.compile(r"(?<![\w\"'-])(?:[\"']?[\w-]{1,60}[\"']?[ \t]*\.[ \t]*){64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file, or a part of it, could not be used. Line 1 where it is the whole file."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where what a file says comes from."""

    author: str
    year: int
    where: str


class UnfitError(ValueError):
    """A table that does not fit. ``path``: where to look for the line, from the outermost table
    to the key, each name with which of its places (0: the first)."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.path: Path = ((key, 0),)

    def inside(self, key: str, nth: int = 0, called: str = "") -> UnfitError:
        """The same, one table further out; ``called`` is put before why."""
        found = UnfitError(key, f"{called} {nth + 1}: {self}" if called else str(self))
        found.path = ((key, nth), *self.path)
        return found


def parse_with(make: Callable[[Table], T], text: str, name: str) -> T | Problem:
    """TOML text through ``make``, any failure as a problem with its line."""
    table = _table_in(text, name)
    if isinstance(table, Problem):
        return table
    try:
        return make(table)
    except UnfitError as error:
        return Problem(file=name, line=line_of(text, error.path), why=str(error))


def _table_in(text: str, name: str) -> Table | Problem:
    if found := MANY_PARTS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return Problem(file=name, line=line, why="a key of too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        return Problem(file=name, line=1, why="nested too deeply")
    except ValueError as error:  # tomllib's own, and Python's on a number of 4300 digits
        told = re.search(r"at line (\d+)", str(error))
        digits = re.search(r"[\d_]{4000,}", text)
        before = text[: digits.start()] if digits else text
        line = int(told[1]) if told else before.count("\n") + 1
        return Problem(file=name, line=line, why=f"not TOML: {error}")


def line_of(text: str, path: Path) -> int:
    """Where the last name of a path stands, or the last of its names that is written down.

    tomllib does not keep the lines, so each name is looked for within the table before it.
    """
    at, end = 0, len(text)
    for key, nth in path:
        places = list(_places(key).finditer(text, at, end))
        if not places:
            continue
        found = places[min(nth, len(places) - 1)]
        at = found.end()
        if found["head"] and (after := _next_table(key).search(text, at, end)):
            end = after.start()
    return text.count("\n", 0, at) + 1


def _places(key: str) -> re.Pattern[str]:
    """A key at the start of its line, or in an inline table; or the head of a table."""
    name = rf"(?:[\w-]+\.)*[\"']?{re.escape(key)}[\"']?[ \t]*"
    return re.compile(rf"^[ \t]*(?:(?P<head>\[\[?[ \t]*{name}\])|{name}=)|[{{,]\s*{name}=", re.M)


def _next_table(key: str) -> re.Pattern[str]:
    """The head of a table that does not belong to this one."""
    return re.compile(rf"^[ \t]*\[(?!\[?[ \t]*{re.escape(key)}\.)", re.M)


def only(table: Table, keys: tuple[str, ...]) -> None:
    """A misspelt key is told rather than ignored."""
    for key in table:
        if key not in keys:
            raise UnfitError(key, f"unknown key {key!r}; known: {', '.join(keys)}")


def _field(table: Table, key: str) -> object:
    if key not in table:
        raise UnfitError(key, f"{key!r} is missing")
    return table[key]


def text_of(table: Table, key: str, most: int = 2000) -> str:
    value = _field(table, key)
    if not isinstance(value, str) or not value.strip():
        raise UnfitError(key, f"{key!r} must be words")
    if len(value) > most:
        raise UnfitError(key, f"{key!r} is too long: {len(value)} letters, at most {most}")
    return value


def flag_of(table: Table, key: str, default: bool | None = None) -> bool:
    if default is not None and key not in table:
        return default
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


def texts_of(table: Table, key: str, most: int = 30) -> tuple[str, ...]:
    """A list of words, none of them empty; () where the key is missing."""
    if key not in table:
        return ()
    found = list_of(table, key, str, "words")
    if len(found) > most or not all(0 < len(word.strip()) <= 500 for word in found):
        raise UnfitError(key, f"{key!r} must be at most {most} words or sentences, none empty")
    return found


def table_of(table: Table, key: str) -> Table:
    value = _field(table, key)
    if not isinstance(value, dict):
        raise UnfitError(key, f"{key!r} must be a table")
    return value


def part_of(table: Table, key: str, make: Callable[[Table], T]) -> T:
    """A table through ``make``; what is wrong with it is looked for there."""
    part = table_of(table, key)
    try:
        return make(part)
    except UnfitError as error:
        raise error.inside(key) from None


def each_of(
    table: Table, key: str, called: str, make: Callable[[Table], T], most: int = 100
) -> tuple[T, ...]:
    """1 to ``most`` tables through ``make``; which one is wrong is told, and looked for."""
    parts: tuple[Table, ...] = list_of(table, key, dict, "tables")
    if not 0 < len(parts) <= most:
        raise UnfitError(key, f"{key!r} must be 1 to {most} tables")
    made = []
    for nth, part in enumerate(parts):
        try:
            made.append(make(part))
        except UnfitError as error:
            raise error.inside(key, nth, called) from None
    return tuple(made)


def word_of(table: Table, key: str, words: type[E]) -> E:
    value = text_of(table, key)
    if value not in set(words):
        raise UnfitError(key, f"{key!r} must be one of {', '.join(words)}")
    return words(value)


def words_of(table: Table, key: str, words: type[E]) -> tuple[E, ...]:
    """A list of such words; () where the key is missing."""
    found = texts_of(table, key)
    if not set(found) <= set(words):
        raise UnfitError(key, f"{key!r} may only have {', '.join(words)}")
    return tuple(words(value) for value in found)


def id_of(table: Table) -> str:
    found = text_of(table, "id", 60)
    if not ID.fullmatch(found):
        raise UnfitError("id", "'id' must be small letters, digits and single dashes")
    return found


def source_of(table: Table) -> Source:
    only(table, tuple(Source.__dataclass_fields__))
    return Source(
        author=text_of(table, "author", 200),
        year=whole_of(table, "year", 1800, 2100),
        where=text_of(table, "where", 300),
    )
