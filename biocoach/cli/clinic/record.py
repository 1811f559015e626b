"""A client's record at a clinic, on the pages of a shared record: nothing can be written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biocoach.cli import reading_pages
from biocoach.cli.contents import Contents
from biocoach.cli.laddering import Laddering
from biocoach.cli.margin import Margin
from biocoach.cli.measuring import Measuring
from biocoach.cli.note_desk import NoteDesk
from biocoach.cli.note_drafting import NoteDrafting
from biocoach.cli.notebook import Notebook
from biocoach.cli.reading_pages import FIT, READ_ONLY, app_slice, keeps_no_fact, watches_no_sign
from biocoach.cli.readings import Readings
from biocoach.clock import Clock
from biocoach.settings import Settings
from biocoach.store import Reader, StoreError
from dashboard.hub import Hub
from dashboard.ports import Outcome
from dashboard.reading_app import ReadingPorts, create_record_app
from dashboard.server import App

Json = dict[str, Any]
NO_OWN_FORMS = Path(__file__).with_name("none")  # a sheet of a form of one's own shows as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is told of it beside its contents. Days are ISO dates, "" unknown."""

    client: str
    name: str
    since: str
    until: str
    told: Json


class Theirs(Margin):
    """The client's notes, of which none can be changed here."""

    def notes(self, session: str) -> Json | Outcome:
        found = super().notes(session)
        if isinstance(found, Outcome):
            return found
        return {"notes": [note | {"theirs": True} for note in found["notes"]]}


class ClinicRecord:
    """The dashboard's ``Reading`` over one reader, which is closed with it. Nobody looks on while a
    session runs."""

    def __init__(self, reader: Reader, about: About, clock: Clock) -> None:
        self._about = about
        self.hub = Hub()
        settings = Settings()
        self.readings = Readings(clock, settings, over_only=True)
        self.readings.open(reader, simulated=False)
        self._desk = NoteDesk()
        self._desk.reads(reader)
        self.worksheets = Notebook(
            NO_OWN_FORMS, self._desk, clock.wall, watches_no_sign, lambda: ""
        )
        self.measures = Measuring(self._desk, clock.wall, settings.learning)
        self.margin = Theirs(self._desk, clock.wall)
        self.ladders = Laddering(
            fact=self.readings.fact, replace=keeps_no_fact, record=lambda: self,
            practised=self.readings.practised, urged=self.readings.urged, fit=lambda: FIT,
            waits=lambda: "", simulated=lambda: False, wall=clock.wall, care=settings.care,
        )  # fmt: skip
        self.note_drafts = NoteDrafting(
            self.readings.sessions, self.ladders.view, self.measures.measures, settings.learning
        )
        self.hub.reset({"app": self._app()})

    def app(self) -> App:
        ports = ReadingPorts(
            hub=self.hub, reading=self, reader=self.readings, library=Contents(),
            worksheets=self.worksheets, measures=self.measures, margin=self.margin,
            ladders=self.ladders, note_drafts=self.note_drafts,
        )  # fmt: skip
        return create_record_app(ports, away=StoreError)

    def close(self) -> None:
        self.readings.close()

    # ---- the port

    def view(self) -> Json:
        return {"clients": [self._about.told], "open": self._about.client, "draft": None}

    def open(self, client: str) -> Outcome:
        return Outcome() if client == self._about.client else Outcome(why="not_there")

    def keep(self, practise: str, changes: list[Json]) -> Outcome:
        return READ_ONLY

    def make_reply(self) -> Json | Outcome:
        return READ_ONLY

    def helps(self) -> Json:
        return reading_pages.helps(self.readings)

    def titles(self) -> Json:
        return reading_pages.titles()

    def _app(self) -> Json:
        about = self._about
        reading = {
            "id": about.client, "name": about.name, "from": about.since, "until": about.until,
        }  # fmt: skip
        return app_slice({"clients": 1, "open": reading, "clinic": True}, simulated=False)
