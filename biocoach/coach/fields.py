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


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file, or a part of it, could not be used. Line 1 where it is the whole file."""

    file: str
    line: int
    why: str


class UnfitError(ValueError):
    """A table that does not fit; ``key`` is where to look for the line, ``nth`` which of its
    places (0: the first)."""

    def __init__(self, key: str, why: str, nth: int = 0) -> None:
        super().__init__(why)
        self.key = key
        self.nth = nth


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
        return Problem(file=name, line=line_of(text, error.key, error.nth), why=str(error))


def line_of(text: str, key: str, nth: int = 0) -> int:
    """Where a key or a table stands for the ``nth`` time; tomllib does not keep the lines."""
    pattern = rf"^[ \t\[]*\"?{re.escape(key)}\"?[ \t\]]*(?:=|$|#)"
    places = [found.start() for found in re.finditer(pattern, text, re.MULTILINE)]
    return text.count("\n", 0, places[min(nth, len(places) - 1)]) + 1 if places else 1


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


def tables_of(table: Table, key: str) -> tuple[Table, ...]:
    return list_of(table, key, dict, "tables")


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
