"""All sessions, as the list and the reviews read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from biocoach.clock import moment_of
from biocoach.exposure.arc import Urged
from biocoach.exposure.ladder import Ladder
from biocoach.exposure.practised import Practised, practised_of
from biocoach.review import sessions as review
from biocoach.review.afterwards import elsewhere_of, until_closed
from biocoach.review.learnt import learnt
from biocoach.review.progress import Asked, progress
from biocoach.review.recovery_over_time import recovery_over_time
from biocoach.review.then_and_now import then_and_now
from biocoach.review.what_helps import WhatHelps
from biocoach.settings import Settings
from biocoach.store import Reader, SessionRow
from biocoach.types import Closed, Ecg, Refusal

Json = dict[str, Any]
STILL = "still_review"  # codes, which the page puts into words
NOT_OVER = "not_over"


class Shelf:
    """Reads the journal; closed sessions by their summary, the open one from its entries.

    ``over_only``: for readers who are not the wearer. Nobody else looks on, so that of a session
    that is not closed nothing is told.
    """

    def __init__(self, reader: Reader, settings: Settings, *, over_only: bool = False) -> None:
        self._over_only = over_only
        self._reader = reader
        self._settings = settings
        self._what_helps = WhatHelps(settings.helps)
        self._folded: dict[tuple[str, int], Json] = {}  # the open session, with so many lines

    def sessions(self) -> list[Json]:
        """Planned sessions and recordings that were brought in, the newest first."""
        rows = [row for row in reversed(self._rows()) if row.get("planned") or row.get("elsewhere")]
        if not any(row.get("elsewhere") for row in rows):
            return rows  # in the journal's order, whatever the clock was set to
        return sorted(rows, key=lambda row: moment_of(row["started_utc"]), reverse=True)

    def everything(self) -> list[Json]:
        """All that was worn, planned or not, and what was brought in, the oldest first."""
        kept = ("planned", "elsewhere", "coverage")
        return [row for row in self._rows() if any(row.get(key) for key in kept)]

    def must_be_still(self) -> bool:
        """Somebody is apart under ``observe``: nothing of that heart may be seen yet."""
        name = self._reader.open_session()
        row = next((r for r in self._reader.sessions() if r.session == name), None)
        return row is not None and bool(self._as_it_stands(row).get("still"))

    def practised(self) -> list[Practised]:
        """Every step that was practised, the oldest first; undated ones before them, in the
        journal's order."""
        return [practised_of(row["practised"]) for row in self._steps()]

    def urged(self) -> list[Urged]:
        """The urges of the steps that were practised, the oldest first."""
        return [
            Urged(
                session=row["id"],
                day=row["practised"]["day"],
                let_pass=row["urges"] - row["acted"],
                acted=row["acted"],
            )
            for row in self._steps()
        ]

    def learnt(self, again: str) -> Json:
        """What the person's answers taught, and how often an activation was distress.

        ``again``: the name of the fact that the threshold was to start again.
        """
        since, fact = self._reader.sessions_since(again), self._reader.fact(again)
        return learnt(self._rows(), self._settings, since) | {
            "again_utc": fact["at_utc"] if fact else None
        }

    def recovery(self, *, simulated: bool) -> Json:
        """How long half-recovery takes over all sessions, real or simulated."""
        return recovery_over_time(self._rows(), self._settings.learning, simulated=simulated)

    def progress(
        self, ladders: Sequence[Ladder], asked: Asked, today: date, *, simulated: bool
    ) -> Json:
        """The way back by step over weeks, and the ladders as staircases, real or simulated."""
        rows = [row for row in self._rows() if bool(row.get("simulated")) is simulated]
        return progress(rows, ladders, asked, today, self._settings.learning)

    def helps(self, *, simulated: bool) -> Json:
        """What can be said of each practice over all sessions, real or simulated."""
        return self._what_helps.told(self._rows(), simulated=simulated)

    def quickness(self, *, simulated: bool) -> dict[str, tuple[float, float]]:
        """What is believed of each practice, from the summaries of closed sessions."""
        known = self._reader.summaries().values()
        return self._what_helps.quickness(known, simulated=simulated)

    def _steps(self) -> list[Json]:
        """The summaries of steps that were practised, by when that was: what is told in the
        evening of a morning stands before the afternoon."""
        rows = [row for row in self._rows() if row.get("practised")]
        undated = [row for row in rows if not row["practised"]["day"]]
        dated = [row for row in rows if row["practised"]["day"]]
        return [*undated, *sorted(dated, key=lambda row: moment_of(row["started_utc"]))]

    def _rows(self) -> list[Json]:
        """The summaries, the oldest first; nothing of a session that must be still."""
        known = self._reader.summaries()
        sessions = [row for row in self._reader.sessions() if row.closed or not self._over_only]
        rows = [known.get(row.session) or self._as_it_stands(row) for row in sessions]
        return [row for row in rows if row and not row.get("still")]

    def session(self, name: str) -> Json | Refusal | None:
        """The review of one session; None where there is none. Under ``observe`` it is refused
        while apart: by no way round is anything of the heart shown then."""
        if self.withholds(name):
            return Refusal(why=NOT_OVER)
        # The ECG says nothing in a fold, and would take most of the memory.
        entries = [e for e in self._reader.read(name) if not isinstance(e.body, Ecg)]
        if not entries:
            return None
        found = review.review(name, entries, self._settings)
        return Refusal(why=STILL) if found["still"] else found

    def then_and_now(self, name: str) -> Json | Refusal | None:
        """What was decided on the day beside what today's rules say; of a session that is over."""
        entries = [e for e in self._reader.read(name) if not isinstance(e.body, Ecg)]
        if not entries:
            return None
        if not isinstance(until_closed(entries)[-1].body, Closed):
            return Refusal(why="open_session")
        record = review.folded(entries, self._settings)
        hashes = [e.settings_hash for e in entries if e.settings_hash]
        then = self._reader.settings(hashes[0]) if hashes else None
        return then_and_now(entries, record, self._settings, then)

    def withholds(self, name: str) -> bool:
        """It goes on, and whoever reads is not the wearer."""
        if not self._over_only:
            return False
        return any(row.session == name and not row.closed for row in self._reader.sessions())

    def _as_it_stands(self, row: SessionRow) -> Json:
        """The summary of a session that has none yet, folded once for all that ask meanwhile."""
        at = (row.session, row.entries)
        found = self._folded.get(at)
        if found is None:
            found = self._summary(row.session)
            self._folded = {at: found}
        return found

    def _summary(self, name: str) -> Json:
        entries = list(self._reader.read(name))
        if elsewhere_of(entries) and not isinstance(until_closed(entries)[-1].body, Closed):
            return {}  # it is being brought in, or that was cut short
        return review.summary(name, entries, self._settings) if entries else {}
