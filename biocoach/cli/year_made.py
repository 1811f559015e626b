"""A simulated year through the real parts: ladder, session, journal, proposals and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from biocoach import __version__
from biocoach.cli.facts import Facts
from biocoach.cli.laddering import Laddering
from biocoach.cli.note_desk import NoteDesk
from biocoach.cli.notes import Notes
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
from devices.virtual_year_sheets import written

FIT = Fit(with_therapist=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``folder``: where the person's own worksheets would lie."""

    folder: Path
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
    new_id = _ids(wish.seed)
    climber = _climber(journal, clock, wish.seed, new_id)
    notes = Notes(
        wish.folder, clock.wall, Settings().learning,
        watch=climber.ladders.watch, waits=lambda: "", desk=NoteDesk(new_id),
    )  # fmt: skip
    await notes.opened(journal, simulated=True)
    await climber.begin()
    for week in virtual_year.weeks(wish.seed, wish.weeks):
        await _week(climber, notes, wish, week)
        tell(week.number, wish.weeks)
    await notes.closing()


async def _week(climber: Climber, notes: Notes, wish: Wish, week: virtual_year.Week) -> None:
    """Day by day: in the morning what is written, in the evening what is practised."""
    monday = wish.start + timedelta(weeks=week.number)
    sheets = list(written(wish.seed, week, monday.date()))
    for weekday in range(7):
        climber.clock.go_to(monday + timedelta(days=weekday, hours=9))
        for sheet in (sheet for sheet in sheets if sheet.day == weekday):
            found = await notes.worksheets.begin(sheet.form, None, sheet.answers, keep=True)
            if not found["ok"]:
                raise RuntimeError(f"{sheet.form}: {found}")
        if weekday in week.days:
            await climber.practise(week, day_of(wish.start, week.number, weekday))


def _ids(seed: int) -> Callable[[], str]:
    names = count(1)
    return lambda: f"year-{seed}-{next(names):04d}"


def _climber(journal: Journal, clock: StoryClock, seed: int, new_id: Callable[[], str]) -> Climber:
    settings = Settings()
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
