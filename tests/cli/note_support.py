"""Somebody at the worksheets, and the record behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biocoach.cli.notes import Notes
from biocoach.profile import fact_of
from biocoach.settings import LearningSettings
from biocoach.store import Journal, Key, open_store
from biocoach.types import AgeBand, Begin, Entry, Fit
from dashboard.ports import Outcome
from tests.exposure.form_maker import GOOD
from tests.fakes import FakeClock

Json = dict[str, Any]
KEYS = {"plain": Key(None), "encrypted": Key(bytes(range(32)))}


@dataclass
class Writer:
    folder: Path
    key: Key = field(default_factory=lambda: KEYS["plain"])
    clock: FakeClock = field(default_factory=FakeClock)
    journal: Journal | None = None
    waits: str = ""
    watched: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.notes = Notes(
            self.folder,
            self.clock.wall,
            LearningSettings(),
            watch=self.watch,
            waits=lambda: self.waits,
        )
        self.sheets = self.notes.worksheets
        self.measures = self.notes.measures
        self.margin = self.notes.margin
        self.partings = self.notes.separations

    @property
    def record(self) -> Journal:
        assert self.journal is not None
        return self.journal

    def comes(self, *, simulated: bool = False) -> None:
        folder = self.folder / ("simulated" if simulated else "record")
        self.journal = open_store(folder, self.key, writer="t", clock=self.clock)
        asyncio.run(self.notes.opened(self.journal, simulated=simulated))

    def goes(self) -> None:
        asyncio.run(self.notes.closing())
        self.record.close()
        self.journal = None

    def is_aged(self, age: AgeBand) -> None:
        self.record.put_fact("fit", fact_of(Fit(age=age)))

    def drops(self, text: str = GOOD, name: str = "mine.toml") -> Path:
        self.sheets.folder.mkdir(parents=True, exist_ok=True)
        path = self.sheets.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def lived(self, session: str, **summary: Any) -> None:
        begin = Begin(seed=1, settings_hash="", fit=Fit())
        entry = Entry(
            person="me", writer="t", session=session, boot_id="b", at_s=0.0, settings_hash="",
            wall_utc="2026-01-31T09:00:00.000Z", body=begin, number=0,
        )  # fmt: skip
        self.record.append([entry])
        started = {
            "started_utc": "2026-01-30T12:00:00.000Z",
            "simulated": False,
            "went_apart": True,
        }
        self.record.put_summary(session, started | summary)

    async def watch(self, signs: list[str], written_in: Journal) -> None:
        assert written_in is self.record
        self.watched.append(signs)

    def begin(self, form: str, link: Any, answers: Any, *, keep: bool) -> Json:
        return asyncio.run(self.sheets.begin(form, link, answers, keep=keep))

    def write(self, name: str, answers: Any, rev: str, *, keep: bool) -> Json:
        return asyncio.run(self.sheets.write(name, answers, rev, keep=keep))

    def begins(self, form: str, *, keep: bool = True, link: Any = None, **answers: Any) -> str:
        """The new sheet's id."""
        found = self.begin(form, link, answers, keep=keep)
        assert found["ok"], found
        return str(found["id"])

    def sees(self, name: str) -> Json:
        found = self.sheets.worksheet(name)
        assert not isinstance(found, Outcome), found
        return found

    def writes(self, name: str, *, keep: bool = True, rev: str = "", **answers: Any) -> Json:
        return self.write(name, answers, rev or self.sees(name)["rev"], keep=keep)

    def lists(self) -> Json:
        found = self.sheets.worksheets()
        assert not isinstance(found, Outcome), found
        return found

    def on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


def written_by(folder: Path, key: Key) -> Iterator[Writer]:
    writer = Writer(folder, key)
    writer.comes()
    yield writer
    writer.goes()
