"""Whoever has no business here, at every route of the three ways in: 0 are let in.

The routes are those that the apps themselves list, so that a new one is tried the day it is born.
Every row of every table is put to the app directly and, those of a seeded share or all of them,
over the real server's socket; then as many knocks as were asked for, drawn from all tables at once.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.doors import CANARY, Way, filled, ways_in
from tests.faults.knocks import Answer, Knock, Wire, put_directly
from tests.faults.smuggling import smuggle
from tests.faults.strangers import (
    BY_BODY,
    BY_COOKIE,
    BY_HOST,
    BY_ORIGIN,
    KINDS,
    Row,
    asked_for,
    changed,
    changing,
    cookies,
    good,
    hosts,
    origins,
    tables,
)
from tests.faults.trails import at_once, trails

ALL = BY_HOST | BY_ORIGIN | BY_COOKIE | BY_BODY
A_WIRE_EVERY = 10  # of the drawn ones
A_BATCH = 500


def run(order: Order) -> Outcome:
    """The full tables, directly and over the wire, and ``count`` drawn knocks."""
    return tried(order, share=1.0)


def tried(order: Order, *, share: float) -> Outcome:
    """``share``: of the tables' rows, how many go over the wire too."""
    outcome = Outcome({"routes": 0, "let in who may": 0})
    with tempfile.TemporaryDirectory() as folder, ways_in(Path(folder)) as ways:
        for way in ways:
            dice = random.Random(f"routes/{order.seed}/{way.name}")
            outcome.counts["routes"] += len(asked_for(way))
            outcome.counts["let in who may"] += _friends(way, outcome)
            before = way.touched()
            _refused(way, tables(way), outcome, dice, share)
            drawn = _drawn(way, order.count // len(ways), dice)
            _refused(way, drawn, outcome, dice, share / A_WIRE_EVERY)
            smuggle(way, outcome)
            if way.touched() != before:
                outcome.failures.append(f"{way.name}: something was changed by a stranger")
            _outside(way, outcome, dice, share)
            at_once(way, outcome)
    return outcome


def _friends(way: Way, outcome: Outcome) -> int:
    """Who may come in does, so that a refusal in the tables tells something."""
    let_in, wire = 0, Wire(way)
    for method, path in asked_for(way):
        if path == "/api/live":  # it never ends
            continue
        status = wire.put(good(way, method, path)).status
        shut = status in ALL and path != "/enter"
        if shut == (method == "WS" or way.may(method, filled(path))):
            outcome.failures.append(f"{way.name}: {method} {path} answers {status} to a friend")
        let_in += not shut
    wire.close()
    return let_in


def _refused(
    way: Way, rows: Iterable[Row], outcome: Outcome, dice: random.Random, share: float
) -> None:
    wire, coming = Wire(way), iter(rows)
    while some := list(islice(coming, A_BATCH)):
        answers = put_directly(way.app, [row.knock for row in some])
        _judge(way, "directly", some, answers, outcome)
        sent = [row for row in some if dice.random() < share]
        over = [wire.put(row.knock) for row in sent]
        _judge(way, "over the wire", sent, over, outcome)
    wire.close()


def _judge(
    way: Way, how: str, rows: Sequence[Row], answers: Sequence[Answer], outcome: Outcome
) -> None:
    counts: Counter[str] = Counter(f"{row.table} {how}" for row in rows)
    for row, found in zip(rows, answers, strict=True):
        # The server says 403 to each socket that the gate refuses, whatever for.
        if found.status not in row.refusals and (row.knock.method, found.status) != ("WS", 403):
            told = f"{way.name}, {row.table} {how}: {found.status} to {row.knock.told}"
            outcome.failures.append(told)
    outcome.add(Outcome(dict(counts)))


def _drawn(way: Way, count: int, dice: random.Random) -> Iterator[Row]:
    """Knocks with one to three things wrong with them, at routes drawn anew."""
    every, spoilt = asked_for(way), _spoilers(way)
    for _ in range(count):
        method, path = dice.choice(every)
        knock = good(way, method, path)
        fit = [s for s in spoilt if _spoils(s[0], method, path, way)]
        for name, values in dice.sample(fit, dice.randint(1, min(3, len(fit)))):
            knock = changed(knock, name, dice.choice(values))
        headers = list(knock.headers)
        dice.shuffle(headers)
        knock = replace(knock, headers=tuple((_cased(n, dice), v) for n, v in headers))
        yield Row(table="drawn", knock=knock, refusals=ALL)


def _spoilers(way: Way) -> list[tuple[str, list[str | None]]]:
    return [
        ("Host", [*hosts(way), None]),
        ("Origin", [*origins(way)]),
        ("Cookie", cookies(way)),
        ("Sec-Fetch-Site", ["cross-site", "same-site", "", "x"]),
        ("Content-Type", [*KINDS]),
    ]


def _spoils(name: str, method: str, path: str, way: Way) -> bool:
    match name:
        case "Cookie":
            return path not in way.open
        case "Sec-Fetch-Site":
            return changing(method) or path != "/enter"
        case "Content-Type":
            return method not in ("GET", "HEAD", "WS")
    return True


def _cased(name: str, dice: random.Random) -> str:
    return dice.choice((name, name.lower(), name.upper()))


def _outside(way: Way, outcome: Outcome, dice: random.Random, share: float) -> None:
    """By no path does anything come that lies outside, and no path breaks the server."""
    knocks: list[Knock] = list(trails(way))
    wire = Wire(way)
    over = [(k, wire.put(k)) for k in knocks if dice.random() < share]
    wire.close()
    direct = [*zip(knocks, put_directly(way.app, knocks), strict=True)]
    for knock, found in [*direct, *over]:
        if CANARY.encode() in found.body or found.status >= 500:
            told = f"{way.name}, path: {found.status} {found.body[:80]!r} to {knock.told}"
            outcome.failures.append(told)
    outcome.add(Outcome({"paths": len(direct), "paths over the wire": len(over)}))


CAMPAIGN = Campaign(promise="no stranger is let in at any route", count=100_000, run=run)
