"""One session as it is taken out: folded once, for whatever format asks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from biocoach.clock import iso_utc, moment_of
from biocoach.exposure.measures import Total
from biocoach.exposure.sheet import Sheet
from biocoach.review.afterwards import elsewhere_of, until_closed
from biocoach.review.record import Record
from biocoach.review.sessions import folded, reviewed
from biocoach.settings import Settings
from biocoach.types import Ecg, Entry, Motion, Strap

Json = dict[str, Any]
ID_LETTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A session. ``review`` is the page's (``sessions.review``); ``stem`` names its files;
    ``notes``: what was written beside it, each ``at_s``, ``text``, ``written_utc``;
    ``entries``: the journal's, without the ECG; ``ecg`` and ``motion`` with their arrivals, s."""

    name: str
    stem: str
    review: Json
    record: Record
    entries: Sequence[Entry]
    settings: Settings
    ecg: Sequence[tuple[float, Ecg]] = ()
    motion: Sequence[tuple[float, Motion]] = ()
    notes: Sequence[Json] = ()

    @property
    def dated(self) -> bool:
        """Whether anybody knows when it began: some recordings do not tell."""
        return is_dated(self.review)

    @property
    def simulated(self) -> bool:
        return bool(self.review["simulated"])

    @property
    def device(self) -> str:
        """The strap's name; "" where none is known."""
        elsewhere = elsewhere_of(self.entries)
        straps = [e.body.name for e in self.entries if isinstance(e.body, Strap)]
        return straps[-1] if straps else elsewhere.device if elsewhere else ""

    def utc(self, at_s: float | None) -> str | None:
        """The moment ``at_s`` seconds into it, ISO 8601 in UTC; None where it is not known."""
        if at_s is None or not self.dated:
            return None
        return iso_utc(moment_of(self.review["started_utc"]) + timedelta(seconds=at_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was written beside the sessions."""

    sheets: Sequence[Sheet] = ()
    totals: Sequence[Total] = field(default=())


def taken_of(
    name: str, stem: str, entries: Iterator[Entry], settings: Settings, notes: Sequence[Json] = ()
) -> Taken | None:
    """None for a session of which nothing is left. The ECG says nothing in a fold."""
    ecg, rest = list[tuple[float, Ecg]](), list[Entry]()
    for entry in entries:
        if isinstance(entry.body, Ecg):
            ecg.append((entry.at_s, entry.body))
        else:
            rest.append(entry)
    if not rest:
        return None
    record = folded(rest, settings)
    own = until_closed(rest)
    return Taken(
        name=name,
        stem=stem,
        review=reviewed(name, rest, record, settings),
        record=record,
        entries=rest,
        settings=settings,
        ecg=ecg,
        motion=[(e.at_s, e.body) for e in own if isinstance(e.body, Motion)],
        notes=notes,
    )


def is_dated(row: Json) -> bool:
    """Of a session's review or summary."""
    elsewhere = row.get("elsewhere")
    return elsewhere is None or bool(elsewhere["dated"])


def local_of(row: Json) -> datetime | None:
    """When it began, by this computer's clock; None where nobody knows."""
    return moment_of(row["started_utc"]).astimezone() if is_dated(row) else None


def stem_of(row: Json, known: Collection[str]) -> str:
    """A name for a session's files, safe on every system, and none of ``known``."""
    began = local_of(row)
    when = f"{began:%Y-%m-%d-%H%M}" if began else "undated"
    bare = re.sub(r"[^A-Za-z0-9-]", "_", row["id"])[:ID_LETTERS]
    stem = f"{when}-{bare}" + ("-simulated" if row.get("simulated") else "")
    number, found = 2, stem
    while found in known:
        number, found = number + 1, f"{stem}-{number}"
    return found
