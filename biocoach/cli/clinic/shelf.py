"""The records that are open at a clinic just now: each under a deed of whoever opened it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from biocoach.cli.clinic.record import About, ClinicRecord
from biocoach.cli.clinic.summing import digest
from biocoach.clock import Clock, iso_utc
from biocoach.sharing.taking import FOLD_ERRORS
from biocoach.store import Reader, StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, consent, overview, people
from biocoach.store.clinic.over import over_only
from biocoach.store.clinic.records import Journal, journals_of, open_reader
from dashboard.clinic.parting import LATER, OVER, STAYS, UntilOver
from dashboard.ports import Outcome
from dashboard.server import App

Json = dict[str, Any]
IDLE_S = 30 * 60  # opened again after that, it is a new look, and noted as one
LONGEST_S = 11 * 3600  # a deed carries for twelve hours
MOST = 64
NOT_THERE = Outcome(why="not_there")


@dataclass(slots=True)
class _Open:
    record: ClinicRecord
    app: App
    since_s: float
    seen_s: float


class RecordShelf:
    """Usable from any thread."""

    def __init__(self, engine: ClinicEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = Lock()
        self._open: dict[tuple[UUID, UUID, str], _Open] = {}

    def app(self, member: UUID, client: UUID, journal: str) -> App | Outcome:
        """Each time it is asked whether it is still theirs to see: the rules on rows would show a
        record with nothing in it. Raises StoreError, NotAllowedError."""
        if not overview.sees(self._engine, member, client):
            return NOT_THERE
        key, now = (member, client, journal), self._clock.now_s()
        with self._lock:
            found = self._open.pop(key, None)
            if found and now - found.seen_s < IDLE_S and now - found.since_s < LONGEST_S:
                found.seen_s = now
                self._open[key] = found
                return found.app
        record = self._opened(member, client, journal)
        if record is None:
            return NOT_THERE
        app = UntilOver(record.app(), lambda: self._may_stay(key), self._clock.now_s)
        fresh = _Open(record, app, now, now)
        with self._lock:
            self._open[key] = fresh
            if len(self._open) > MOST:
                del self._open[next(iter(self._open))]  # not closed: somebody may be reading
        return fresh.app

    def drop(self, client: UUID) -> None:
        """Nothing of this client is open any more."""
        with self._lock:
            for key in [key for key in self._open if key[1] == client]:
                self._open.pop(key).record.close()

    def close(self) -> None:
        with self._lock:
            for one in self._open.values():
                one.record.close()
            self._open.clear()

    def _opened(self, member: UUID, client: UUID, journal: str) -> ClinicRecord | None:
        journals = {one.journal: one for one in journals_of(self._engine, member, client)}
        if journal not in journals:
            return None
        reader = over_only(open_reader(self._engine, member, client, journal))
        name = next(
            (c.alias for c in people.clients(self._engine, member) if c.client == client), ""
        )
        agreed = consent.items_now(self._engine, member, client)
        try:
            about = self._about(reader, client, name, journals[journal], agreed)
        except FOLD_ERRORS:  # what a client's computer sent need not make sense
            reader.close()
            return None
        return ClinicRecord(reader, about, self._clock)

    def _about(
        self, reader: Reader, client: UUID, name: str, journal: Journal, agreed: Collection[str]
    ) -> About:
        today = self._clock.wall().astimezone().date()
        found = digest(reader, agreed, today)
        days = [row["started_utc"][:10] for row in reader.summaries().values()] or [""]
        told = {
            "id": str(client), "name": name, "fingerprint": "", "made_utc": iso_utc(journal.heard),
            "period": [min(days), max(days)], "redacted": 0, "simulated": False, "file": "",
            "had_before": False, "new": found["sessions"], "practised": found["practised"],
            "reasons": found["reasons"],
        }  # fmt: skip
        return About(client=str(client), name=name, since=min(days), until=max(days), told=told)

    def _may_stay(self, key: tuple[UUID, UUID, str]) -> int:
        """Of a socket, which is let in once: the rest is looked at each time it asks."""
        member, client, journal = key
        try:
            if not overview.sees(self._engine, member, client):
                return OVER
            there = {one.journal for one in journals_of(self._engine, member, client)}
        except StoreError:
            return LATER
        except NotAllowedError:
            return OVER
        return STAYS if journal in there else OVER
