"""A simulated year's journals, read again: was anybody ever offered more than the budget?

The year is made by the parts that a person's goes through (``biocoach year``). Here only the lines
of the record count: each offer at its own wall time, across sessions and days, against the numbers
of the design. An answer to a word of the person (orienting) is no offer.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from biocoach.cli.year_made import Wish, make
from biocoach.clock import StoryClock, moment_of
from biocoach.store import Journal, memory_store
from biocoach.types import (
    Entry,
    Offer,
    OfferReply,
    Phase,
    PhaseChange,
    Plan,
    PracticeLog,
    PracticeMoment,
    Reply,
    Support,
)
from tests.faults.campaign import Campaign, Order, Outcome

START = datetime(2026, 1, 5, tzinfo=UTC)
# From the design, not from the settings.
GAP = timedelta(minutes=10)
HOUR = timedelta(hours=1)
AN_HOUR = 3
SNOOZE = timedelta(hours=1)
A_DAY = 2  # practices
SPEAKS = (Support.REGULATE, Support.DELAY)


@dataclass(frozen=True, slots=True)
class Said:
    """What one session's journal says that counts here, with its wall times."""

    session: str
    support: Support | None
    apart: bool
    started: datetime
    offers: tuple[datetime, ...]
    snoozes: tuple[datetime, ...]
    practising: tuple[tuple[datetime, datetime], ...]


def said_in(session: str, started: datetime, entries: Sequence[Entry]) -> Said:
    offers, snoozes, runs = list[datetime](), list[datetime](), list[tuple[datetime, datetime]]()
    support, apart, began = None, False, None
    for entry in entries:
        at, body = started + timedelta(seconds=entry.at_s), entry.body
        match body:
            case Plan():
                support = body.step.support
            case PhaseChange(phase=Phase.APART):
                apart = True
            case Offer(asked=False):
                offers.append(at)
            case OfferReply(reply=Reply.SNOOZE):
                snoozes.append(at)
            case PracticeLog(moment=PracticeMoment.STARTED):
                began = at
            case PracticeLog(moment=PracticeMoment.FINISHED | PracticeMoment.STOPPED):
                runs += [(began, at)] if began is not None else []
                began = None
    return Said(session, support, apart, started, tuple(offers), tuple(snoozes), tuple(runs))


def read(journal: Journal) -> Iterator[Said]:
    for row in journal.sessions():
        started = moment_of(row.started_utc)
        yield said_in(row.session, started, list(journal.read(row.session)))


def broken(year: Sequence[Said]) -> list[str]:
    """Each breach of the budget in one line."""
    found = []
    offers = sorted(at for said in year for at in said.offers)
    found += [f"two offers in {b - a}, at {b}" for a, b in pairwise(offers) if b - a < GAP]
    found += [
        f"a fourth offer in an hour, at {offers[n + AN_HOUR]}"
        for n in range(len(offers) - AN_HOUR)
        if offers[n + AN_HOUR] - offers[n] < HOUR
    ]
    for said in year:
        if said.offers and said.support not in SPEAKS:
            found.append(f"{said.session}: offered under {said.support}")
        found += [
            f"{said.session}: offered while practising, at {at}"
            for at in said.offers
            for start, end in said.practising
            if start < at < end
        ]
    snoozes = [at for said in year for at in said.snoozes]
    found += [
        f"offered while snoozed, at {at}"
        for at in offers
        if any(asked < at < asked + SNOOZE for asked in snoozes)
    ]
    days = Counter(said.started.date() for said in year if said.apart)
    found += [f"{count} practices on {day}" for day, count in days.items() if count > A_DAY]
    return found


def run(order: Order) -> Outcome:
    """``order.count`` weeks."""
    clock = StoryClock(START)
    with tempfile.TemporaryDirectory(prefix="biocoach-year-") as folder:
        journal = memory_store(writer="t", clock=clock)
        wish = Wish(folder=Path(folder), seed=order.seed, weeks=order.count, start=START)
        make(journal, clock, wish, lambda *_: None)
        year = list(read(journal))
        journal.close()
    outcome = Outcome(
        {
            "weeks": order.count,
            "sessions": len(year),
            "offers": sum(len(said.offers) for said in year),
        },
        broken(year),
    )
    for support in Support:
        mine = [said for said in year if said.support is support]
        offers = sum(len(said.offers) for said in mine)
        outcome.notes.append(f"{support.value}: {offers} in {len(mine)} sessions")
    most = max((len(said.offers) for said in year), default=0)
    outcome.notes.append(f"{most} in one session at most")
    return outcome


CAMPAIGN = Campaign(
    promise="a year's offers keep to the budget, to the snooze and to the policy of each step",
    count=52,
    run=run,
)
