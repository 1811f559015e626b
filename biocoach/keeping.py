"""Keeps a recording that was not streamed: a file, or what a strap had in its memory.

It becomes a closed session of its own, appended in small batches, so that a live session is
never held up. A batch too few (the program was killed, the disk is full) leaves a session that
began and never closed: nothing shows it or counts it, and ``sweep`` erases it at the next start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from biocoach.clock import Clock, iso_utc, moment_of
from biocoach.recorded import PERSON, Page, Recording, beats_of, rows_of, start_of
from biocoach.review.afterwards import elsewhere_of, why_not
from biocoach.review.incoming import BrokenOffError
from biocoach.review.summing_beside import sum_up_beside
from biocoach.settings import Settings
from biocoach.store import Journal
from biocoach.types import (
    Afterwards,
    Begin,
    Closed,
    Elsewhere,
    Entry,
    Fit,
    NotAfterwards,
    Refusal,
    Where,
)

BATCH = 500  # entries: some tens of milliseconds on the disk
SIMULATED = "nobody's heart (a simulated person): it is kept only beside simulated sessions"
NOT_SIMULATED = (
    "a real recording: it is not kept beside simulated sessions; choose your strap first"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``session``: where it is. ``new`` False: it was there before, and nothing was added.

    ``dated`` False: it does not tell when it began. ``overlaps``: sessions at the same time.
    """

    session: str
    new: bool
    started_utc: str
    length_s: float
    dated: bool
    overlaps: tuple[str, ...] = ()


class StoppedError(Exception):
    """The program ends, or the record is closed: what was written so far is swept later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Called in a thread; StoreError passes through. ``simulated``: of the journal's sessions."""

    journal: Journal
    clock: Clock
    settings: Settings
    writer: str
    fit: Callable[[], Fit | None]
    new_id: Callable[[], str]
    simulated: bool = False

    def keep(
        self,
        recording: Recording,
        where: Where = Where.FILE,
        go_on: Callable[[], bool] = lambda: True,
    ) -> Kept | Refusal:
        """Put a recording into the journal. The same one twice adds nothing.

        ``go_on`` is asked between batches; StoppedError where it says no.
        """
        if recording.simulated is not self.simulated:
            return Refusal(why=SIMULATED if recording.simulated else NOT_SIMULATED)
        started = start_of(recording, self.clock.wall())
        sort = Elsewhere(
            where=where,
            format=recording.kind,
            beats_sha256=beats_of(recording),
            dated=started is not None,
            device=recording.device,
        )
        known = self._known(sort, started)
        if known is not None:
            return known
        try:
            return self._write(recording, sort, started, go_on)
        except BrokenOffError as error:
            return Refusal(why=str(error))

    # ---- known already

    def _known(self, sort: Elsewhere, started: datetime | None) -> Kept | None:
        """The session that is this recording: the same beats, and no other beginning."""
        for row, first in self.journal.beginnings():
            found = elsewhere_of([first])
            if found is None or not row.closed or found.beats_sha256 != sort.beats_sha256:
                continue
            same_start = abs(moment_of(row.started_utc) - started) if started else timedelta()
            if not found.dated or same_start <= timedelta(seconds=1):
                return Kept(
                    session=row.session,
                    new=False,
                    started_utc=row.started_utc,
                    length_s=(self.journal.summary(row.session) or {}).get("length_s", 0.0),
                    dated=found.dated,
                )
        return None

    def _overlaps(self, started: datetime | None, length_s: float) -> tuple[str, ...]:
        """Sessions that are shown, and in whose time this recording lies too."""
        if started is None:
            return ()
        return tuple(
            name
            for name, row in self.journal.summaries().items()
            if _dated(row)
            and moment_of(row["started_utc"]) < started + timedelta(seconds=length_s)
            and started < moment_of(row["started_utc"]) + timedelta(seconds=row["length_s"])
        )

    # ---- written

    def _write(
        self,
        recording: Recording,
        sort: Elsewhere,
        started: datetime | None,
        go_on: Callable[[], bool],
    ) -> Kept:
        overlaps = self._overlaps(started, recording.length_s)
        page, begin = self.opened(sort, started)
        length_s = round(recording.length_s, 3)
        for batch in _batches(page.entries(rows_of(begin, sort, recording.inputs, length_s))):
            if not go_on():
                raise StoppedError
            self.journal.append(batch)
        self.summarise(page.name)
        return Kept(
            session=page.name,
            new=True,
            started_utc=page.wall_utc(0.0),
            length_s=length_s,
            dated=sort.dated,
            overlaps=overlaps,
        )

    def opened(self, sort: Elsewhere, started: datetime | None) -> tuple[Page, Begin]:
        """A new session that is over already: what writes its lines, and its beginning."""
        settings_hash = self.settings.hash()
        self.journal.put_settings(settings_hash, json.loads(self.settings.document()))
        page = Page(
            person=PERSON,
            writer=self.writer,
            boot_id=self.clock.boot_id,
            name=self.new_id(),
            settings_hash=settings_hash,
            started=started,
            now=self.clock.wall(),
        )
        begin = Begin(
            seed=0,
            settings_hash=settings_hash,
            fit=self.fit(),
            simulated=self.simulated,
            source=sort.device or sort.where.value,
            elsewhere=sort,
        )
        return page, begin

    def summarise(self, name: str) -> None:
        sum_up_beside(self.journal, name, self.settings)

    # ---- said afterwards

    def add(self, name: str, said: Afterwards | NotAfterwards) -> tuple[int, str]:
        """Journal what the person says of a recording now: its number, or why not, as a code."""
        entries = list(self.journal.read(name))
        why = why_not(entries, said, self.settings) if entries else "not_there"
        if why:
            return 0, why
        number = max(e.number for e in entries if e.number is not None) + 1
        end = next(e for e in entries if isinstance(e.body, Closed))
        entry = Entry(
            person=end.person,
            writer=self.writer,
            session=name,
            boot_id=self.clock.boot_id,
            at_s=end.at_s,  # a session's time ends with it; what is spoken of is in the body
            wall_utc=iso_utc(self.clock.wall()),
            body=said,
            settings_hash=self.settings.hash(),
            number=number,
        )
        self.journal.append([entry])
        self.summarise(name)
        return number, ""


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def _dated(row: dict[str, object]) -> bool:
    """A session that is shown, and whose time is known."""
    elsewhere = row.get("elsewhere")
    if isinstance(elsewhere, dict):
        return bool(elsewhere["dated"])
    return bool(row.get("planned"))


def sweep(journal: Journal) -> int:
    """Erase what was being brought in when the program ended; how many recordings that were."""
    halves = [
        row.session
        for row, first in journal.beginnings(unclosed=True)
        if elsewhere_of([first]) is not None
    ]
    for name in halves:
        journal.erase_session(name)
    return len(halves)
