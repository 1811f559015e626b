"""What a stranger says to the database, and what comes of it: in SQL, alone or on a connection that
somebody used carelessly just before; and by the house's own functions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from biocoach.store import StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, doors
from biocoach.store.clinic.audit import What
from tests.faults.tenants_strangers import Stranger
from tests.faults.tenants_tries import Connection, Try
from tests.faults.tenants_world import MARKS, World


class Told:
    """What came of an attempt."""

    def __init__(self) -> None:
        self.text = ""
        self.changed = 0


def ran(raw: Connection, stranger: Stranger, what: Try, journal: str) -> Told:
    """In one transaction that is rolled back."""
    told = Told()
    with suppress(psycopg.OperationalError), raw.transaction(force_rollback=True):
        says = "SELECT set_config('biocoach.member', %s, true), "
        says += "set_config('biocoach.deed', %s, true), "
        says += "set_config('biocoach.journal', %s, true)"
        raw.execute(says, [stranger.member, stranger.deed, journal])
        for line in what.before:
            _alone(raw, line, told)
        _alone(raw, what.statement, told, copy_in=what.copy_in, counts=what.changes)
    return told


def _alone(
    raw: Connection, line: str, told: Told, *, copy_in: bool = False, counts: bool = False
) -> None:
    try:
        with raw.transaction(), raw.cursor() as cursor:
            if line.startswith("COPY"):
                told.text += _copied(cursor, line, copy_in=copy_in)
                return
            cursor.execute(line.encode())
            if cursor.description:
                told.text += repr(cursor.fetchall())
            if counts and cursor.rowcount > 0 and not line.startswith("SELECT"):
                told.changed += cursor.rowcount
            if line.startswith("DECLARE"):
                cursor.execute("FETCH ALL FROM kept")
                told.text += repr(cursor.fetchall())
    except psycopg.Error as error:
        told.text += f"{error} {error.diag.message_detail} {error.diag.context}"


def _copied(cursor: psycopg.Cursor[tuple[object, ...]], line: str, *, copy_in: bool) -> str:
    with cursor.copy(line.encode()) as copy:
        if copy_in:
            copy.write("\\N\n")
            return ""
        return " ".join(bytes(some).decode(errors="replace") for some in copy)


# ---- a pooled connection, and what was left on it

LEFT = {
    "SET member": "SET biocoach.member = '{therapist}'",
    "SET deed": "SET biocoach.deed = '{opened}'",
    "SET all": "SET biocoach.member = '{therapist}'; SET biocoach.deed = '{opened}'; "
    "SET biocoach.journal = '{journal}'",
    "a prepared statement": "PREPARE kept AS SELECT * FROM clinic.lines",
    "a cursor": "DECLARE kept CURSOR WITH HOLD FOR SELECT * FROM clinic.lines",
    "a search path": "SET search_path = reading, clinic, public",
    "a lock": "SELECT pg_advisory_lock(1)",
    "a temporary table": "CREATE TEMP TABLE mine AS SELECT * FROM clinic.lines",
    "a listener": "LISTEN kept",
}


def careless(engine: ClinicEngine, world: World, dice: random.Random) -> str:
    name = dice.choice(list(LEFT))
    line = LEFT[name]
    for key, value in world.ids.items():
        line = line.replace("{" + key + "}", value)
    line = line.replace("{opened}", str(world.opened))
    with (
        suppress(NotAllowedError, StoreError, SQLAlchemyError),
        engine.as_member(world.elm.therapist, deed=world.opened, journal=world.journal) as one,
    ):
        for part in line.split("; "):
            one.exec_driver_sql(part, execution_options={"no_parameters": True})
    return name


class _RollbackError(Exception):
    pass


@contextmanager
def _as(engine: ClinicEngine, stranger: Stranger, *, plainly: bool) -> Iterator[object]:
    if plainly or len(stranger.member) != 36:
        with engine.as_nobody() as connection:
            yield connection
    else:
        deed = UUID(stranger.deed) if stranger.deed else None
        with engine.as_member(UUID(stranger.member), deed=deed) as connection:
            yield connection


def through(engine: ClinicEngine, stranger: Stranger, what: Try, plainly: bool) -> Told:
    told = Told()
    if what.copy_in or what.statement.startswith(("COPY", "DECLARE")):
        what = Try(statement="SELECT * FROM clinic.lines")
    try:
        with _as(engine, stranger, plainly=plainly) as connection:
            found = connection.exec_driver_sql(  # type: ignore[attr-defined]
                what.statement, execution_options={"no_parameters": True}
            )
            if found.returns_rows:
                told.text = repr(found.all())
            elif what.changes and found.rowcount > 0:
                told.changed = found.rowcount
            raise _RollbackError
    except _RollbackError:
        pass
    except (NotAllowedError, StoreError, SQLAlchemyError) as error:
        told.text = f"{error} {getattr(error, 'orig', '')}"
    return told


# ---- the house's own functions, with somebody else's ids


def _reads(engine: ClinicEngine, member: UUID, world: World, dice: random.Random) -> object:
    from biocoach.store.clinic import records

    kinds: list[What | UUID] = [What.OPEN, What.EXPORT, What.SYNC, What.ERASE]
    deed = dice.choice([*kinds, world.opened, world.synced])
    reader = records.open_reader(engine, member, world.elm.client.client, world.journal, deed)
    return [tuple(row) for row in reader.whole.lines()], reader.facts(""), reader.summaries()


def _digests(engine: ClinicEngine, member: UUID, world: World, dice: random.Random) -> object:
    from biocoach.store.clinic import digests

    return digests.digests_for(engine, member, deed=dice.choice([None, world.caseload]))


def _writes(engine: ClinicEngine, member: UUID, world: World, _dice: random.Random) -> object:
    from biocoach.store.clinic.own import Own

    own = Own(engine, member, world.elm.client.client, world.journal)
    own.put_summary("s1", {"id": "forged"})
    return f"{MARKS['record']} written"


def _erases(engine: ClinicEngine, member: UUID, world: World, _dice: random.Random) -> object:
    from biocoach.store.clinic import own

    return f"{MARKS['record']} {own.erase_all(engine, member, world.elm.client.client)}"


def _tokens(engine: ClinicEngine, _member: UUID, world: World, dice: random.Random) -> object:
    said = dice.choice(
        [world.revoked_token, "", "x", str(world.elm.client.client), world.used_code]
    )
    found = doors.holder(engine, said) or doors.accept(engine, said)
    return f"{MARKS['record']} {found}" if found else ""


DOORS = {
    "open_reader": _reads,
    "digests_for": _digests,
    "put_summary": _writes,
    "erase_all": _erases,
    "a token that is revoked": _tokens,
}
