"""All that is tried at a clinic's server: who knocks where, and what may be answered."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from tests.faults.clinic import spoiling
from tests.faults.clinic.actors import (
    ADMIN,
    IDLE,
    NO_TOKEN,
    THEIR_COMPUTER,
    THEMSELF,
    THERAPIST,
    Actor,
    Ids,
    made_up,
)
from tests.faults.clinic.knocking import Route, filled, knock_of, names_in
from tests.faults.clinic.rules import (
    EVERYBODY,
    ODD,
    ODD_PATH,
    RECORD,
    TOO_LARGE,
    UNREAD,
    WAY_IN,
    Answers,
    Rule,
    may,
    refusals,
    rule_of,
)
from tests.faults.doors import Way
from tests.faults.knocks import Knock
from tests.faults.trails import TOO_MUCH, WAYS_OUT

NOBODY_MAY = Rule(may=frozenset())
# Whose place in somebody's path or body another's can take, one at a time.
_UUIDS = ("client", "member", "supervisor", "device")
_AS_A_PAGE = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"))
_STARTS = ("/{out}", "/assets/{out}", "/api/{out}", "/record/{out}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``like``: is to be answered as the row before it was."""

    table: str
    actor: Actor
    knock: Knock
    answers: Answers
    like: bool = False


@dataclass(slots=True, kw_only=True)
class Rows:
    """``who``: of everybody so many at each route; ``share``: so much of each further table."""

    way: Way
    routes: Sequence[Route]
    actors: dict[str, Actor]
    dice: random.Random
    who: float
    share: float

    def strangers(self) -> Iterator[Row]:
        """Everybody at every route: with what is theirs, with another's ids, with nobody's."""
        for route in self.routes:
            for actor in self.actors.values():
                if self.dice.random() < self.who:
                    yield from self._as(actor, route)

    def _as(self, actor: Actor, route: Route) -> Iterator[Row]:
        rule = rule_of(route.method, route.path) or NOBODY_MAY
        allowed, refused = may(actor, rule, route.path), refusals(actor, route.method, route.path)
        nobody_s, named = made_up(), names_in(route)

        def row(ids: Ids, answers: Answers, *, like: bool = False) -> Row:
            knock = knock_of(self.way, actor, route, ids)
            return Row(table="strangers", actor=actor, knock=knock, answers=answers, like=like)

        if not allowed:
            yield row(actor.own, refused)
        elif rule.same or not route.changing:
            yield row(actor.own, rule.fine)  # what it tells is looked at
        if allowed and rule.same:
            yield row(nobody_s, rule.fine, like=True)
        if rule.same or not named or (allowed and route.of_computers):
            return
        yield row(actor.others, refused)
        yield row(nobody_s, refused, like=True)
        for name in (one for one in named if one in _UUIDS):
            yield row({**actor.own, name: actor.others[name]}, refused)
            yield row({**actor.own, name: nobody_s[name]}, refused, like=True)

    def opened(self) -> Iterator[Row]:
        """A record's own address as a browser opens it, by whoever is not signed in: the way in,
        told the same of a record that is there and of none."""
        pages = [one for one in self.routes if (one.method, one.path) == ("GET", f"{RECORD}/")]
        out = [one for one in self.actors.values() if one.browser and not one.signed_in]
        for route, actor in product(pages, out):
            for ids, like in ((actor.own, False), (actor.others, True), (made_up(), True)):
                good = knock_of(self.way, actor, route, ids)
                knock = replace(good, headers=(*good.headers, *_AS_A_PAGE))
                yield Row(table="opened", actor=actor, knock=knock, answers=WAY_IN, like=like)

    def spoilt(self) -> Iterator[Row]:
        """What would be let in, with one thing wrong."""
        for route in self.routes:
            actor, knock = self._good(route)
            known = {"WS", *(one.method for one in self.routes if one.path == route.path)}
            others = spoiling.other_methods(knock, known) if route.method != "WS" else ()
            for rows in (self._spoilt(route, knock), others):
                for table, wrong, answers in rows:
                    if self._drawn():
                        yield Row(table=table, actor=actor, knock=wrong, answers=answers)

    def trails(self) -> Iterator[Row]:
        """Paths that lead out, in the place of each part, by whoever may."""
        page = next(one for one in self.routes if (one.method, one.path) == ("GET", "/"))
        parts = [(one, one.path, name) for one in self.routes for name in names_in(one)]
        parts += [(page, start, "out") for start in _STARTS]
        for route, path, name in parts:
            if f"{{{name}}}" not in path or route.method == "WS":
                continue
            actor, good = self._good(route)
            for out in (one for one in WAYS_OUT if self._drawn()):
                knock = replace(good, target=filled(path, {**actor.own, name: out}))
                yield Row(table="paths", actor=actor, knock=knock, answers=ODD_PATH)

    def odd(self) -> Iterator[Row]:
        """What makes no sense, by whoever may."""
        for route in self.routes:
            actor, knock = self._good(route)
            found = [("asked", one) for one in spoiling.odd_asked(knock, route)]
            rule = rule_of(route.method, route.path) or NOBODY_MAY
            if rule.body and not rule.fresh and route.method not in ("GET", "HEAD", "WS"):
                found += [("bodies", one) for one in spoiling.odd_bodies(knock)]
                large = replace(knock, body=b" " * TOO_MUCH)
                if not route.of_computers:
                    yield Row(table="too large", actor=actor, knock=large, answers=TOO_LARGE)
            for table, odd in found:
                if self._drawn():
                    yield Row(table=table, actor=actor, knock=odd, answers=ODD)

    def drawn(self, count: int) -> Iterator[Row]:
        """Somebody at some route with anybody's ids: who may, with one thing wrong; who may not,
        as often as not with a body that makes no sense."""
        dice, actors = self.dice, list(self.actors.values())
        for _ in range(count):
            route, actor = dice.choice(self.routes), dice.choice(actors)
            rule = rule_of(route.method, route.path) or NOBODY_MAY
            ids = {
                name: dice.choice([actor.own, actor.others, made_up()])[name] for name in actor.own
            }
            knock = knock_of(self.way, actor, route, ids)
            if may(actor, rule, route.path):
                _, knock, answers = dice.choice(list(self._spoilt(route, knock)))
            else:
                answers = refusals(actor, route.method, route.path)
                if knock.body and dice.random() < 0.6:
                    knock, answers = spoiling.odd_body(knock, dice), answers | UNREAD
            yield Row(table="drawn", actor=actor, knock=knock, answers=answers)

    # ---- inside

    def _spoilt(self, route: Route, knock: Knock) -> Iterator[spoiling.Spoilt]:
        of = spoiling.of_computers if route.of_computers else spoiling.of_browsers
        return of(self.way, knock, route)

    def _good(self, route: Route) -> tuple[Actor, Knock]:
        """What is let in, and by whom."""
        rule = rule_of(route.method, route.path) or NOBODY_MAY
        allowed = {NO_TOKEN} if route.path == "/sync/join" else rule.may - EVERYBODY or {IDLE}
        order = (ADMIN, THERAPIST, THEMSELF, THEIR_COMPUTER)
        actor = self.actors[next((one for one in order if one in allowed), min(allowed))]
        return actor, knock_of(self.way, actor, route, actor.own)

    def _drawn(self) -> bool:
        return self.dice.random() < self.share
