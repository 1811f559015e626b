"""The journal as a clinic's copy of it is made: rows in batches, with the bodies that are agreed.

What is noted of it lies in the table ``synced``. A body is noted before it is sent, so that one
that was erased here meanwhile is taken from the clinic too, whatever came in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.sqlite import insert

from biocoach.store.database import Database
from biocoach.store.lines import head_of
from biocoach.store.outgoing_rows import (
    BATCH_LETTERS,
    Items,
    agreed,
    in_room,
    named_by,
    parts,
    salts_of,
    settings_of,
    square,
    value_of_sheets,
)
from biocoach.store.schema import FACTS, entries, synced
from biocoach.syncing.wire import MOST_LINES, MOST_TEXT, Body, Position, Spoken
from biocoach.syncing.wire import Row as Sent

DOUBTED = 20_000  # lines in one transaction: some tens of milliseconds
# It walks all that is noted, and so only when something was erased. An index of the erased would
# be quicker, and would need room on the day on which somebody erases because the disk is full.
_GONE_THERE = (
    select(synced.c.seq)
    .join(entries, entries.c.seq == synced.c.seq)
    .where(entries.c.body.is_(None))
    .limit(MOST_LINES)
)
_GONE = entries.c.body.is_(None).label("gone")
_HERE = entries.c.body.is_not(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that follow a position. ``salts``: hex by session, of those whose bodies are here;
    ``settings``: JSON texts by hash, of those too."""

    rows: tuple[Sent, ...]
    salts: dict[str, str]
    settings: dict[str, str]

    @property
    def end(self) -> Position:
        return Position(seq=self.rows[-1].seq, chain=self.rows[-1].chain_sha256)

    @property
    def told(self) -> list[int]:
        """The rows that have a body here."""
        return [row.seq for row in self.rows if row.body is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Bodies of lines that the clinic has without them. ``more``: there are others after these."""

    bodies: tuple[Body, ...]
    salts: dict[str, str]
    settings: dict[str, str]
    more: bool


class Outgoing:
    """``reading`` is for threads and never disturbs the writer; ``writing`` is the journal's own,
    taken for a note of some milliseconds. ``erasings``: how often this run of the journal, which
    alone writes, has erased something. All of it raises StoreError."""

    def __init__(self, reading: Database, writing: Database, erasings: Callable[[], int]) -> None:
        self._reading = reading
        self._writing = writing
        self._erasings = erasings
        self._looked: int | None = None  # at so many erasings the clinic had nothing to lose

    def close(self) -> None:
        self._reading.close()

    def head(self) -> Position:
        with self._reading.reading() as connection:
            found = head_of(connection)
        return Position(seq=found.seq, chain=found.chain)

    def has_line(self, at: Position) -> bool:
        """Whether the line of this number is this very one, erased since or not."""
        query = select(entries.c.chain_sha256).where(entries.c.seq == at.seq)
        with self._reading.reading() as connection:
            return at == Position() or connection.execute(query).scalar() == at.chain

    def after(self, at: Position, items: Items) -> Batch | None:
        """What follows, as much as one message takes; None: nothing."""
        query = select(entries).where(entries.c.seq > at.seq).order_by(entries.c.seq)
        with self._reading.reading() as connection:
            found = connection.execute(query.limit(MOST_LINES))
            rows = list(in_room(found, items))
            if not rows:
                return None
            hashes = {row.settings_hash for row in rows if row.settings_hash and row.body}
            salts = salts_of(connection, (row.session for row in rows if row.body is not None))
            return Batch(rows=tuple(rows), salts=salts, settings=settings_of(connection, hashes))

    def to_take(self, items: Items, *, whole: bool) -> list[int]:
        """Lines whose bodies the clinic has, or may have, and is to lose: at most a message full.
        ``whole`` False: only those that were erased."""
        with self._writing.reading():  # what is counted is committed
            erasings = self._erasings()
        if not whole and erasings == self._looked:
            return []
        with self._reading.reading() as connection:
            found = [row.seq for row in connection.execute(_GONE_THERE)]
            self._looked = erasings if not found else None
            if whole and len(found) < MOST_LINES:
                found += self._withdrawn(connection, items, MOST_LINES - len(found))
        return found

    def to_give(self, items: Items, upto: int, after: int = 0) -> Given:
        """Bodies up to the line ``upto`` that are agreed and not surely there, beyond ``after``."""
        bodies: list[Body] = []
        letters, more = 0, False
        with self._reading.reading() as connection:
            for row in self._not_there(connection, items, upto, after):
                if not agreed(row, items) or len(row.body) > MOST_TEXT:
                    continue
                letters += len(row.body)
                if len(bodies) == MOST_LINES or (bodies and letters > BATCH_LETTERS):
                    more = True
                    break
                bodies.append(Body(seq=row.seq, kind=row.kind, body=row.body))
            whose, hashes = named_by(connection, [one.seq for one in bodies])
            salts, named = salts_of(connection, whose), settings_of(connection, hashes)
        return Given(bodies=tuple(bodies), salts=salts, settings=named, more=more)

    def spoken(self, items: Items) -> Spoken:
        """What the clinic has of these items, if what is noted of it is true."""
        noted = select(entries.c.seq, entries.c.session, entries.c.kind, value_of_sheets(), _GONE)
        noted = noted.join_from(synced, entries, synced.c.seq == entries.c.seq)
        noted = noted.where(synced.c.sure, entries.c.session == FACTS)
        of_sessions = (
            select(func.count(), func.coalesce(func.sum(square(synced.c.seq)), 0))
            .join_from(synced, entries, synced.c.seq == entries.c.seq)
            .where(synced.c.sure, entries.c.session != FACTS)
        )
        with self._reading.reading() as connection:
            facts = [row.seq for row in connection.execute(noted) if row.gone or agreed(row, items)]
            lines, total = 0, 0
            if "sessions" in items:
                lines, total = connection.execute(of_sessions).one()
        total += sum(square(seq) for seq in facts)
        return Spoken(lines=lines + len(facts), total=total)

    # ---- what is noted

    def note_sent(self, seqs: Sequence[int]) -> None:
        """Before it is said: from now on the clinic may have these bodies."""
        self._note(seqs, sure=False)

    def note_given(self, seqs: Sequence[int]) -> None:
        """The clinic has said that it has these bodies."""
        self._note(seqs, sure=True)

    def note_taken(self, seqs: Sequence[int]) -> None:
        """The clinic has said that it has these bodies no more."""
        with self._writing.writing() as connection:
            for some in parts(seqs):
                connection.execute(delete(synced).where(synced.c.seq.in_(some)))

    def doubt(self) -> None:
        """The clinic may have the body of any line, and none for sure: all is given again, and what
        was erased, or is later, is taken. Bit by bit, so that a session goes on beside it."""
        self._looked = None
        last = self.head().seq
        for first in range(1, last + 1, DOUBTED):
            some = select(entries.c.seq, literal(False)).where(
                entries.c.seq.between(first, first + DOUBTED - 1)
            )
            new = insert(synced).from_select(["seq", "sure"], some)
            with self._writing.writing() as connection:
                connection.execute(new.on_conflict_do_update(set_={"sure": False}))

    def forget(self) -> None:
        """Nothing is known of what a clinic has."""
        with self._writing.writing() as connection:
            connection.execute(delete(synced))

    # ---- inside

    def _note(self, seqs: Sequence[int], *, sure: bool) -> None:
        known = insert(synced).on_conflict_do_update(
            set_={"sure": or_(synced.c.sure, literal(sure))}
        )
        if seqs:
            with self._writing.writing() as connection:
                rows = [{"seq": seq, "sure": sure} for seq in seqs]
                connection.execute(known, rows)

    def _withdrawn(self, connection: Connection, items: Items, most: int) -> list[int]:
        query = select(synced.c.seq, entries.c.session, entries.c.kind, value_of_sheets())
        query = query.join_from(synced, entries, synced.c.seq == entries.c.seq).where(_HERE)
        if "sessions" in items:
            query = query.where(entries.c.session == FACTS)
        found: list[int] = []
        for row in connection.execute(query.order_by(synced.c.seq)):
            if not agreed(row, items):
                found.append(row.seq)
            if len(found) == most:
                break
        return found

    def _not_there(
        self, connection: Connection, items: Items, upto: int, after: int
    ) -> Iterator[Any]:
        there = exists().where(and_(synced.c.seq == entries.c.seq, synced.c.sure))
        query = select(entries.c.seq, entries.c.session, entries.c.kind, entries.c.body)
        query = query.where(entries.c.seq > after, entries.c.seq <= upto, _HERE, ~there)
        if "sessions" not in items:
            query = query.where(entries.c.session == FACTS)
        yield from connection.execute(query.order_by(entries.c.seq))
