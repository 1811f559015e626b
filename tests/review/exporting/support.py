"""Virtual sessions as they are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from biocoach.review.exporting.piece import Piece
from biocoach.review.exporting.taken import Taken, stem_of, taken_of
from biocoach.review.sessions import summary
from biocoach.settings import Settings
from biocoach.types import Begin, Entry, Fit, InputBody
from devices.virtual import scenario_events

SETTINGS = Settings()
NO_ANSWERS = Fit()
UTC = "2026-01-31T09:00:00.250Z"
NOTE = {"at_s": 61.0, "text": "=1+1 was it the door?", "written_utc": "2026-02-01T10:00:00.000Z"}


def entries_of(
    rows: Sequence[tuple[float, InputBody]],
    *,
    simulated: bool = True,
    name: str = "s",
    fit: Fit = NO_ANSWERS,
) -> list[Entry]:
    begin = Begin(seed=7, settings_hash=SETTINGS.hash(), fit=fit, simulated=simulated)
    whole: list[tuple[float, InputBody]] = [(0.0, begin), *rows]
    return [
        Entry(
            person="me", writer="biocoach 9.9", session=name, boot_id="b", at_s=at_s, wall_utc=UTC,
            body=body, settings_hash="", number=number,
        )
        for number, (at_s, body) in enumerate(sorted(whole, key=lambda row: row[0]))
    ]  # fmt: skip


def take(entries: list[Entry], notes: Sequence[dict[str, Any]] = ()) -> Taken:
    row = summary("s", entries, SETTINGS)
    found = taken_of("s", stem_of(row, ()), iter(entries), SETTINGS, notes)
    assert found is not None
    return found


@cache
def separation() -> Taken:
    """A virtual separation, with a note beside it."""
    rows = [(e.at_s, e.body) for e in scenario_events(7, "separation")]
    return take(entries_of(rows), [NOTE])


@cache
def slowed() -> Taken:
    """The same of somebody who takes medicine that slows the heart."""
    rows = [(e.at_s, e.body) for e in scenario_events(7, "separation")]
    return take(entries_of(rows, fit=Fit(heart_slowing=True)))


def content(piece: Piece) -> bytes:
    return b"".join(piece.chunks)
