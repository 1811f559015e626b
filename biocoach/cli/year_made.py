"""A simulated year through the real parts: ladder, session, journal, proposals and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from biocoach import __version__
from biocoach.cli.facts import Facts
from biocoach.cli.laddering import Laddering
from biocoach.cli.readings import Readings
from biocoach.cli.recordings import keeper_of
from biocoach.cli.year_person import Climber, day_of
from biocoach.cli.year_session import Lived
from biocoach.clock import StoryClock
from biocoach.coach import repertoire as rep
from biocoach.coach.shipped import shipped
from biocoach.opening import Opening
from biocoach.profile import fact_of
from biocoach.settings import Settings
from biocoach.store import Journal
from biocoach.types import Fit
from devices import virtual_year

FIT = Fit(with_therapist=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    seed: int
    weeks: int
    start: datetime


class NotEmptyError(Exception):
    """There are sessions in this record already; a year is not mixed with others."""


def make(journal: Journal, clock: StoryClock, wish: Wish, tell: Callable[[int, int], None]) -> int:
    """Into this journal, which is on that clock; how many sessions there are now. Raises
    NotEmptyError, StoreError."""
    if journal.sessions():
        raise NotEmptyError
    journal.put_fact("fit", fact_of(FIT))
    asyncio.run(_live(journal, clock, wish, tell))
    return len(journal.sessions())


async def _live(
    journal: Journal, clock: StoryClock, wish: Wish, tell: Callable[[int, int], None]
) -> None:
    climber = _climber(journal, clock, wish.seed)
    await climber.begin()
    for week in virtual_year.weeks(wish.seed, wish.weeks):
        for weekday in week.days:
            await climber.practise(week, day_of(wish.start, week.number, weekday))
        tell(week.number, wish.weeks)


def _climber(journal: Journal, clock: StoryClock, seed: int) -> Climber:
    settings, names = Settings(), count(1)

    def new_id() -> str:
        return f"year-{seed}-{next(names):04d}"

    readings = Readings(clock, settings)
    readings.open(journal.reader(), simulated=True)
    ladders = Laddering(
        fact=journal.fact, replace=Facts(lambda: journal).replace, record=lambda: journal,
        practised=readings.practised, urged=readings.urged, fit=lambda: FIT, waits=lambda: "",
        wall=clock.wall, care=settings.care, simulated=lambda: True, new_id=new_id,
    )  # fmt: skip
    opening = Opening(
        journal=journal, clock=clock, settings=settings, writer=f"biocoach {__version__}",
        fit=lambda: FIT, new_id=new_id, seed=lambda: seed,
        repertoire=lambda: rep.repertoire_of(shipped(), rep.choices_of(None, None), FIT, {}),
    )  # fmt: skip
    return Climber(
        seed=seed,
        clock=clock,
        ladders=ladders,
        lived=Lived(journal, clock, opening, settings),
        keeper=keeper_of(journal, clock, settings, simulated=True),
    )
