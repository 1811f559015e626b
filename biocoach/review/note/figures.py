"""The numbers that a note's sentences are made of, each with the sessions it was counted in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from biocoach.exposure.practised import Practised, practised_of
from biocoach.review.recovery_over_time import WHERE, median_of
from biocoach.settings import LearningSettings
from biocoach.types import Came

Json = dict[str, Any]
Value = str | float | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``name``: which number it is, as a code; ``n``: out of how many; ``sessions``: their ids."""

    name: str
    value: Value
    n: int | None = None
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One session of the time asked for."""

    summary: Json
    practised: Practised


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One of the four kinds of ways back, never pooled."""

    where: str
    used: bool
    n: int
    cut: int
    median_s: float | None
    low_s: float | None
    high_s: float | None
    why: str
    sessions: tuple[str, ...]


def rows_between(summaries: Iterable[Json], since: str, until: str) -> list[Row]:
    """Those practised on these local days, both included, in the order of their days."""
    found = [
        Row(summary=s, practised=row)
        for s in summaries
        if s.get("practised")
        and since <= (row := practised_of(s["practised"])).day <= until
        and not row.open
    ]
    return sorted(found, key=lambda row: row.practised.day)


def before(since: str, until: str) -> tuple[str, str]:
    """As many days just before."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    return (first - (last - first) - timedelta(1)).isoformat(), (first - timedelta(1)).isoformat()


def len_days(since: str, until: str) -> int:
    return (date.fromisoformat(until) - date.fromisoformat(since)).days + 1


def ids(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(row.practised.session for row in rows)


def told(rows: Sequence[Row], word: Callable[[Practised], object]) -> list[Row]:
    """Those in which that was said."""
    return [row for row in rows if word(row.practised) is not None]


def both(
    rows: Sequence[Row], first: Callable[[Practised], int | None], then: Callable[[Practised], Any]
) -> tuple[list[Row], float | None, float | None]:
    """Those in which both were told, and the middles of both over just these."""
    pairs = [(row, first(row.practised), then(row.practised)) for row in rows]
    known = [(row, a, b) for row, a, b in pairs if a is not None and b is not None]
    if not known:
        return [], None, None
    return [r for r, _, _ in known], median(a for _, a, _ in known), median(b for _, _, b in known)


def came(rows: Sequence[Row], *words: Came) -> list[Row]:
    return [row for row in rows if row.practised.came in words]


def halves(rows: Sequence[Row], settings: LearningSettings) -> Iterator[Half]:
    """The kinds of which there is any, in a fixed order."""
    ways = [(row, way) for row in rows for way in row.summary.get("ways_back", [])]
    for where in WHERE:
        for used in (False, True):
            own = [
                (row, way)
                for row, way in ways
                if way["where"] == where and way["used"] is used and not way["left_out"]
            ]
            if own:
                yield _half(where, used, own, settings)


def _half(where: str, used: bool, own: list[tuple[Row, Json]], settings: LearningSettings) -> Half:
    lengths = [way["half_s"] for _, way in own if way["half_s"] is not None]
    cut = [way["seen_s"] for _, way in own if way["half_s"] is None]
    found = median_of(lengths, cut, settings)
    return Half(
        where=where,
        used=used,
        n=len(own),
        cut=len(cut),
        median_s=found.median_s,
        low_s=found.low_s,
        high_s=found.high_s,
        why=found.why,
        sessions=tuple(dict.fromkeys(row.practised.session for row, _ in own)),
    )
