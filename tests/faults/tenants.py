"""The promise of a clinic's store: nobody gets a row of somebody whom they have no right to see.

Two clinics live in one real PostgreSQL. Every kind of stranger tries all that can be said in SQL,
as the role that the server signs in as: each attempt is rolled back, and what came of it (rows,
errors, counts of changed rows) is searched for the words that mark the victim's rows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from biocoach.store import StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, audit, doors
from biocoach.store.clinic.audit import What
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.tenants_tries import Connection, Drawing, Objects, Try, objects_of
from tests.faults.tenants_world import MARKS, World, made_world
from tests.postgres import Base, server

_PIECE = 5000
_MARK = re.compile("|".join(f"{mark}[0-9a-z]*" for mark in MARKS.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """``may``: the kinds of marks that are theirs to see all the same; ``deed``: what they name."""

    name: str
    member: str
    deed: str = ""
    may: frozenset[str] = frozenset()


def strangers_of(world: World) -> list[Stranger]:
    """Everybody who has no right to the victim's record, and what they may hold."""
    own, home = world.elm, frozenset({"staff"})
    aliases = home | {"alias", "deed"}
    opened, forged = str(world.opened), str(uuid4())
    member = {
        "no member": "", "a member that is not": forged, "no uuid": "x' OR true --",
        "the client's own id": str(own.client.client),
    }  # fmt: skip
    found = [Stranger(name=n, member=m, deed=d) for n, m in member.items() for d in ("", opened)]
    theirs = {
        "another clinic's therapist": world.oak.therapist,
        "another clinic's admin": world.oak.admin,
        "another clinic's supervisor": world.oak.supervisor,
        "another clinic's client": world.oak.client.practitioner,
    }
    for name, who in theirs.items():
        for deed in ("", opened, forged, str(world.oak_opened), str(world.oak_caseload)):
            found.append(Stranger(name=name, member=str(who), deed=deed))
    for deed in ("", opened, str(world.caseload), str(world.synced)):
        found += [
            Stranger(name="a therapist of nobody", member=str(own.idle), deed=deed, may=home),
            Stranger(name="an admin", member=str(own.admin), deed=deed, may=aliases),
            Stranger(
                name="another client", member=str(own.other.practitioner), deed=deed, may=home,
            ),
            Stranger(name="a disabled therapist", member=str(world.disabled), deed=deed),
        ]  # fmt: skip
    found += [
        Stranger(name="a disabled therapist, own deed", member=str(world.disabled),
                 deed=str(world.disabled_opened)),
        Stranger(name="a therapist of before", member=str(world.former), may=home | {"own"},
                 deed=str(world.former_opened)),
        Stranger(name="a therapist of before, caseload", member=str(world.former),
                 may=home | {"own"}, deed=str(world.former_caseload)),
    ]  # fmt: skip
    known = home | {"alias", "deed", "people", "own"}
    for name, who, deed in (
        ("their therapist without a deed", own.therapist, ""),
        ("their therapist with an old deed", own.therapist, str(world.old)),
        ("their therapist with another's deed", own.therapist, str(world.supervised)),
        ("their therapist with a deed on another", own.therapist, str(world.elsewhere)),
        ("their therapist with no reading deed", own.therapist, str(world.signed_in)),
        ("their supervisor with another's deed", own.supervisor, opened),
        ("themself with another's deed", own.client.practitioner, opened),
    ):
        found.append(Stranger(name=name, member=str(who), deed=deed, may=known))
    return found


class Tries:
    """One piece: a world of its own, and one connection that strangers share."""

    def __init__(self, base: Base, world: World, dice: random.Random) -> None:
        self.world = world
        self._dice = dice
        self._strangers = strangers_of(world)
        self._base = base
        with base.root() as root:
            self.objects: Objects = objects_of(root, world.ids)
        self._drawing = Drawing(dice, self.objects)
        self._raw: Connection = psycopg.connect(base.app, autocommit=True)
        self._pooled = ClinicEngine(base.app, pool=1)
        self.rows = 0

    def close(self) -> None:
        self._raw.close()
        self._pooled.close()

    def one(self) -> str:
        """What was reached, in one line; or nothing."""
        way = self._dice.choices([self._said, self._left_behind, self._door], weights=[16, 3, 1])[0]
        return way()

    # ---- the ways

    def _said(self) -> str:
        """A transaction of the stranger's own."""
        stranger, what = self._dice.choice(self._strangers), self._drawing.one()
        if self._raw.closed:
            self._raw = psycopg.connect(self._base.app, autocommit=True)
        told = ran(self._raw, stranger, what, self.world.journal)
        return self._judged(stranger, what, told, "")

    def _left_behind(self) -> str:
        """On a pooled connection that somebody with every right used just before, carelessly."""
        stranger = self._dice.choice(
            [s for s in self._strangers if not s.name.startswith(RIGHTFUL)]
        )
        left = careless(self._pooled, self.world, self._dice)
        what = self._drawing.one()
        if self._dice.random() < 0.3:
            again = ("EXECUTE kept", "FETCH ALL FROM kept", "TABLE mine")
            what = Try(statement=self._dice.choice(again))
        told = _through(self._pooled, stranger, what, self._dice.random() < 0.5)
        return self._judged(stranger, what, told, f" after {left}")

    def _door(self) -> str:
        """By the house's own functions."""
        some = [s for s in self._strangers if not s.name.startswith(RIGHTFUL)]
        stranger = self._dice.choice(some)
        name = self._dice.choice(list(DOORS))
        told = Told()
        with suppress(NotAllowedError, StoreError, SQLAlchemyError, ValueError):
            member = UUID(stranger.member) if len(stranger.member) == 36 else uuid4()
            told.text = repr(DOORS[name](self._pooled, member, self.world, self._dice))
        return self._judged(stranger, Try(statement=name), told, "")

    def _judged(self, stranger: Stranger, what: Try, told: Told, how: str) -> str:
        kinds = {k for k, mark in MARKS.items() if mark in told.text}
        # Rows that are marked as nobody's but the stranger's own are not looked at further.
        wrong = sorted(kinds - stranger.may)
        if "own" in stranger.may and set(wrong) <= {"deed", "alias", "people"}:
            wrong = []
        if told.changed and not _own_to_change(stranger, what, self.world):
            wrong.append(f"{told.changed} rows changed")
        if not wrong:
            return ""
        self.rows += max(1, len(_MARK.findall(told.text)))
        before = "; ".join(what.before)
        who = f"{stranger.name} (deed {stranger.deed[:8]}){how}"
        return f"{who}: {before}; {what.statement} -> {wrong}"


class Told:
    """What came of an attempt."""

    def __init__(self) -> None:
        self.text = ""
        self.changed = 0


def _own_to_change(stranger: Stranger, what: Try, world: World) -> bool:
    """An admin changes their own clinic's people, and anybody their own computers: these are rows
    of the same clinic, where neither the victim's id nor their computer's is asked for."""
    people_s = ("clinic.members", "clinic.clients", "clinic.assignments", "clinic.supervision",
                "clinic.devices", "clinic.invitations")  # fmt: skip
    may = "admin" in stranger.name and "another clinic" not in stranger.name
    tables: tuple[str, ...] = people_s if may else ()
    if "themself" in stranger.name:
        tables = ("clinic.devices", "clinic.credentials")
    elif stranger.name == "another client" and not any(
        world.ids[key] in what.statement for key in ("client", "device")
    ):
        tables = ("clinic.devices",)
    return any(f" {table} " in f"{what.statement} " for table in tables)


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


def _through(engine: ClinicEngine, stranger: Stranger, what: Try, plainly: bool) -> Told:
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
# Rightful for some of those who are strangers to the record without a deed: they could make one.
RIGHTFUL = ("their ", "themself")


def _piece(piece: Piece) -> Outcome:
    name, count = piece
    outcome = Outcome(counts={"attempts": count, "rows got": 0})
    base = server().base()
    try:
        world = made_world(base)
        before = state_of(base, world)
        tries = Tries(base, world, random.Random(name))
        try:
            for number in range(count):
                if why := tries.one():
                    outcome.failures.append(f"{name}/{number}: {why}")
        finally:
            tries.close()
        outcome.counts["rows got"] = tries.rows
        outcome.failures += [f"{name}: {why}" for why in changed(base, world, before)]
    finally:
        server().drop(base)
    return outcome


def state_of(base: Base, world: World) -> Mapping[str, str]:
    """A hash of each table of records, whole; and what the audit says of itself."""
    tables = ("lines", "sessions", "summaries", "thin_reviews", "settings_documents", "digests",
              "journals", "agreed", "credentials", "clients", "members")  # fmt: skip
    hashed = "SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM clinic."
    with base.root() as root:
        found = {
            name: str(root.execute(f"{hashed}{name} r".encode()).fetchall()) for name in tables
        }
    engine = ClinicEngine(base.app)
    try:
        return found | {"audit": str(audit.check(engine, world.elm.admin).problems)}
    finally:
        engine.close()


def changed(base: Base, world: World, before: Mapping[str, str]) -> list[str]:
    """What is other than it was, after all that was tried."""
    after = state_of(base, world)
    return [f"{name} was changed" for name in before if before[name] != after[name]]


def run(order: Order) -> Outcome:
    server()  # one, for all processes
    return in_pieces(order, "tenants", _PIECE, _piece)


CAMPAIGN = Campaign(
    promise="nobody gets a row of somebody whom they have no right to see",
    count=100_000,
    run=run,
)
