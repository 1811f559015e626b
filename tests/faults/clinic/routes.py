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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from biocoach.store.clinic import doors, people
from biocoach.store.clinic.people import Role
from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.clinic import spoiling
from tests.faults.clinic.knocking import (
    Route,
    gives_away,
    knock_of,
    names_in,
    routes_of,
)
from tests.faults.clinic.rules import (
    EVERYBODY,
    ODD,
    RECORD,
    RULES,
    Answers,
    Rule,
    may,
    refusals,
    rule_of,
)
from tests.faults.clinic.served import (
    ADMIN,
    IDLE,
    THEIR_COMPUTER,
    THEMSELF,
    THERAPIST,
    Actor,
    Ids,
    Served,
    made_up,
    served,
)
from tests.faults.doors import CANARY
from tests.faults.knocks import SOCKET_OPENED, Answer, Knock, Wire, put_directly
from tests.faults.tenants import changed, state_of
from tests.faults.trails import TOO_MUCH, WAYS_OUT
from tests.postgres import Base, server

A_BATCH = 400
# Whose place in somebody's path or body another can take, one at a time.
_UUIDS = ("client", "member", "supervisor", "device")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``like``: must be answered as the row before it was."""

    table: str
    actor: Actor
    knock: Knock
    answers: Answers
    like: bool = False


def run(order: Order) -> Outcome:
    return tried(order, who=1.0, share=1.0, wire=0.2)


def tried(order: Order, *, who: float, share: float, wire: float) -> Outcome:
    """``who``: of everybody so many at each route; ``share``: of the tables of what is spoilt or
    odd, so much; ``wire``: of what is put to the app, so much over TLS too."""
    base = server().base()
    try:
        with tempfile.TemporaryDirectory() as folder, served(base, Path(folder)) as it:
            trial = Trial(it, order, who=who, share=share, wire=wire)
            trial.all_of_it(base, order.count)
            return trial.outcome
    finally:
        server().drop(base)


class Trial:
    def __init__(
        self, it: Served, order: Order, *, who: float = 1.0, share: float = 1.0, wire: float = 0.0
    ) -> None:
        self._it, self._who, self._share, self._wire = it, who, share, wire
        self._dice = random.Random(f"clinic/{order.seed}")
        self.routes = routes_of(it)
        self.outcome = Outcome({"routes": len(self.routes)})

    def all_of_it(self, base: Base, count: int) -> None:
        self.unwritten()
        before = state_of(base, self._it.world)
        for rows in (self.strangers(), self._some(self.spoilt()), self.trails(), self.drawn(count)):
            self.judge(rows)
        self.outcome.failures += changed(base, self._it.world, before)
        erasing = [route for route in self.routes if route.path.endswith("/erase")]
        self.friends([route for route in self.routes if route not in erasing])
        for rows in (self._some(self.odd()), self.too_much()):
            self.judge(rows)
        self.friends(erasing)

    # ---- the rows

    def strangers(self) -> Iterator[Row]:
        """Everybody at every route: with what is theirs, with another's ids, with nobody's."""
        for route in self.routes:
            for actor in self._it.actors.values():
                if self._dice.random() < self._who:
                    yield from self._as(actor, route)

    def _as(self, actor: Actor, route: Route) -> Iterator[Row]:
        rule = rule_of(route.method, route.path) or Rule(may=frozenset())
        allowed, refused = may(actor, rule, route.path), refusals(actor, route.method, route.path)
        nobody_s, named = made_up(), names_in(route)

        def row(ids: dict[str, str], answers: Answers, *, like: bool = False) -> Row:
            knock = knock_of(self._it.way, actor, route, ids)
            return Row(
                table="strangers", actor=actor, knock=knock, answers=answers, like=like
            )  # fmt: skip

        if allowed and (rule.same or not route.changing):
            yield row(dict(actor.own), rule.fine)  # what it tells is looked at
        if allowed and rule.same:
            yield row(nobody_s, rule.fine, like=True)
        if not allowed:
            yield row(dict(actor.own), refused)
        if rule.same or not named or (allowed and route.of_computers):
            return
        yield row(dict(actor.others), refused)
        yield row(nobody_s, refused, like=True)
        for name in (one for one in named if one in _UUIDS):
            yield row({**actor.own, name: actor.others[name]}, refused)
            yield row({**actor.own, name: nobody_s[name]}, refused, like=True)

    def spoilt(self) -> Iterator[Row]:
        known: dict[str, set[str]] = {}
        for route in self.routes:
            known.setdefault(route.path, set()).add(route.method)
        for route in self.routes:
            actor = self._who_may(route)
            knock = knock_of(self._it.way, actor, route, actor.own)
            of = spoiling.of_computers if route.of_computers else spoiling.of_browsers
            others = spoiling.other_methods(knock, frozenset(known[route.path] | {"WS"}))
            for rows in (of(self._it.way, knock, route), others if route.method != "WS" else ()):
                for table, wrong, answers in rows:
                    yield Row(table=table, actor=actor, knock=wrong, answers=answers)

    def trails(self) -> Iterator[Row]:
        """Paths that lead out, in the place of each part, by whoever may."""
        starts = [(f"{start}{{out}}", "GET") for start in ("/", "/assets/", "/api/", "/record/")]
        targets = [(r.path, r.method) for r in self.routes if "{" in r.path and r.method != "WS"]
        anybody = Route(method="GET", path="/")
        fine = ODD | {307, 405}
        for path, method in [*targets, *starts]:
            route = next((r for r in self.routes if (r.path, r.method) == (path, method)), anybody)
            if route.method == "POST" and not rule_of(route.method, route.path):
                continue
            actor = self._who_may(route)
            good = knock_of(self._it.way, actor, route, actor.own)
            for out in self._share_of(WAYS_OUT):
                for name in names_in(route) if route is not anybody else ["out"]:
                    target = _put(path, name, out, actor)
                    if target != good.target:
                        knock = replace(good, target=target)
                        yield Row(table="paths", actor=actor, knock=knock, answers=fine)

    def odd(self) -> Iterator[Row]:
        """What makes no sense, by whoever may."""
        for route in self.routes:
            actor = self._who_may(route)
            rule = rule_of(route.method, route.path)
            knock = knock_of(self._it.way, actor, route, actor.own)
            for asked in spoiling.odd_asked(knock, route):
                yield Row(table="asked", actor=actor, knock=asked, answers=ODD)
            if not route.changing or route.method == "WS" or (rule and rule.fresh):
                continue
            if rule and rule.body:
                for odd in spoiling.odd_bodies(knock):
                    yield Row(table="bodies", actor=actor, knock=odd, answers=ODD)

    def too_much(self) -> Iterator[Row]:
        """A body that is larger than it says, or says nothing of its length."""
        for route in self.routes:
            if route.changing and route.method != "WS" and not route.of_computers:
                actor = self._who_may(route)
                rule = rule_of(route.method, route.path)
                if rule and rule.body:
                    good = knock_of(self._it.way, actor, route, actor.own)
                    large = replace(good, body=b" " * TOO_MUCH)
                    yield Row(table="too large", actor=actor, knock=large, answers=frozenset({413}))

    def drawn(self, count: int) -> Iterator[Row]:
        """Somebody at some route with some ids, and one to three things wrong with it; or, by
        somebody who may not, an odd body. None of it is let in."""
        dice, actors = self._dice, list(self._it.actors.values())
        for _ in range(count):
            route, actor = dice.choice(self.routes), dice.choice(actors)
            rule = rule_of(route.method, route.path) or Rule(may=frozenset())
            ids = {n: dice.choice([actor.own, actor.others, made_up()])[n] for n in actor.own}
            knock = knock_of(self._it.way, actor, route, ids)
            if may(actor, rule, route.path):
                of = spoiling.of_computers if route.of_computers else spoiling.of_browsers
                _, knock, answers = dice.choice(list(of(self._it.way, knock, route)))
            else:
                answers = refusals(actor, route.method, route.path)
                if knock.body and dice.random() < 0.6:
                    knock = spoiling.odd_body(knock, dice)
                    answers |= {400, 413, 422, 426}  # before it is looked who it is of
            yield Row(table="drawn", actor=actor, knock=knock, answers=answers)

    # ---- what comes of them

    def judge(self, rows: Iterable[Row]) -> None:
        coming = iter(rows)
        with Wire(self._it.way) as wire:
            while some := list(islice(coming, A_BATCH)):
                direct = put_directly(self._it.way.app, [row.knock for row in some])
                self._look("directly", some, direct)
                over = [row for row in some if self._dice.random() < self._wire and not row.like]
                self._look("over TLS", over, [wire.put(row.knock) for row in over])

    def _look(self, how: str, rows: Sequence[Row], answers: Sequence[Answer]) -> None:
        before: Answer | None = None
        for row, found in zip(rows, answers, strict=True):
            why = _wrong(row, found, before)
            if why:
                who = f"{row.table} {how}, {row.actor.name}"
                self.outcome.failures.append(f"{who}: {why} to {row.knock.told}")
            before = found
        self.outcome.add(Outcome(dict(Counter(f"{row.table} {how}" for row in rows))))

    def unwritten(self) -> None:
        """The table and the app say of the same routes."""
        there = {(one.method, one.path) for one in self.routes}
        for route in self.routes:
            if rule_of(route.method, route.path) is None:
                self.outcome.failures.append(f"nobody says who may {route.method} {route.path}")
        for method, path in RULES.keys() - there:
            self.outcome.failures.append(f"{method} {path} is in the table, and not in the app")

    def friends(self, routes: Iterable[Route]) -> None:
        """Who may is let in, so that a refusal tells something."""
        for route in routes:
            rule = rule_of(route.method, route.path) or Rule(may=frozenset())
            for name in sorted(rule.may - EVERYBODY):
                actor, ids = self._fresh(rule.fresh, self._it.actors[name])
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

    # ---- small parts

    def _who_may(self, route: Route) -> Actor:
        rule = rule_of(route.method, route.path)
        allowed = rule.may if rule and rule.may != EVERYBODY else frozenset({IDLE})
        if route.path == "/sync/join":
            allowed = frozenset({"a computer without a token"})
        order = (ADMIN, THERAPIST, THEMSELF, THEIR_COMPUTER)
        name = next((one for one in order if one in allowed), min(allowed))
        return self._it.actors[name]

    def _some(self, rows: Iterable[Row]) -> Iterator[Row]:
        return (row for row in rows if self._dice.random() < self._share)

    def _share_of(self, some: Sequence[str]) -> list[str]:
        return [one for one in some if self._dice.random() < self._share]


def _put(path: str, name: str, out: str, actor: Actor) -> str:
    from tests.faults.clinic.knocking import filled

    return filled(path, {**actor.own, name: out})


def _wrong(row: Row, found: Answer, before: Answer | None) -> str:
    if found.status not in row.answers:
        # The server says 403 to each socket that is refused, whatever for.
        if (row.knock.method, found.status) != ("WS", 403):
            return f"{found.status} {found.body[:120]!r}"
    if (
        row.like
        and before is not None
        and (found.status, found.body) != (before.status, before.body)
    ):
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
