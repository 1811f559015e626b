"""The journal: the one writer. What ``append`` has returned survives a power cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import RLock

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from biocoach.clock import Clock, iso_utc
from biocoach.store.codec import canonical
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.lines import (
    Head,
    Line,
    Name,
    by_session,
    head_of,
    line_of,
    note_session,
    row_of,
    salt_of,
)
from biocoach.store.plans import Json
from biocoach.store.reader import Reader, fact_kind
from biocoach.store.schema import FACTS, entries, sessions, settings_documents, summaries
from biocoach.types import Entry

_ERASED = "erased"


class Journal(Reader):
    """Appends, and never changes a line except to erase it."""

    def __init__(self, database: Database, *, writer: str, clock: Clock) -> None:
        super().__init__(database)
        self._writer = writer
        self._clock = clock
        # A commit and what is remembered of it belong together.
        self._lock = RLock()
        # Both are read from the file again after any failure.
        self._head: Head | None = None
        self._salts: dict[Name, bytes] = {}

    def reader(self) -> Reader:
        """For other threads: it reads what is committed and never disturbs the writer."""
        return Reader(self._database.second())

    def append(self, new: Sequence[Entry]) -> list[Entry]:
        """One transaction, on the disk before this returns. The entries come back with seq."""
        if not new:
            return []
        last = self._write([line_of(entry) for entry in new])
        first = last - len(new) + 1
        return [replace(entry, seq=first + place) for place, entry in enumerate(new)]

    def put_fact(self, name: str, value: Json, *, person: str = "") -> None:
        """A fact of the profile (fit, contacts, the strap): the latest counts, all are kept."""
        fact = Line(
            person=person,
            writer=self._writer,
            session=FACTS,
            number=None,
            boot_id=self._clock.boot_id,
            at_s=self._clock.now_s(),
            wall_utc=iso_utc(self._clock.wall()),
            settings_hash="",
            kind=fact_kind(name),
            text=canonical(value),
        )
        self._write([fact])

    def put_settings(self, settings_hash: str, document: Json) -> None:
        """Keeps a settings document; the same hash a second time changes nothing."""
        row = {"hash": settings_hash, "json": canonical(document)}
        with self._database.writing() as connection:
            connection.execute(insert(settings_documents).on_conflict_do_nothing(), [row])

    def put_summary(self, session: str, document: Json) -> None:
        """Replaces the session's summary, which can be rebuilt from the journal."""
        statement = insert(summaries).values(session=session, json=canonical(document))
        newer = statement.on_conflict_do_update(set_={"json": statement.excluded.json})
        with self._database.writing() as connection:
            connection.execute(newer)

    def erase_session(self, session: str) -> int:
        """Takes the bodies for good and leaves tombstones; how many. Facts have their own way."""
        if session == FACTS:
            return 0
        return self._erase(entries.c.session == session, sessions.c.session == session)

    def erase_person(self, person: str) -> int:
        """The same for everything of a person, the facts of the profile too."""
        return self._erase(entries.c.person == person, sessions.c.person == person)

    # ---- inside

    def _write(self, lines: Sequence[Line]) -> int:
        """The last line's seq."""
        with self._lock:
            try:
                with self._database.writing() as connection:
                    head = self._head or head_of(connection)
                    head = self._write_in(connection, head, lines)
            except BaseException:
                # Whatever was half done is rolled back; forget what was believed.
                self._forget()
                raise
            self._head = head
            return head.seq

    def _write_in(self, connection: Connection, head: Head, lines: Sequence[Line]) -> Head:
        for name, own in by_session(lines).items():
            note_session(connection, head.seq + 1, name, own)
            if name not in self._salts:
                self._salts[name] = salt_of(connection, name)
        rows = []
        for line in lines:
            row = row_of(head, line, self._salts[line.person, line.session])
            rows.append(row)
            head = Head(row["seq"], row["chain_sha256"])
        connection.execute(entries.insert(), rows)
        return head

    def _erase(self, whose: ColumnElement[bool], named: ColumnElement[bool]) -> int:
        gone = update(entries).where(whose, entries.c.body.is_not(None))
        names = select(sessions.c.session).where(named)
        with self._lock:
            with self._database.writing() as connection:
                count = connection.execute(gone.values(body=None, kind=_ERASED)).rowcount
                connection.execute(delete(summaries).where(summaries.c.session.in_(names)))
                connection.execute(delete(sessions).where(named))
            self._forget()
            self._scrub()
        return count

    def _scrub(self) -> None:
        """Takes what was erased out of the write-ahead log and the file's free pages too."""
        self._checkpoint()
        try:
            self._database.run("VACUUM")
        except StoreError as error:
            # It needs room for a copy. Without it: secure_delete has overwritten the bodies.
            if error.code is not Trouble.DISK_FULL:
                raise
        self._checkpoint()

    def _checkpoint(self) -> None:
        busy = self._database.run("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            raise StoreError(Trouble.LOCKED, "erased, but not yet from the write-ahead log: again")

    def _forget(self) -> None:
        self._head = None
        self._salts.clear()
