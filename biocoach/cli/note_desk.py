"""The open record, for what is written into forms: one change at a time, and never under closing.

A fact of it has one writer. Only its latest wording is kept, the log is emptied of those before,
and each wording has a random ``rev``: by it two windows don't overwrite each other, and with it
gone nobody can guess an erased wording from its hash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar
from uuid import uuid4

from biocoach.cli.facts import LOCKED, NOT_WRITTEN
from biocoach.cli.in_thread import to_its_end
from biocoach.profile import fit_of
from biocoach.store import Journal, Reader, StoreError, Trouble
from biocoach.store.days import erasing_from
from biocoach.types import Fit
from dashboard.ports import Outcome

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecord:
    """What may be done while it is open. Each raises StoreError. ``journal`` None: it is only read,
    as a clinic's copy is."""

    journal: Journal | None
    reader: Reader
    simulated: bool

    @property
    def writing(self) -> Journal:
        """Raises StoreError where it is only read."""
        if self.journal is None:
            raise StoreError(Trouble.READ_ONLY)
        return self.journal

    def fit(self) -> Fit:
        """The first-run answers; without them nothing is closed that is open to a grown-up."""
        return fit_of(self.reader.fact("fit")) or Fit()

    def put(self, name: str, value: Json) -> None:
        self.writing.replace_fact(name, value)
        self._scrub()

    def erase(self, name: str) -> None:
        """For good: after the next session, or start, no backup has it either."""
        erasing_from(self.writing.folder)
        self.writing.erase_fact(name)
        self._scrub()

    def _scrub(self) -> None:
        with suppress(StoreError):  # somebody reads: at the next change, or at closing
            self.writing.scrub_log()


class NoteDesk:
    """``opened`` and ``closing`` are of the house; the rest is called in threads."""

    def __init__(self, new_id: Callable[[], str] = lambda: uuid4().hex) -> None:
        self.new_id = new_id
        self._lock = RLock()
        self._record: OpenRecord | None = None

    async def opened(self, journal: Journal, *, simulated: bool) -> None:
        """Raises StoreError."""
        await to_its_end(lambda: self._open(journal, simulated))

    def reads(self, reader: Reader) -> None:
        """A record of which nothing can be changed here."""
        with self._lock:
            self._record = OpenRecord(journal=None, reader=reader, simulated=False)

    async def closing(self) -> None:
        await asyncio.to_thread(self._close)

    def do(self, work: Callable[[OpenRecord], T]) -> T | Outcome:
        """The whole of a piece of work, or why it was not done."""
        with self._lock:
            if self._record is None:
                return LOCKED
            try:
                return work(self._record)
            except StoreError:
                return NOT_WRITTEN

    def _open(self, journal: Journal, simulated: bool) -> None:
        with self._lock:
            self._record = OpenRecord(journal=journal, reader=journal.reader(), simulated=simulated)

    def _close(self) -> None:
        with self._lock:
            record, self._record = self._record, None
            if record is not None:
                record.reader.close()


def changed(rev: str, known: Json | None) -> Outcome | None:
    """Why nothing may be written over ``known`` by somebody who saw ``rev``."""
    if known is None:
        return Outcome(why="not_there")
    return Outcome(why="changed") if known.get("rev") != rev else None


def answer(found: Json | Outcome) -> Json:
    """As the page is told: ``ok``, or ``why``."""
    return {"ok": False, "why": found.why} if isinstance(found, Outcome) else found
