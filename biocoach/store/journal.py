"""The journal: the one writer. What ``append`` has returned survives a power cut."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from biocoach.clock import Clock, iso_utc
from biocoach.settings import MEDIA, MediaSettings
from biocoach.store import attachments as kept
from biocoach.store.codec import canonical
from biocoach.store.database import Database
from biocoach.store.erasing import ERASED, Erasing, scrub
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
from biocoach.store.outgoing import Outgoing
from biocoach.store.plans import Json
from biocoach.store.reader import Reader, beside_of, fact_kind, facts_named, kept_json
from biocoach.store.schema import (
    FACTS,
    attachments,
    entries,
    sessions,
    settings_documents,
    summaries,
    thin_reviews,
)
from biocoach.types import Entry

_CHUNK = 1000  # lines
Beside = Callable[[Connection, int], object]  # told the number of the first line


class NotEmptyError(Exception):
    """There are lines in this record already; another one is not mixed into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A line of another record, and what is written ``beside`` it, told its number."""

    line: Line | None = None
    beside: Beside | None = None


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
        self._erasings = 0  # tried in this run

    def reader(self) -> Reader:
        """For other threads: it reads what is committed and never disturbs the writer."""
        return Reader(self._database.second())

    def outgoing(self) -> Outgoing:
        """What a clinic's copy is made of; for other threads, as ``reader``."""
        return Outgoing(self._database.second(), self._database, lambda: self._erasings)

    @property
    def folder(self) -> Path | None:
        """Where it lies; None in memory."""
        path = self._database.path
        return None if path is None else path.parent

    def append(self, new: Sequence[Entry]) -> list[Entry]:
        """One transaction, on the disk before this returns. The entries come back with seq."""
        if not new:
            return []
        last = self._write([line_of(entry) for entry in new])
        first = last - len(new) + 1
        return [replace(entry, seq=first + place) for place, entry in enumerate(new)]

    def put_fact(self, name: str, value: Json, *, person: str = "") -> None:
        """A fact of the profile (fit, contacts, the strap): the latest counts, all are kept."""
        self._write([self._fact(name, value, person)])

    def replace_fact(self, name: str, value: Json, *, person: str = "") -> None:
        """A fact of which only the latest is kept: those before it become tombstones.

        ``value`` should hold something random: a tombstone keeps the hash of what it was, and the
        facts' salt stays. ``scrub_log`` takes them out of the write-ahead log too.
        """

        def erase_earlier(connection: Connection, seq: int) -> None:
            own = (entries.c.session == FACTS, entries.c.kind == fact_kind(name))
            self._empty(connection, *own, entries.c.person == person, entries.c.seq < seq)

        self._write([self._fact(name, value, person)], erase_earlier)

    def erase_fact(self, name: str, *, person: str = "") -> int:
        """Every wording of a fact becomes a tombstone; how many did. What ``replace_fact`` says of
        something random, and of ``scrub_log``, holds here too."""
        own = (entries.c.session == FACTS, entries.c.kind == fact_kind(name))
        with self._lock, self._database.writing() as connection:
            return self._empty(connection, *own, entries.c.person == person)

    def erase_wordings(self, name: str, whose: Callable[[Json], bool], *, person: str = "") -> int:
        """Those wordings of a fact become tombstones; how many did. ``erase_session`` and ``scrub``
        take them out of the log and the file's free pages, too."""
        own = (entries.c.session == FACTS, entries.c.kind == fact_kind(name))
        query = select(entries.c.seq, entries.c.body).where(
            *own, entries.c.person == person, entries.c.body.is_not(None)
        )
        with self._lock, self._database.writing() as connection:
            gone = [row.seq for row in connection.execute(query) if whose(kept_json(row.body))]
            for seq in gone:
                self._empty(connection, entries.c.seq == seq)
        return len(gone)

    def attach(
        self,
        name: str,
        media_type: str,
        content: bytes,
        *,
        person: str = "",
        limits: MediaSettings = MEDIA,
    ) -> kept.NoRoom | None:
        """Keeps a picture or a voice under a random ``name``; or why there is no room for it."""
        row = kept.row_of(name, person, media_type, content, iso_utc(self._clock.wall()))
        with self._lock:
            with self._database.reading() as connection:
                full = kept.no_room(connection, len(content), limits)
            if full is None:
                line = self._fact(kept.FACT, kept.told_added(row), person)
                new = attachments.insert()
                self._write([line], lambda c, seq: c.execute(new.values(row | {"seq": seq})))
        return full

    def detach(self, names: Collection[str]) -> int:
        """Erases these, and what the journal told of them; how many. See ``scrub_log``."""
        with self._lock:
            with self._database.reading() as connection:
                gone = kept.chosen(connection, names)
            lines = [self._fact(kept.FACT, kept.told_erased(one), one.person) for one in gone]
            seqs = [one.seq for one in gone]
            rows = kept.emptied(attachments.c.seq.in_(seqs))

            def erase(connection: Connection, _: int) -> None:
                self._empty(connection, entries.c.seq.in_(seqs))
                connection.execute(rows)

            if gone:
                self._write(lines, erase)
        return len(gone)

    def take_in(self, carried: Iterable[Carried]) -> None:
        """Another record's lines into this one, which is empty; all of them or none.

        Raises NotEmptyError, StoreError, and whatever ``carried`` raises.
        """
        with self._lock:
            try:
                with self._database.writing() as connection:
                    head = head_of(connection)
                    if head.seq:
                        raise NotEmptyError
                    for chunk in _chunks(carried):
                        lines = [one.line for one in chunk if one.line]
                        head = self._write_in(connection, head, lines) if lines else head
                        if chunk[-1].beside:
                            chunk[-1].beside(connection, head.seq)
            finally:
                self._forget()

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

    def put_thin_review(self, session: str, made_by: str, document: Json) -> None:
        """Replaces what reports tell of the session, which can be rebuilt from the journal."""
        row = {"session": session, "made_by": made_by, "json": canonical(document)}
        statement = insert(thin_reviews).values(row)
        newer = statement.on_conflict_do_update(
            set_={key: statement.excluded[key] for key in ("made_by", "json")}
        )
        with self._database.writing() as connection:
            connection.execute(newer)

    def erase_session(self, session: str, *, scrub: bool = True) -> int:
        """Takes the bodies for good and leaves tombstones; how many. What lies beside the session
        goes with it; other facts have their own way. ``scrub`` False: the caller does it after."""
        if session == FACTS:
            return 0
        whose = or_(entries.c.session == session, facts_named(beside_of(session)))
        return self._erase(Erasing(whose=whose, named=sessions.c.session == session), scrub)

    def erase_person(self, person: str, *, scrub: bool = True) -> int:
        """The same for everything of a person: facts of the profile, pictures, voices too."""
        rows = kept.emptied(attachments.c.person == person)
        return self._erase(
            Erasing(
                whose=entries.c.person == person,
                named=sessions.c.person == person,
                beside=(rows,),
            ),
            scrub,
        )

    # ---- inside

    def _empty(self, connection: Connection, *whose: ColumnElement[bool]) -> int:
        """These lines become tombstones; how many. It counts before the commit: whoever asks for
        the count takes the database's lock, and so never has it without what it counts."""
        self._erasings += 1
        gone = update(entries).where(*whose)
        return connection.execute(gone.values(body=None, kind=ERASED)).rowcount

    def _fact(self, name: str, value: Json, person: str) -> Line:
        return Line(
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

    def _write(self, lines: Sequence[Line], beside: Beside = lambda *_: None) -> int:
        """The last line's seq; ``beside`` is done in the same transaction."""
        with self._lock:
            try:
                with self._database.writing() as connection:
                    head = self._head or head_of(connection)
                    beside(connection, head.seq + 1)
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

    def _erase(self, erasing: Erasing, scrub: bool) -> int:
        with self._lock:
            try:
                count = erasing.do(self._database)
            finally:
                self._erasings += 1
                self._forget()
            if scrub:
                self.scrub()
        return count

    def scrub_log(self) -> bool:
        """Takes what was replaced or detached out of the write-ahead log; False while somebody
        reads. In the file itself ``secure_delete`` has overwritten it."""
        return self._database.checkpoint()

    def scrub(self) -> None:
        """Takes what was erased out of the write-ahead log and the file's free pages too. Raises
        StoreError; LOCKED: somebody reads, so that it is to be done again."""
        with self._lock:
            scrub(self._database)

    def _forget(self) -> None:
        self._head = None
        self._salts.clear()


def _chunks(carried: Iterable[Carried]) -> Iterator[list[Carried]]:
    """Only the last of a chunk has something beside it."""
    chunk: list[Carried] = []
    for one in carried:
        chunk.append(one)
        if one.beside or len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
