"""The packet on the page: the dashboard's ``Reports``, made in a thread beside everything else.

It reads by a reader of its own, holds up nobody who writes, and ends before the record closes. What
was read of a session is kept while the record is open, so that another look takes no time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from biocoach.cli.facts import LOCKED
from biocoach.cli.in_thread import to_its_end
from biocoach.cli.packet_files import packet_bytes
from biocoach.cli.packet_made import material_of
from biocoach.review.packet.document import packet
from biocoach.review.packet.material import Material, Review, Span, span_of
from biocoach.review.packet.pages import book
from biocoach.review.packet.reading import Readers
from biocoach.review.packet.words import words
from biocoach.settings import Settings
from biocoach.store import Journal, Reader, StoreError
from dashboard.ports import Outcome

Json = dict[str, Any]
GONE, NOT_READY = Outcome(why="not_there"), Outcome(why="not_ready")
WORKING, READY, FAILED = "working", "ready", "failed"
KEPT_MAX = 300  # sessions, some 100 kB each


class _DroppedError(Exception):
    """Nobody wants it any more."""


@dataclass(slots=True, kw_only=True)
class _Work:
    """One packet under way, or made."""

    id: str
    span: Span
    talk: str
    state: str = WORKING
    done: int = 0
    of: int = 0
    document: Json | None = None
    dropped: Event = field(default_factory=Event)
    thread: Thread | None = None

    def tell(self, done: int, of: int) -> None:
        if self.dropped.is_set():
            raise _DroppedError
        self.done, self.of = done, of


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
        self._new_id = new_id
        self._lock = Lock()
        self._reader: Reader | None = None
        self._simulated = False
        self._work: _Work | None = None
        self._known: dict[tuple[str, int], Review] = {}

    async def opened(self, journal: Journal, *, simulated: bool) -> None:
        """Raises StoreError."""
        await to_its_end(lambda: self._open(journal, simulated))

    async def closing(self) -> None:
        await to_its_end(self._close)

    def begin(self, since: date | None, until: date | None, talk: str) -> Json:
        now = self._wall().astimezone()
        span = span_of(since, until, now.date())
        if span is None:
            return {"ok": False, "why": "no_days"}
        with self._lock:
            if self._reader is None:
                return {"ok": False, "why": LOCKED.why}
            self._end()
            work = _Work(id=self._new_id(), span=span, talk=talk)
            args = (work, self._reader, now, self._simulated)
            work.thread = Thread(target=self._make, args=args, name="packet")
            self._work = work
            work.thread.start()
            return {"ok": True, "id": work.id}

    def view(self, name: str) -> Json | Outcome:
        work = self._of(name)
        if work is None:
            return GONE
        told: Json = {"state": work.state, "done": work.done, "of": work.of}
        if work.state == READY and work.document is not None:
            pages = book(work.document, words())
            told |= {key: pages[key] for key in ("first", "disclaimer", "mark")}
            told["sessions"] = len(work.document["sessions"])
        return told

    def drop(self, name: str) -> Outcome:
        with self._lock:
            if self._work is None or self._work.id != name:
                return GONE
            self._end()
            return Outcome()

    def file(self, name: str, kind: str) -> bytes | Outcome:
        work = self._of(name)
        if work is None:
            return GONE
        return NOT_READY if work.document is None else packet_bytes(work.document, kind)

    # ---- inside

    def _of(self, name: str) -> _Work | None:
        work = self._work
        return work if work is not None and work.id == name else None

    def _open(self, journal: Journal, simulated: bool) -> None:
        with self._lock:
            self._reader, self._simulated = journal.reader(), simulated

    def _close(self) -> None:
        with self._lock:
            self._end()
            self._known.clear()
            reader, self._reader = self._reader, None
            if reader is not None:
                reader.close()

    def _end(self) -> None:
        """What is under way ends after the session that it reads."""
        work, self._work = self._work, None
        if work is not None and work.thread is not None:
            work.dropped.set()
            work.thread.join()

    def _make(self, work: _Work, reader: Reader, now: datetime, simulated: bool) -> None:
        try:
            material = material_of(
                reader, work.span, now, simulated=simulated, talk=work.talk,
                settings=self._settings,
            )  # fmt: skip
            with closing(_Known(self._known, reader, material)) as known:
                work.document = packet(replace(material, read=known.read), work.tell)
            work.state = READY
        except _DroppedError:
            return
        except StoreError:
            work.state = FAILED
        finally:
            if work.state == WORKING:  # a bug, which the terminal tells
                work.state = FAILED


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
