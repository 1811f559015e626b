"""A disk that refuses: never a crash, told in time and in words, nothing lost, gone on by itself.

Whole sessions on disks that stop to take and take again, each way in turn; then single calls that
are refused, of all that a run makes, in an order that is drawn.
"""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable import image
from tests.faults.durable.bad_disks import WAYS
from tests.faults.durable.bad_times import live_through, start_read_only
from tests.faults.durable.refusals import Bench
from tests.faults.durable.tracing import why_not
from tests.store.support import KEY, PLAIN

PIECE = 250
PLAIN_SHARE = 0.2


def run(order: Order) -> Outcome:
    """``order.count`` single refusals; beside each 250 of them a session in each way."""
    outcome = in_pieces(order, "disk", PIECE, _bad)
    missing = {name: way.why_not() for name, way in WAYS.items() if way.why_not()}
    if why_not():
        missing["single calls"] = why_not()
    outcome.notes += [f"skipped, {name}: {why}" for name, why in missing.items()]
    return outcome


def _bad(piece: Piece) -> Outcome:
    seed, count = piece
    outcome = sessions(seed)
    if not why_not():
        outcome.add(refusals(seed, count))
    return outcome


def sessions(seed: str) -> Outcome:
    dice = random.Random(f"{seed}/sessions")
    outcome = Outcome({"sessions": 0})
    for name, way in WAYS.items():
        if way.why_not():
            continue
        key = PLAIN if dice.random() < PLAIN_SHARE else KEY
        with TemporaryDirectory(prefix="durable-") as place:
            wrong = live_through(way, Path(place).resolve(), key, f"{seed}/{name}")
        outcome.counts["sessions"] += 1
        outcome.failures += [f"{seed} {name}: {why}" for why in wrong]
    if not image.why_not():
        with TemporaryDirectory(prefix="durable-") as place:
            wrong = start_read_only(Path(place).resolve(), KEY)
        outcome.counts["sessions"] += 1
        outcome.failures += [f"{seed} a read-only start: {why}" for why in wrong]
    return outcome


def refusals(seed: str, count: int) -> Outcome:
    dice = random.Random(f"{seed}/refusals")
    key = PLAIN if dice.random() < PLAIN_SHARE else KEY
    with TemporaryDirectory(prefix="durable-") as place:
        bench = Bench(Path(place).resolve(), key)
        drawn = list(islice(bench.refusals(dice), count))
        wrong = [why for refusal in drawn for why in bench.try_(refusal)]
    counts = {"refusals": len(drawn), "of them told": bench.told}
    return Outcome(counts, [f"{seed}: {why}" for why in wrong])


CAMPAIGN = Campaign(
    promise="a disk that refuses is told within 2 s, nothing is lost, and it goes on by itself",
    count=250,
    run=run,
)
