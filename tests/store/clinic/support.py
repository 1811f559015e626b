"""What the clinic's tests share: a clinic with people, and a computer that sends its record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from biocoach.store import Journal
from biocoach.store.clinic import ClinicEngine, doors, people, ties
from biocoach.store.clinic.doors import Holder
from biocoach.store.clinic.owning import found_clinic
from biocoach.store.clinic.people import Invited, Role
from biocoach.store.clinic.receiving import Receiving
from biocoach.store.codec import parse
from biocoach.store.schema import HEAD, entries, sessions, settings_documents
from biocoach.syncing.items import ITEMS, item_of
from biocoach.syncing.wire import (
    Bodies,
    Body,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Lines,
    Position,
    Refused,
    Row,
)
from tests.postgres import Base

AGREED_UTC = "2026-01-31T09:00:00Z"
JOURNAL = "journal-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    client: UUID
    practitioner: UUID
    holder: Holder


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """An admin, a therapist with one client, one without, a supervisor of the first."""

    engine: ClinicEngine
    admin: UUID
    therapist: UUID
    idle: UUID
    supervisor: UUID
    client: Client
    other: Client  # of nobody


def made(base: Base, engine: ClinicEngine, name: str) -> Clinic:
    admin, secret = found_clinic(base.owner, name, f"{name} admin")
    assert doors.accept(engine, secret.shown) == admin

    def member(what: str, *roles: Role) -> UUID:
        found = people.add_member(engine, admin, f"{name} {what}", roles)
        assert isinstance(found, UUID)
        return found

    therapist, idle = member("therapist", Role.THERAPIST), member("idle", Role.THERAPIST)
    supervisor = member("supervisor", Role.SUPERVISOR)
    client = joined(engine, admin, f"{name} client")
    other = joined(engine, admin, f"{name} other")
    ties.assign(engine, admin, client.client, therapist)
    ties.supervise(engine, admin, supervisor, therapist)
    return Clinic(
        engine=engine, admin=admin, therapist=therapist, idle=idle, supervisor=supervisor,
        client=client, other=other,
    )  # fmt: skip


def joined(engine: ClinicEngine, admin: UUID, alias: str) -> Client:
    found = people.add_client(engine, admin, alias)
    assert isinstance(found, people.Client)
    return Client(
        client=found.client,
        practitioner=found.practitioner,
        holder=device(engine, admin, found.practitioner),
    )


def device(engine: ClinicEngine, admin: UUID, practitioner: UUID) -> Holder:
    code = people.invite(engine, admin, practitioner, Invited.DEVICE)
    answer = doors.join(engine, Join(speaks=1, code=code.shown, device="laptop"))
    assert isinstance(answer, Joined)
    holder = doors.holder(engine, answer.token)
    assert holder is not None
    return holder


def hello(
    items: Sequence[str] = ITEMS,
    journal: str = JOURNAL,
    before: str = "",
    speaks: int = 1,
    utc: str = AGREED_UTC,
) -> Hello:
    return Hello(
        speaks=speaks, journal=journal, schema=HEAD, items=tuple(items), agreed_utc=utc,
        before=before,
    )  # fmt: skip


def rows_of(journal: Journal, items: Collection[str] = ITEMS) -> list[Row]:
    """All lines as they are sent; what is of no agreed item says nothing."""
    with journal._database.reading() as connection:
        found = connection.execute(select(entries).order_by(entries.c.seq)).all()
    rows = []
    for line in found:
        said = line._asdict()
        value = None if line.session or line.body is None else parse(line.body)
        if line.body is None or item_of(line.session, line.kind, value) not in items:
            said |= {"kind": None, "body": None}
        rows.append(Row(**said))
    return rows


def salts_of(journal: Journal, rows: Sequence[Row]) -> dict[str, str]:
    spoken = {row.session for row in rows if row.session and row.body is not None}
    with journal._database.reading() as connection:
        found = connection.execute(select(sessions)).all()
    return {row.session: row.salt.hex() for row in found if row.session in spoken}


def settings_of(journal: Journal, rows: Sequence[Row]) -> dict[str, str]:
    named = {row.settings_hash for row in rows if row.body is not None}
    with journal._database.reading() as connection:
        found = connection.execute(select(settings_documents)).all()
    return {row.hash: row.json for row in found if row.hash in named}


def batches(
    journal: Journal, rows: Sequence[Row], name: str = JOURNAL, size: int = 2000
) -> Iterator[Lines]:
    at = Position()
    for place in range(0, len(rows), size):
        some = tuple(rows[place : place + size])
        yield Lines(
            journal=name, after=at, rows=some, salts=salts_of(journal, some),
            settings=settings_of(journal, some),
        )  # fmt: skip
        at = Position(seq=some[-1].seq, chain=some[-1].chain_sha256)


def sent(
    engine: ClinicEngine,
    client: Client,
    journal: Journal,
    items: Sequence[str] = ITEMS,
    name: str = JOURNAL,
    before: str = "",
) -> Receiving:
    """A whole record goes to the clinic."""
    receiving = Receiving(engine, client.holder)
    assert isinstance(receiving.hello(hello(items, name, before)), Held)
    for lines in batches(journal, rows_of(journal, items), name):
        answer = receiving.lines(lines)
        assert isinstance(answer, Held), answer
    return receiving


def give(journal: Journal, rows: Sequence[Row], name: str = JOURNAL) -> Bodies:
    some = [row for row in rows if row.kind is not None and row.body is not None]
    bodies = tuple(Body(seq=r.seq, kind=r.kind or "", body=r.body or "") for r in some)
    return Bodies(
        journal=name,
        give=bodies,
        salts=salts_of(journal, some),
        settings=settings_of(journal, some),
    )


def why(answer: Held | Done | Refused) -> str:
    return answer.why if isinstance(answer, Refused) else ""
