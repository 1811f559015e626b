"""Whoever has no business at a clinic's server, at every route of it: nothing is told, or changed.

The routes are those that the app itself lists, so that a new one is tried the day it is made; who
may is written in one table (``rules``). Everybody knocks with somebody else's ids and with ids that
nobody has, and hears the same. Then each knock that would be let in is spoilt in one way after the
other; then whoever may says what makes no sense. Directly, and a share over TLS.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from biocoach.store.clinic import doors, people
from biocoach.store.clinic.people import Role
from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.clinic.actors import Actor, Ids, everybody
from tests.faults.clinic.knocking import Route, gives_away, knock_of, routes_of
from tests.faults.clinic.rows import NOBODY_MAY, Row, Rows
from tests.faults.clinic.rules import EVERYBODY, RULES, rule_of
from tests.faults.clinic.served import Served, served
from tests.faults.doors import CANARY
from tests.faults.knocks import SOCKET_OPENED, Answer, Wire, put_directly
from tests.faults.tenants import changed, state_of
from tests.postgres import server

A_BATCH = 400
DIRECTLY = "directly"


def run(order: Order) -> Outcome:
    return tried(order, who=1.0, share=1.0, wire=0.2)


def tried(order: Order, *, who: float, share: float, wire: float) -> Outcome:
    """``who``: of everybody so many at each route; ``share``: so much of the tables of what is
    spoilt or odd; ``wire``: so much of what is put to the app over TLS too."""
    base = server().base()
    try:
        with tempfile.TemporaryDirectory() as folder, served(base, Path(folder)) as it:
            trial = Trial(it, order.seed, who=who, share=share, wire=wire)
            trial.all_of_it(order.count)
            return trial.outcome
    finally:
        server().drop(base)


class Trial:
    """Of one server; ``outcome`` fills."""

    def __init__(
        self, it: Served, seed: int, *, who: float = 1.0, share: float = 1.0, wire: float = 0.0
    ) -> None:
        self._it, self._wire = it, wire
        self._dice = random.Random(f"clinic/{seed}")
        self._before = Answer(0)
        routes, actors = routes_of(it), everybody(it)
        self.outcome = Outcome({"routes": len(routes)})
        self.rows = Rows(
            way=it.way, routes=routes, actors=actors, dice=self._dice, who=who, share=share
        )

    def all_of_it(self, count: int) -> None:
        rows, it = self.rows, self._it
        self.unwritten()
        before = state_of(it.base, it.world)
        for some in (
            rows.strangers(),
            rows.opened(),
            rows.spoilt(),
            rows.trails(),
            rows.drawn(count),
        ):
            self.judge(some)
        self.outcome.failures += changed(it.base, it.world, before)
        erasing = [route for route in rows.routes if route.path.endswith("/erase")]
        self.friends([route for route in rows.routes if route not in erasing])
        self.judge(rows.odd())
        self.friends(erasing)

    def judge(self, rows: Iterable[Row]) -> None:
        coming = iter(rows)
        with Wire(self._it.way) as wire:
            while some := list(islice(coming, A_BATCH)):
                direct = put_directly(self._it.way.app, [row.knock for row in some])
                self._look(DIRECTLY, some, direct)
                over = [replace(row, like=False) for row in some if self._goes_over(row)]
                self._look("over TLS", over, [wire.put(row.knock) for row in over])

    def _goes_over(self, row: Row) -> bool:
        return row.table != "let in" and self._dice.random() < self._wire

    def _look(self, how: str, rows: Sequence[Row], answers: Sequence[Answer]) -> None:
        for row, found in zip(rows, answers, strict=True):
            if why := _wrong(row, found, self._before):
                who = f"{row.table} {how}, {row.actor.name}"
                self.outcome.failures.append(f"{who}: {why} to {row.knock.told}")
            self._before = found if how == DIRECTLY else self._before
        self.outcome.add(Outcome(dict(Counter(f"{row.table} {how}" for row in rows))))

    def unwritten(self) -> None:
        """The table and the app say of the same routes."""
        there = {(one.method, one.path) for one in self.rows.routes}
        for method, path in there:
            if rule_of(method, path) is None:
                self.outcome.failures.append(f"nobody says who may {method} {path}")
        for method, path in RULES.keys() - there:
            self.outcome.failures.append(f"{method} {path} is in the table, and not in the app")

    def friends(self, routes: Iterable[Route]) -> None:
        """Who may is let in, so that a refusal tells something."""
        for route in routes:
            rule = rule_of(route.method, route.path) or NOBODY_MAY
            for name in sorted(rule.may - EVERYBODY):
                actor, ids = self._fresh(rule.fresh, self.rows.actors[name])
                knock = knock_of(self._it.way, actor, route, ids)
                self.judge([Row(table="let in", actor=actor, knock=knock, answers=rule.fine)])

    def _fresh(self, what: str, actor: Actor) -> tuple[Actor, Ids]:
        """What is used up by each who may, made for this one."""
        it, home = self._it, self._it.world.elm
        if what == "sitting" and actor.member is not None:
            return replace(actor, shows=it.cookie(actor.member)), actor.own
        if what == "token":
            shown = f"Bearer {it.joins(home, home.client.practitioner)}"
            return replace(actor, shows=(("Authorization", shown),)), actor.own
        if what == "member":
            found = people.add_member(it.engine, home.admin, "Nora", [Role.THERAPIST])
            return actor, {**actor.own, "member": str(found)}
        if what == "device":
            holder = doors.holder(it.engine, it.joins(home, home.client.practitioner))
            assert holder is not None
            return actor, {**actor.own, "device": str(holder.device)}
        return actor, actor.own


def _wrong(row: Row, found: Answer, before: Answer) -> str:
    # The server says 403 to each socket that is refused, whatever for.
    if found.status not in row.answers and (row.knock.method, found.status) != ("WS", 403):
        return f"{found.status} {found.body[:120]!r}"
    if row.like and found != before:
        return f"{found.status} {found.body[:80]!r} and not {before.status} {before.body[:80]!r}"
    if CANARY.encode() in found.body or b"root:x:" in found.body:
        return "a file from outside"
    told = gives_away(found.body, row.actor) if found.status != SOCKET_OPENED else ""
    return f"it tells {told}" if told else ""


CAMPAIGN = Campaign(
    promise="a clinic's server tells and changes nothing for whoever has no right to it",
    count=20_000,
    run=run,
)
