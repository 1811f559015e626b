"""The journal's lines as they are kept, a page at a time, so that no reader holds up the writer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from sys import intern
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from biocoach.store.codec import from_text
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.schema import FACTS, entries
from biocoach.types import Entry, Refusal

PAGE = 1000  # rows
TEXT = ("boot_id", "at_s", "wall_utc", "number", "settings_hash", "seq", "body")
ECG = "ecg"  # the kind of such a line

_LIVING = entries.c.body.is_not(None)


def pages(database: Database, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of ``entries`` by seq. No transaction stays open while the caller works on one."""
    after = 0
    while True:
        page = query.where(entries.c.seq > after).order_by(entries.c.seq).limit(PAGE)
        with database.reading() as connection:
            rows = connection.execute(page).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


class Whole:
    """What an export asks of the journal. ``facts``: which of them there are."""

    def __init__(self, database: Database, facts: ColumnElement[bool]) -> None:
        self._database = database
        self._facts = facts

    def lines(self, chosen: Collection[str] | None = None) -> Iterator[Row[Any]]:
        """Entries of these sessions (None: of all) and every wording of the facts, in the
        journal's order, up to what is there now. Erased ones are left out."""
        with self._database.reading() as connection:
            last = connection.execute(select(func.max(entries.c.seq))).scalar() or 0
        told = or_(entries.c.session != FACTS, self._facts)
        query = select(entries).where(_LIVING, entries.c.seq <= last, told)
        if chosen is not None:
            query = query.where(entries.c.session.in_([FACTS, *chosen]))
        yield from pages(self._database, query)

    def length_s(self, session: str) -> float:
        """Up to its last line; 0 without one."""
        query = select(func.max(entries.c.at_s)).where(entries.c.session == session)
        with self._database.reading() as connection:
            return connection.execute(query).scalar() or 0.0

    def last_utc(self, besides: Collection[str] = ()) -> str | None:
        """When the last line was written, as ``iso_utc`` says it, without what was erased and what
        is of these sessions; None where there is none."""
        query = select(entries.c.wall_utc).where(_LIVING, entries.c.session.not_in([*besides]))
        with self._database.reading() as connection:
            return connection.execute(query.order_by(entries.c.seq.desc()).limit(1)).scalar()

    def texts(self, session: str) -> list[list[Any]]:
        return list(self.each_text(session))

    def each_text(self, session: str) -> Iterator[list[Any]]:
        """A session's lines as they are kept, unread, for another process: ``entry_of`` reads one.
        Without the ECG, which says nothing in a fold and would be most of it."""
        query = select(entries).where(
            entries.c.session == session, _LIVING, entries.c.kind != ECG, entries.c.session != FACTS
        )
        for row in pages(self._database, query):
            yield [getattr(row, name) for name in TEXT]

    def latest_facts(self) -> set[int]:
        """The seq of the latest wording of each fact of each person."""
        own = (entries.c.session == FACTS, _LIVING, self._facts)
        query = select(func.max(entries.c.seq)).where(*own)
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(entries.c.person, entries.c.kind)).all()
        return {int(row[0]) for row in rows}

    def settings_of(self, chosen: Collection[str] | None = None) -> list[str]:
        """The hashes of the settings under which these sessions (None: all) were kept."""
        query = select(entries.c.settings_hash).where(_LIVING, entries.c.settings_hash != "")
        if chosen is not None:
            query = query.where(entries.c.session.in_(chosen))
        with self._database.reading() as connection:
            return sorted(row[0] for row in connection.execute(query.distinct()))


def entry_of(text: Sequence[Any]) -> Entry:
    """One of ``Whole.texts``. Raises StoreError for one that this version cannot read."""
    found = dict(zip(TEXT, text, strict=True))
    body = from_text(found.pop("body"))
    if isinstance(body, Refusal):
        raise StoreError(Trouble.NEWER, f"entry {found['seq']}: {body.why}")
    boot_id = intern(found.pop("boot_id"))  # the same in most of a hundred thousand lines
    return Entry(person="", writer="", session="", boot_id=boot_id, body=body, **found)
