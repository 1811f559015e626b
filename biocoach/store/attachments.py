"""Pictures and voices: their bytes in a table of their own, and what the journal tells of them.

The journal keeps a line that one came, with its hash. When one is erased its row is emptied and
that line becomes a tombstone; a new line says only that what came with line so-and-so was taken
back. So what is left tells that there was one, and neither which nor how long it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Update, inspect, select, update

from biocoach.settings import MediaSettings
from biocoach.store.codec import canonical, parse
from biocoach.store.plans import Json
from biocoach.store.schema import FACTS, attachments, entries

FACT = "attachment"  # the name of the journal's lines about them
ADDED, ERASED = "added", "erased"


class NoRoom(StrEnum):
    """Why one more is not kept."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TOO_MUCH = "too_much"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """``id`` is random and says nothing; ``length`` in bytes; ``seq`` is the journal's line."""

    seq: int
    id: str
    person: str
    media_type: str
    length: int


_THERE = attachments.c.id.is_not(None)
_ABOUT = tuple(attachments.c[name] for name in ("seq", "id", "person", "media_type", "length"))


def listed(connection: Connection) -> list[Attachment]:
    """All of them, the oldest first; without their bytes."""
    rows = connection.execute(select(*_ABOUT).where(_THERE).order_by(attachments.c.seq))
    return [Attachment(**row._mapping) for row in rows]


def content_of(connection: Connection, name: str) -> tuple[str, bytes] | None:
    """The media type and the bytes."""
    wanted = select(attachments.c.media_type, attachments.c.content)
    row = connection.execute(wanted.where(attachments.c.id == name)).first()
    return None if row is None else (str(row.media_type), bytes(row.content))


def no_room(connection: Connection, length: int, limits: MediaSettings) -> NoRoom | None:
    """Why ``length`` bytes more have no place; None where they have."""
    known = listed(connection)
    if length > limits.each_max_bytes:
        return NoRoom.TOO_LARGE
    if len(known) >= limits.all_max:
        return NoRoom.TOO_MANY
    total = sum(one.length for one in known)
    return NoRoom.TOO_MUCH if total + length > limits.all_max_bytes else None


def row_of(name: str, person: str, media_type: str, content: bytes, wall_utc: str) -> Json:
    """All but ``seq``."""
    return {
        "id": name,
        "person": person,
        "media_type": media_type,
        "length": len(content),
        "sha256": sha256(content).hexdigest(),
        "wall_utc": wall_utc,
        "content": content,
    }


def told_added(row: Json) -> Json:
    """The journal's line that one came."""
    told = {name: row[name] for name in ("id", "length", "sha256")}
    return {"did": ADDED, "type": row["media_type"], **told}


def told_erased(attachment: Attachment) -> Json:
    """The line that one went: the one that came with line ``of_seq``."""
    return {"did": ERASED, "of_seq": attachment.seq, "type": attachment.media_type}


def chosen(connection: Connection, names: Collection[str]) -> list[Attachment]:
    return [one for one in listed(connection) if one.id in names]


def emptied(whose: ColumnElement[bool]) -> Update:
    """The statement that erases those rows."""
    nothing = dict.fromkeys(("id", "length", "sha256", "content"))
    return update(attachments).where(whose).values(nothing)


def faults(connection: Connection) -> list[str]:
    """What is wrong with them, one line each, by the numbers of the journal's lines."""
    if not inspect(connection).has_table(attachments.name):
        return []  # a backup of before there were any
    kind = f"fact:{FACT}"
    own = select(entries.c.seq, entries.c.body).where(entries.c.session == FACTS)
    rows = connection.execute(own.where(entries.c.kind == kind, entries.c.body.is_not(None)))
    told = {row.seq: row.body for row in rows if _is_added(row.body)}
    found = []
    whole = select(attachments).where(_THERE).order_by(attachments.c.seq)
    for row in connection.execute(whole.execution_options(yield_per=1)):
        if told.pop(row.seq, None) != canonical(told_added(row._asdict())):
            found.append(f"attachment {row.seq}: the journal tells something else of it")
        elif sha256(row.content).hexdigest() != row.sha256:
            found.append(f"attachment {row.seq}: its bytes were changed")
    return found + [f"attachment {seq}: missing" for seq in told]


def _is_added(body: str) -> bool:
    line = parse(body)
    return isinstance(line, dict) and line.get("did") == ADDED
