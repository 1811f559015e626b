"""Entries and facts on their way to the tables: rows, their seals, the table of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.dialects.sqlite import Insert, insert

from biocoach.store import chain
from biocoach.store.codec import KINDS, to_text
from biocoach.store.schema import entries, sessions
from biocoach.types import Begin, Closed, Entry

Name: TypeAlias = tuple[str, str]  # a session's person and name

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry or a fact before it has its place in the chain."""

    person: str
    writer: str
    session: str
    number: int | None
    boot_id: str
    at_s: float
    wall_utc: str
    settings_hash: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last row's number and hash: what the next one continues."""

    seq: int
    chain: str


def line_of(entry: Entry) -> Line:
    return Line(
        person=entry.person,
        writer=entry.writer,
        session=entry.session,
        number=entry.number,
        boot_id=entry.boot_id,
        at_s=float(entry.at_s),
        wall_utc=entry.wall_utc,
        settings_hash=entry.settings_hash,
        kind=KINDS[type(entry.body)],
        text=to_text(entry.body),
    )


def row_of(head: Head, line: Line, salt: bytes) -> dict[str, Any]:
    """The row that follows ``head``."""
    seq = head.seq + 1
    row: dict[str, Any] = {
        "seq": seq,
        "person": line.person,
        "writer": line.writer,
        "session": line.session,
        "number": line.number,
        "boot_id": line.boot_id,
        "at_s": line.at_s,
        "wall_utc": line.wall_utc,
        "settings_hash": line.settings_hash,
        "body_sha256": chain.body_hash(salt, seq, line.text),
    }
    row["chain_sha256"] = chain.link(head.chain, row)
    return row | {"kind": line.kind, "body": line.text}


def head_of(connection: Connection) -> Head:
    query = select(entries.c.seq, entries.c.chain_sha256).order_by(entries.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return Head(0, chain.START) if row is None else Head(row.seq, row.chain_sha256)


def by_session(lines: Sequence[Line]) -> dict[Name, list[Line]]:
    found: dict[Name, list[Line]] = {}
    for line in lines:
        found.setdefault((line.person, line.session), []).append(line)
    return found


def note_session(connection: Connection, seq: int, name: Name, lines: Sequence[Line]) -> None:
    """Counts the lines into the session's row; a new row gets a salt and starts at ``seq``."""
    kinds = {line.kind for line in lines}
    note = {
        "person": name[0],
        "session": name[1],
        "first_seq": seq,
        "started_utc": lines[0].wall_utc,
        "last_utc": lines[-1].wall_utc,
        "entries": len(lines),
        "begun": KINDS[Begin] in kinds,
        "closed": KINDS[Closed] in kinds,
    }
    connection.execute(_NOTE, note)


def salt_of(connection: Connection, name: Name) -> bytes:
    found = connection.execute(_SALT, {"person": name[0], "session": name[1]}).scalar_one()
    return bytes(found)


def _note() -> Insert:
    new = insert(sessions)
    new = new.values({c.name: bindparam(c.name) for c in sessions.c if c.name != "salt"})
    # SQLite's own generator, seeded by the system: the salt never leaves the file.
    new = new.values(salt=func.randomblob(_SALT_BYTES))
    own, fresh = sessions.c, new.excluded
    return new.on_conflict_do_update(
        set_={
            "last_utc": fresh.last_utc,
            "entries": own.entries + fresh.entries,
            "begun": or_(own.begun, fresh.begun),
            "closed": or_(own.closed, fresh.closed),
        }
    )


_NOTE = _note()
_SALT = select(sessions.c.salt).where(
    sessions.c.person == bindparam("person"), sessions.c.session == bindparam("session")
)
