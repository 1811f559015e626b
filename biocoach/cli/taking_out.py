"""What leaves the record as files of other programs: for ``biocoach export`` and for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from biocoach.cli.measuring import TOTAL, totals_in
from biocoach.cli.sheet_facts import SHEET, sheets_of
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.review.exporting.edf import edf_pieces
from biocoach.review.exporting.fhir import fhir_pieces
from biocoach.review.exporting.kubios import kubios_pieces
from biocoach.review.exporting.piece import Piece
from biocoach.review.exporting.tables import csv_pieces
from biocoach.review.exporting.taken import Beside, Taken, local_of, stem_of, taken_of
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Reader, beside_of
from biocoach.store.transfer import EVERYTHING, Chosen, lines_of

Json = dict[str, Any]
FORMATS = ("csv", "kubios", "edf", "json", "fhir")
LINES_A_TELL = 1000
FOLDERS = ("csv", "kubios", "edf")  # several files; the others are one
SUFFIXES = {"kubios": ".txt", "edf": ".edf", "json": ".jsonl", "fhir": ".json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``sessions`` empty: all. The days are local ones, both of them included."""

    format: str
    sessions: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None

    @property
    def all(self) -> bool:
        return not (self.sessions or self.since or self.until)

    @property
    def whole_days(self) -> bool:
        """What is of a day and of no session goes with a period, and with everything."""
        return not self.sessions

    def has_day(self, day: date | None) -> bool:
        """Of what has no day nothing is in a period."""
        if day is None:
            return not (self.since or self.until)
        return (self.since or day) <= day <= (self.until or day)


class TakeOutError(Exception):
    """It can't be taken out; ``str`` is one line for people, ``code`` one for the page."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class TakingOut:
    """One wish, of one open record. Every method may raise StoreError."""

    def __init__(self, reader: Reader, settings: Settings, wish: Wish, *, simulated: bool) -> None:
        self._reader = reader
        self._settings = settings
        self._wish = wish
        self._simulated = simulated

    def check(self) -> None:
        """Raises TakeOutError."""
        if Shelf(self._reader, self._settings).must_be_still():
            raise TakeOutError(
                "still_review",
                "the session that is under way is kept still: take it out when it is over",
            )
        missing = sorted(self._wish.sessions - {row["id"] for row in self._every})
        if missing:
            raise TakeOutError("not_there", f"{missing[0]}: there is no such session")
        if not self.sessions and not self._wish.all:
            raise TakeOutError("nothing", "no session is of those days: give others")

    @cached_property
    def sessions(self) -> list[Json]:
        """The summaries of those that leave, the oldest first."""
        wish = self._wish
        return [
            row
            for row in self._every
            if (not wish.sessions or row["id"] in wish.sessions) and wish.has_day(_day_of(row))
        ]

    @cached_property
    def _every(self) -> list[Json]:
        return Shelf(self._reader, self._settings).everything()

    def pieces(self, tell: Callable[[int, int], None] = lambda *_: None) -> Iterator[Piece]:
        """The files, one after another; ``tell``: how many sessions are done, of how many."""
        taken = self._taken(tell)
        match self._wish.format:
            case "csv":
                return csv_pieces(taken, self._beside(), simulated=self._simulated)
            case "kubios":
                return kubios_pieces(taken)
            case "edf":
                return edf_pieces(taken)
            case "fhir":
                return fhir_pieces(taken, self._beside(), simulated=self._simulated)
            case _:
                return iter([Piece(name="record.jsonl", chunks=self._lines(tell))])

    def _taken(self, tell: Callable[[int, int], None]) -> Iterator[Taken]:
        known: list[str] = []
        for number, row in enumerate(self.sessions):
            tell(number, len(self.sessions))
            known.append(stem_of(row, known))
            notes = [*self._reader.facts(f"{beside_of(row['id'])}note:").values()]
            entries = self._reader.read(row["id"])
            found = taken_of(row["id"], known[-1], entries, self._settings, notes)
            if found is not None:
                yield found
        tell(len(self.sessions), len(self.sessions))

    def _lines(self, tell: Callable[[int, int], None]) -> Iterator[bytes]:
        """The journal's lines are in its own order; so many of them are so many sessions."""
        names, of = {row["id"] for row in self.sessions}, len(self.sessions)
        all_lines = sum(r.entries for r in self._reader.sessions() if r.session in names)
        lines = lines_of(self._reader, self._chosen(), simulated=self._simulated)
        for number, line in enumerate(lines):
            if number % LINES_A_TELL == 0:
                tell(min(of, of * number // max(1, all_lines)), of)
            yield line.encode() + b"\n"
        tell(of, of)

    def _chosen(self) -> Chosen:
        """Everything; or some sessions, with what lies beside them and what is of those days."""
        if self._wish.all:
            return EVERYTHING
        beside = self._beside()
        own = {SHEET + sheet.id for sheet in beside.sheets}
        own |= {TOTAL + total.id for total in beside.totals if not total.sheet}
        return Chosen(
            sessions=frozenset(row["id"] for row in self.sessions),
            fact=lambda name: name in own or name.startswith("beside:"),
        )

    def _beside(self) -> Beside:
        if not self._wish.whole_days:
            return Beside()
        totals: Sequence[Any] = totals_in(self._reader, shipped_scales())
        return Beside(
            sheets=[s for s in sheets_of(self._reader) if self._of_day(s.day)],
            totals=[t for t in totals if self._of_day(t.day)],
        )

    def _of_day(self, day: str) -> bool:
        return self._wish.has_day(date.fromisoformat(day))


def _day_of(row: Json) -> date | None:
    began = local_of(row)
    return began.date() if began else None


def some(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same; raises TakeOutError where there is none."""
    first = next(pieces, None)
    if first is None:
        raise TakeOutError("nothing", "none of these sessions has beats: there is nothing to write")
    yield first
    yield from pieces
