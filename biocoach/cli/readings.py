"""What a page may read: the open record's list, one session, what was learnt, what is owed."""

from __future__ import annotations

from typing import Any

from biocoach.cli.facts import LOCKED
from biocoach.cli.ladder_facts import held_of
from biocoach.clock import Clock
from biocoach.exposure.arc import Urged
from biocoach.exposure.practised import Practised
from biocoach.opening import AGAIN
from biocoach.review.aftercare import check_in_due
from biocoach.review.desk import OPEN, HrvDesk
from biocoach.review.progress import Asked
from biocoach.review.shelf import Shelf
from biocoach.settings import Settings
from biocoach.store import Reader
from biocoach.types import Refusal
from dashboard.ports import Outcome

Json = dict[str, Any]


class Readings:
    """Nothing while no record is open. ``over_only``: of a session that goes on nothing is told."""

    def __init__(self, clock: Clock, settings: Settings, *, over_only: bool = False) -> None:
        self._over_only = over_only
        self._clock = clock
        self._settings = settings
        self._reader: Reader | None = None
        self._shelf: Shelf | None = None
        self._hrv: HrvDesk | None = None
        self._simulated = False

    def open(self, reader: Reader, *, simulated: bool) -> None:
        self._reader, self._simulated = reader, simulated
        self._shelf = Shelf(reader, self._settings, over_only=self._over_only)
        self._hrv = HrvDesk(reader, self._settings)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._shelf = self._hrv = None

    def fact(self, name: str) -> Json | None:
        return self._reader.fact(name) if self._reader else None

    def check_in(self) -> Json | None:
        """The check-in that is due after a hard ending; a simulated person needs none."""
        reader = self._reader
        if reader is None or self._simulated:
            return None
        known = reader.summaries().values()
        return check_in_due(known, reader.fact("check_in"), self._clock.wall())

    def sessions(self) -> list[Json]:
        return self._shelf.sessions() if self._shelf else []

    def session(self, name: str) -> Json | Refusal | None:
        return self._shelf.session(name) if self._shelf else None

    def then_and_now(self, name: str) -> Json | Refusal | None:
        return self._shelf.then_and_now(name) if self._shelf else None

    def practised(self) -> list[Practised]:
        """Every step that was practised in the open record, the oldest first."""
        return self._shelf.practised() if self._shelf else []

    def urged(self) -> list[Urged]:
        """The urges of those steps, the oldest first."""
        return self._shelf.urged() if self._shelf else []

    def learnt(self) -> Json:
        if self._shelf is None:
            return {}
        return self._shelf.learnt(AGAIN) | {"simulated": self._simulated}

    def recovery(self) -> Json:
        return self._shelf.recovery(simulated=self._simulated) if self._shelf else {}

    def progress(self, asked: Asked) -> Json | Outcome:
        """Over the open record: what its ladders and sessions tell of the weeks."""
        if self._shelf is None:
            return LOCKED
        held = held_of(self.fact, ())
        if isinstance(held, Outcome):
            return held
        today = self._clock.wall().astimezone().date()
        found = self._shelf.progress(held.ladders, asked, today, simulated=self._simulated)
        return found | {"simulated": self._simulated}

    def helps(self) -> Json:
        return self._shelf.helps(simulated=self._simulated) if self._shelf else {}

    def quickness(self) -> dict[str, tuple[float, float]]:
        return self._shelf.quickness(simulated=self._simulated) if self._shelf else {}

    def hrv(self, name: str) -> Json | Refusal | None:
        if self._hrv is None or self._shelf is None:
            return None
        return Refusal(why=OPEN) if self._shelf.withholds(name) else self._hrv.session(name)
