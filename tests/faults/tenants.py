"""The promise of a clinic's store: nobody gets a row of somebody whom they have no right to see.

Two clinics live in one real PostgreSQL. Every kind of stranger tries all that can be said in SQL,
as the role that the server signs in as: each attempt is rolled back, and what came of it (rows,
errors, counts of changed rows) is searched for the words that mark the victim's rows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from biocoach.store import StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, audit
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.tenants_saying import DOORS, Told, careless, ran, through
from tests.faults.tenants_strangers import RIGHTFUL, Stranger, strangers_of
from tests.faults.tenants_tries import Connection, Drawing, Objects, Try, objects_of
from tests.faults.tenants_world import MARKS, World, made_world
from tests.postgres import Base, server

_PIECE = 5000
_MARK = re.compile("|".join(f"{mark}[0-9a-z]*" for mark in MARKS.values()))


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
        told = through(self._pooled, stranger, what, self._dice.random() < 0.5)
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
