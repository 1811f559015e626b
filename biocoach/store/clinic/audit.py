"""Who did what in a clinic: appended only, each deed sealed by the hash of the one before.

The server can append and read; it has no right to change or take one. Rows of a record are shown
only to a transaction that leans on a deed of its own, which was committed before: so there is no
read without a trace, and a rollback takes none away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from biocoach.store.clinic.engine import ClinicEngine

START = ""  # what the first deed's hash continues
PAGE = 1000


class What(StrEnum):
    """What can be done. The first five open one client's record for 12 hours."""

    OPEN = "open"
    READ = "read"
    EXPORT = "export"
    SYNC = "sync"  # the client's own computer brings lines, and the server sums them up
    ERASE = "erase"
    CASELOAD = "caseload"  # a look at the digests of all clients whom one sees
    FOUND = "found"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    REFUSED = "refused"  # somebody tried to sign in by this name, and could not
    INVITE = "invite"
    ACCEPT = "accept"
    JOIN = "join"
    REVOKE = "revoke"
    LEAVE = "leave"
    CONSENT = "consent"
    MEMBER = "member"
    DISABLE = "disable"
    CLIENT = "client"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    SUPERVISE = "supervise"
    UNSUPERVISE = "unsupervise"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``client`` None: it is of no one client. ``detail``: ids and counts, no words of a record."""

    number: int
    deed: UUID
    member: UUID
    what: str
    client: UUID | None
    at: datetime
    detail: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last deed's number and hash. Kept elsewhere, it shows whether the end was taken off."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """So many deeds were looked at; no problems: all is well. ``head``: the last of them."""

    deeds: int
    problems: tuple[str, ...]
    head: Head


def append(
    connection: Connection, what: What, client: UUID | None = None, detail: str = ""
) -> UUID:
    """In the caller's transaction, as its last statement: it holds the clinic's lock until then."""
    query = text("SELECT clinic.deed(:what, CAST(:client AS uuid), :detail)")
    said = {"what": what.value, "client": client, "detail": detail}
    found: UUID = connection.execute(query, said).scalar_one()
    return found


def begin(
    engine: ClinicEngine, member: UUID, what: What, client: UUID | None = None, detail: str = ""
) -> UUID:
    """A deed of its own, committed; what reads or writes then leans on it for 12 hours. Raises
    NotAllowedError: that client is not theirs to see."""
    with engine.as_member(member) as connection:
        return append(connection, what, client, detail)


def standing(engine: ClinicEngine, member: UUID, client: UUID) -> UUID:
    """The newest SYNC deed, where it still carries for an hour; else a new one."""
    query = text("SELECT clinic.standing(CAST(:client AS uuid))")
    with engine.as_member(member) as connection:
        found: UUID | None = connection.execute(query, {"client": client}).scalar()
        return found or append(connection, What.SYNC, client)


def deeds(
    engine: ClinicEngine, member: UUID, *, client: UUID | None = None, after: int = 0
) -> list[Deed]:
    """What this member may know of, the oldest first, a page of those ``after`` a number: an admin
    all, a client what was done to theirs, others what they did."""
    with engine.as_member(member) as connection:
        return _page(connection, after, client)


def head(engine: ClinicEngine, admin: UUID) -> Head:
    """For an admin, to be written down elsewhere. Number 0 for anybody else."""
    with engine.as_member(admin) as connection:
        return _head(connection)


def check(
    engine: ClinicEngine, admin: UUID, known: Head | None = None, *, whole: bool = True
) -> Checked:
    """Walks the chain. ``known``: a head that was written down earlier, and must be in it.
    ``whole`` False: only from that one on, before which all was well then."""
    start = 1 if whole or known is None else max(1, known.number)
    with engine.as_member(admin, reading=True) as connection:
        return checked(_all(connection, start - 1), _head(connection), known, start=start)


def checked(
    found: Iterable[Deed], last: Head, known: Head | None = None, *, start: int = 1
) -> Checked:
    """Pure: whether each deed seals the one before, from ``start`` up to ``last``. A start beyond
    the first is ``known``'s, whose hash is all that is looked at of it."""
    previous, expected, problems = START, start, list[str]()
    for one in found:
        if one.number != expected:
            problems.append(f"deed {expected}: missing")
        if (start == 1 or one.number > start) and sealed(previous, one) != one.hash:
            problems.append(f"deed {one.number}: was changed, or does not follow the one before")
        if known is not None and one.number == known.number and one.hash != known.hash:
            problems.append(f"deed {one.number}: is not the one that was written down")
        previous, expected = one.hash, one.number + 1
    end = Head(number=expected - 1, hash=previous)
    if end != last:
        problems.append(f"deed {last.number}: should be the last, and {end.number} is")
    if known is not None and known.number > end.number:
        problems.append(f"deed {known.number}: was written down, and is missing")
    return Checked(deeds=end.number, problems=tuple(problems[:100]), head=end)


def sealed(previous: str, one: Deed) -> str:
    """As clinic.append makes it."""
    at = one.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    client = None if one.client is None else str(one.client)
    columns = [
        previous,
        one.number,
        str(one.deed),
        str(one.member),
        one.what,
        client,
        at,
        one.detail,
    ]
    return sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest()


def _head(connection: Connection) -> Head:
    row = connection.execute(text("SELECT number, hash FROM clinic.heads")).first()
    return Head(number=row.number, hash=row.hash) if row else Head(number=0, hash=START)


_COLUMNS = "number, deed, member, what, client, at, detail, hash"


def _page(connection: Connection, after: int, client: UUID | None = None) -> list[Deed]:
    whose = "AND client = :client" if client else ""
    query = text(
        f"SELECT {_COLUMNS} FROM clinic.deeds WHERE number > :after {whose} "  # noqa: S608 - constants
        "ORDER BY number LIMIT :most"
    )
    said: dict[str, Any] = {"after": after, "most": PAGE}
    if client:
        said["client"] = client
    return [_deed(row) for row in connection.execute(query, said)]


def _all(connection: Connection, after: int = 0) -> Iterator[Deed]:
    while page := _page(connection, after):
        yield from page
        after = page[-1].number


def _deed(row: Row[Any]) -> Deed:
    return Deed(**row._mapping)
