"""The packet on the page: the dashboard's ``Reports``, made in a thread beside everything else.

What was read of a session is kept while the record is open, so that another look takes no time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from biocoach.cli.in_the_making import GONE, NOT_READY, READY, Making, OneInTheMaking
from biocoach.cli.packet_files import packet_bytes
from biocoach.cli.packet_made import material_of
from biocoach.review.packet.document import packet
from biocoach.review.packet.material import Material, Review, span_of
from biocoach.review.packet.pages import book
from biocoach.review.packet.reading import Readers
from biocoach.review.packet.words import words
from biocoach.settings import Settings
from biocoach.store import Journal, Reader
from dashboard.ports import Outcome

Json = dict[str, Any]
KEPT_MAX = 300  # sessions, some 100 kB each


class ReportDesk:
    """``opened`` and ``closing`` are of the house; the rest is called in threads."""

    def __init__(
        self,
        wall: Callable[[], datetime],
        settings: Settings,
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._wall = wall
        self._settings = settings
        self._one = OneInTheMaking[Json]("packet", new_id)
        self._known: dict[tuple[str, int], Review] = {}

    async def opened(self, journal: Journal, *, simulated: bool) -> None:
        """Raises StoreError."""
        await self._one.opened(journal, simulated=simulated)

    async def closing(self) -> None:
        await self._one.closing()
        self._known.clear()

    def begin(self, since: date | None, until: date | None, talk: str) -> Json:
        now = self._wall().astimezone()
        span = span_of(since, until, now.date())
        if span is None:
            return {"ok": False, "why": "no_days"}

        def make(work: Making[Json], reader: Reader, simulated: bool) -> Json:
            material = material_of(
                reader, span, now, simulated=simulated, talk=talk, settings=self._settings
            )
            with closing(_Known(self._known, reader, material)) as known:
                return packet(replace(material, read=known.read), work.tell)

        return self._one.begin(make)

    def view(self, name: str) -> Json | Outcome:
        work = self._one.named(name)
        if work is None:
            return GONE
        told = work.told()
        if told["state"] == READY and work.made is not None:
            pages = book(work.made, words())
            told |= {key: pages[key] for key in ("first", "disclaimer", "mark")}
            told["sessions"] = len(work.made["sessions"])
        return told

    def drop(self, name: str) -> Outcome:
        return self._one.drop(name)

    def document(self, name: str) -> Json | Outcome:
        work = self._one.named(name)
        if work is None:
            return GONE
        return NOT_READY if work.made is None else work.made

    def file(self, name: str, kind: str) -> bytes | Outcome:
        found = self.document(name)
        return found if isinstance(found, Outcome) else packet_bytes(found, kind)


class _Known:
    """Reviews that were read before, and the rest by children. A closed session changes only by
    what is said of it afterwards, which is a line more."""

    def __init__(
        self, known: dict[tuple[str, int], Review], reader: Reader, material: Material
    ) -> None:
        self._known = known
        self._lines = {row.session: row.entries for row in reader.sessions()}
        names = [s["id"] for s in material.sessions(material.span)]
        new = [name for name in names if self._at(name) not in known]
        self._readers = Readers(reader, material.settings, new, beside=True)

    def read(self, name: str) -> Review | None:
        found = self._known.get(self._at(name)) or self._readers.read(name)
        if found is not None and len(self._known) < KEPT_MAX:
            self._known[self._at(name)] = found
        return found

    def close(self) -> None:
        self._readers.close()

    def _at(self, name: str) -> tuple[str, int]:
        return name, self._lines.get(name, 0)
