"""What is the person's own in a running biocoach: practices, things, ladders, sheets, drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from biocoach.cli.facts import Facts
from biocoach.cli.laddering import Laddering
from biocoach.cli.note_drafting import NoteDrafting
from biocoach.cli.notes import Notes
from biocoach.cli.own_things import OwnThings
from biocoach.cli.practising import Practising
from biocoach.cli.readings import Readings
from biocoach.cli.sheets import DRAFTS, Sheets
from biocoach.settings import Settings
from biocoach.store import Journal
from biocoach.types import Fit, Repertoire
from dashboard.ports import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record that is open now, and what is known of its person."""

    journal: Callable[[], Journal | None]
    readings: Readings
    facts: Facts
    fit: Callable[[], Fit | None]
    waits: Callable[[], str]
    simulated: Callable[[], bool]
    wall: Callable[[], datetime]


class Belongings:
    """``tell`` tells the session what practices there are."""

    def __init__(
        self,
        folder: Path,
        record: Record,
        settings: Settings,
        tell: Callable[[Repertoire], Awaitable[Outcome]],
    ) -> None:
        facts, readings = record.facts, record.readings
        self.own = OwnThings()
        self.drafts = _sheets(record, DRAFTS)
        self.practising = Practising(
            folder, sheets=_sheets(record), fact=readings.fact, keep=facts.put, tell=tell,
            record=record.journal, fit=record.fit, wall=record.wall,
            quickness=readings.quickness, helps=readings.helps,
        )  # fmt: skip
        self.ladders = Laddering(
            fact=readings.fact, replace=facts.replace, record=record.journal,
            practised=readings.practised, urged=readings.urged, fit=record.fit,
            waits=record.waits, wall=record.wall, care=settings.care,
            simulated=record.simulated,
        )  # fmt: skip
        self.notes = Notes(
            folder, record.wall, settings.learning, watch=self.ladders.watch, waits=record.waits
        )
        self.note_drafts = NoteDrafting(
            readings.sessions, self.ladders.view, self.notes.measures.measures, settings.learning
        )


def _sheets(record: Record, *prefix: str) -> Sheets:
    return Sheets(
        *prefix, fact=record.readings.fact, replace=record.facts.replace, record=record.journal,
        wall=record.wall,
    )  # fmt: skip
