"""Reading a client's copy: by the same Reader as one's own record, over views of that client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, select, text

from biocoach.store.clinic import audit
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.store.database import Database
from biocoach.store.reader import Reader
from biocoach.store.schema import FACTS, entries, sessions
from biocoach.store.verify import Report, verify
from biocoach.store.whole import pages
from biocoach.syncing.wire import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """``live``: the one that goes on; the others are what it was before a restore. ``heard``: when
    the client's computer last spoke of it."""

    journal: str
    before: str
    at: Position
    made: datetime
    heard: datetime
    live: bool


class Copy:
    """A client's copy as the Reader takes a Database: each reading is a transaction of its own that
    says who asks and by which deed."""

    path: Path | None = None

    def __init__(self, engine: ClinicEngine, member: UUID, deed: UUID, journal: str) -> None:
        self.deed = deed
        self._engine = engine
        self._member = member
        self._journal = journal

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; short, so that no old rows are held for it. Raises StoreError."""
        with self._engine.as_member(
            self._member, deed=self.deed, journal=self._journal, reading=True
        ) as connection:
            yield connection

    def second(self) -> Copy:
        return self

    def close(self) -> None:
        """Connections are the engine's."""


def journals_of(engine: ClinicEngine, member: UUID, client: UUID) -> list[Journal]:
    """The live one first, then those of before, the newest first. Where a session is in several,
    the first has the last word. Nobody's whom this member does not see."""
    query = text(
        "SELECT journal, before, at_seq, at_chain, made, heard FROM clinic.journals "
        "WHERE client = :client ORDER BY made DESC, journal"
    )
    with engine.as_member(member) as connection:
        rows = connection.execute(query, {"client": client}).all()
    past = {row.before for row in rows}
    found = [
        Journal(
            journal=row.journal, before=row.before, made=row.made, heard=row.heard,
            at=Position(seq=row.at_seq, chain=row.at_chain), live=row.journal not in past,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.live)


def open_reader(
    engine: ClinicEngine,
    member: UUID,
    client: UUID,
    journal: str,
    deed: UUID | What = What.OPEN,
) -> Reader:
    """A Reader over that copy. ``deed``: what it is opened for, which is noted first; or one that
    was noted in the last 12 hours, to go on with (``deed_of``). Other threads may use it.

    Raises NotAllowedError: that client is not theirs to see; StoreError.
    """
    found = audit.begin(engine, member, deed, client, journal) if isinstance(deed, What) else deed
    # The Reader asks its database for ``reading`` and ``close`` alone.
    return Reader(cast("Database", Copy(engine, member, found, journal)))


def deed_of(reader: Reader) -> UUID:
    """Under which deed it reads."""
    return cast("Copy", reader._database).deed


def check(reader: Reader) -> Report:
    """Whether a copy's lines are as they were written: the chain of all, and what sessions say.
    (``Reader.verify`` would ask for the salt of facts too, which stays with the client.)"""
    copy = reader._database
    with copy.reading() as connection:
        salts = {
            (row.person, row.session): row.salt for row in connection.execute(select(sessions))
        }
    found = verify(pages(copy, select(entries)), salts)
    with copy.reading() as connection:
        told = select(entries.c.seq).where(entries.c.session == FACTS, entries.c.body.is_not(None))
        facts = {row.seq for row in connection.execute(told)}
    missing = {f"entry {seq}: its session's salt is missing" for seq in facts}
    problems = tuple(one for one in found.problems if one not in missing)
    return Report(entries=found.entries, erased=found.erased, problems=problems)
