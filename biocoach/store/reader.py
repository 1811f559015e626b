"""Reading the journal. A page at a time, so that no reader holds up the writer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from sys import intern
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, and_, func, select, true

from biocoach.store import attachments as kept
from biocoach.store.codec import from_text, parse
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.lines import head_of
from biocoach.store.plans import Json
from biocoach.store.schema import (
    BESIDE,
    FACTS,
    entries,
    sessions,
    settings_documents,
    summaries,
    thin_reviews,
)
from biocoach.store.verify import Report, verify
from biocoach.store.whole import Whole, pages
from biocoach.types import Entry, Refusal

EVERY = true()
_FACT_KIND = "fact:"

_ABOUT = (
    sessions.c.started_utc,
    sessions.c.last_utc,
    sessions.c.entries.label("of_session"),
    sessions.c.closed,
)
_SESSIONS = select(sessions).where(sessions.c.session != FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    session: str
    person: str
    started_utc: str
    last_utc: str
    entries: int
    closed: bool


def fact_kind(name: str) -> str:
    return _FACT_KIND + name


def beside_of(session: str) -> str:
    """How the names of those facts begin that lie beside a session: they are erased with it."""
    return f"{BESIDE}{session}:"


class Reader:
    """Everything that can be asked of the journal. ``facts``: which of them there are, for whoever
    may not see all."""

    def __init__(self, database: Database, facts: ColumnElement[bool] = EVERY) -> None:
        self._database = database
        self._facts = facts

    def read(self, session: str) -> Iterator[Entry]:
        """The session's entries in their order; erased ones are left out.

        Raises StoreError for an entry that this version cannot read: leaving it out would
        silently change what the session's replay says.
        """
        query = select(entries).where(
            entries.c.session == session, entries.c.body.is_not(None), entries.c.session != FACTS
        )
        for row in pages(self._database, query):
            yield _entry_of(row)

    def sessions(self) -> list[SessionRow]:
        """All sessions, the oldest first."""
        query = _SESSIONS.order_by(sessions.c.first_seq)
        with self._database.reading() as connection:
            return [_session_of(row) for row in connection.execute(query)]

    def beginnings(self, *, unclosed: bool = False) -> Iterator[tuple[SessionRow, Entry]]:
        """Sessions with their first entries, the oldest first; those that were erased have none.
        ``unclosed``: only those that have no end."""
        query = select(entries, *_ABOUT).join(sessions, sessions.c.first_seq == entries.c.seq)
        query = query.where(entries.c.session != FACTS, entries.c.body.is_not(None))
        for row in pages(self._database, query.where(~sessions.c.closed) if unclosed else query):
            about = SessionRow(
                session=row.session,
                person=row.person,
                started_utc=row.started_utc,
                last_utc=row.last_utc,
                entries=row.of_session,
                closed=row.closed,
            )
            yield about, _entry_of(row)

    def open_session(self) -> str | None:
        """The newest session that began and was not closed: what a start goes on with."""
        query = (
            _SESSIONS.with_only_columns(sessions.c.session)
            .where(sessions.c.begun, ~sessions.c.closed)
            .order_by(sessions.c.first_seq.desc())
            .limit(1)
        )
        return self._word(query)

    def settings(self, settings_hash: str) -> Json | None:
        """The settings document with this hash, or None."""
        table = settings_documents.c
        return self._document(select(table.json).where(table.hash == settings_hash))

    def summary(self, session: str) -> Json | None:
        return self._document(select(summaries.c.json).where(summaries.c.session == session))

    def summaries(self) -> dict[str, Json]:
        """All summaries by session, the oldest session first."""
        query = (
            select(summaries)
            .join(sessions, sessions.c.session == summaries.c.session)
            .order_by(sessions.c.first_seq)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {row.session: kept_json(row.json) for row in rows}

    def thin_review(self, session: str, made_by: str) -> Json | None:
        """What reports tell of a session; None where it was made by another version, or never."""
        table = thin_reviews.c
        return self._document(
            select(table.json).where(table.session == session, table.made_by == made_by)
        )

    def thin_reviews_by(self, made_by: str) -> set[str]:
        """The sessions of which there is one that was made so."""
        query = select(thin_reviews.c.session).where(thin_reviews.c.made_by == made_by)
        with self._database.reading() as connection:
            return {row.session for row in connection.execute(query)}

    def fact(self, name: str, *, person: str = "") -> Json | None:
        """The latest value of a profile fact, or None."""
        return self._document(self._latest_fact(entries.c.body, name, person))

    def every(self, name: str, *, person: str = "") -> list[Json]:
        """All values that a fact has had, the oldest first; erased ones are not there."""
        own = (entries.c.person == person, entries.c.body.is_not(None), self._facts)
        query = select(entries.c.body).where(
            entries.c.session == FACTS, entries.c.kind == fact_kind(name), *own
        )
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(entries.c.seq)).all()
        return [kept_json(row.body) for row in rows]

    def facts(self, prefix: str, *, person: str = "") -> dict[str, Json]:
        """The latest value of each fact whose name begins so, by name, in the order in which
        these were written. Erased ones are not there."""
        query = self._facts_by(prefix, person, entries.c.kind, entries.c.body)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(entries.c.seq)).all()
        latest: dict[str, str] = {}
        for row in rows:
            latest.pop(row.kind, None)
            latest[row.kind] = row.body
        return {kind.removeprefix(_FACT_KIND): kept_json(body) for kind, body in latest.items()}

    def count_facts(self, prefix: str, *, person: str = "") -> int:
        """How many ``facts`` would give."""
        query = self._facts_by(prefix, person, func.count(entries.c.kind.distinct()))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def has_session(self, session: str) -> bool:
        query = _SESSIONS.with_only_columns(sessions.c.session)
        return self._word(query.where(sessions.c.session == session).limit(1)) is not None

    def has_line(self, seq: int, chain_sha256: str) -> bool:
        """Whether the line of this number is this very one, erased since or not."""
        query = select(entries.c.chain_sha256).where(entries.c.seq == seq)
        return seq == 0 or self._word(query) == chain_sha256

    def is_closed(self, session: str) -> bool:
        query = _SESSIONS.with_only_columns(sessions.c.session)
        query = query.where(sessions.c.session == session, sessions.c.closed)
        return self._word(query.limit(1)) is not None

    def sessions_since(self, name: str, *, person: str = "") -> set[str] | None:
        """The sessions whose first line came after the latest fact of this name; None without
        one. By the journal's order, so that a clock that was set says nothing."""
        with self._database.reading() as connection:
            seq = connection.execute(self._latest_fact(entries.c.seq, name, person)).scalar()
            if seq is None:
                return None
            later = _SESSIONS.where(sessions.c.first_seq > seq)
            return {row.session for row in connection.execute(later)}

    @property
    def whole(self) -> Whole:
        """All of it, line by line: for an export."""
        return Whole(self._database, self._facts)

    def attachments(self) -> dict[str, kept.Attachment]:
        """The pictures and voices by id, the oldest first; without their bytes."""
        with self._database.reading() as connection:
            return {one.id: one for one in kept.listed(connection)}

    def attachment(self, name: str) -> tuple[str, bytes] | None:
        """The media type and the bytes, or None."""
        with self._database.reading() as connection:
            return kept.content_of(connection, name)

    def verify(self) -> Report:
        """Walks the whole chain, up to what is there now; and looks at each picture and voice."""
        with self._database.reading() as connection:
            rows = connection.execute(select(sessions))
            salts = {(row.person, row.session): row.salt for row in rows}
            last = connection.execute(select(func.max(entries.c.seq))).scalar() or 0
            faults = kept.faults(connection)
        report = verify(pages(self._database, select(entries).where(entries.c.seq <= last)), salts)
        return replace(report, problems=(*report.problems, *faults))

    def head(self) -> str:
        """The last line's hash, which seals all before it; "" in an empty journal."""
        with self._database.reading() as connection:
            return head_of(connection).chain

    def close(self) -> None:
        self._database.close()

    # ---- inside

    def _word(self, query: Select[Any]) -> str | None:
        with self._database.reading() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def _document(self, query: Select[Any]) -> Json | None:
        text = self._word(query)
        return None if text is None else kept_json(text)

    def _latest_fact(self, column: Column[Any], name: str, person: str) -> Select[Any]:
        return (
            select(column)
            .where(
                entries.c.session == FACTS,
                entries.c.kind == fact_kind(name),
                entries.c.person == person,
                entries.c.body.is_not(None),
                self._facts,
            )
            .order_by(entries.c.seq.desc())
            .limit(1)
        )

    def _facts_by(self, prefix: str, person: str, *columns: Any) -> Select[Any]:
        own = (entries.c.person == person, entries.c.body.is_not(None), self._facts)
        return select(*columns).where(facts_named(prefix), *own)


def facts_named(prefix: str) -> ColumnElement[bool]:
    """A range and not LIKE, for which a small letter is as good as a capital one."""
    begins = fact_kind(prefix)
    return and_(
        entries.c.session == FACTS,
        entries.c.kind >= begins,
        entries.c.kind < begins + "\U0010ffff",
    )


def kept_json(text: str) -> Json:
    """What the journal keeps as text. Raises StoreError: it is damaged."""
    found = parse(text)
    if isinstance(found, Refusal):
        raise StoreError(Trouble.DAMAGED, found.why)
    return found


def _entry_of(row: Row[Any]) -> Entry:
    body = from_text(row.body)
    if isinstance(body, Refusal):
        raise StoreError(Trouble.NEWER, f"entry {row.seq}: {body.why}")
    return Entry(
        # A long session has a hundred thousand entries, and these words are the same in all.
        person=intern(row.person),
        writer=intern(row.writer),
        session=intern(row.session),
        boot_id=intern(row.boot_id),
        at_s=row.at_s,
        wall_utc=row.wall_utc,
        body=body,
        settings_hash=intern(row.settings_hash),
        number=row.number,
        seq=row.seq,
    )


def _session_of(row: Row[Any]) -> SessionRow:
    return SessionRow(
        session=row.session,
        person=row.person,
        started_utc=row.started_utc,
        last_utc=row.last_utc,
        entries=row.entries,
        closed=row.closed,
    )
