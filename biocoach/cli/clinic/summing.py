"""Beside the pages: what came in is summed up, and each client's line of the caseload made anew.

One session at a time; a long one is folded in a child, so that nobody who reads waits for it. What
was not done when the server stopped is found again: a copy says itself what it lacks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from biocoach.cli.reading_desk import record_in, scales_here
from biocoach.review import sessions
from biocoach.review.summing_beside import wherever
from biocoach.review.summing_up import keep, not_summed_up
from biocoach.settings import Settings
from biocoach.sharing.caseload import since
from biocoach.sharing.taking import FOLD_ERRORS
from biocoach.store import Reader, StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, audit, consent
from biocoach.store.clinic.doors import Holder
from biocoach.store.clinic.own import Own
from biocoach.store.clinic.records import open_reader

REASONS_MOST = 40  # of one client; the latest of each kind first


def digest(reader: Reader, agreed: Collection[str], today: date) -> dict[str, Any]:
    """What a caseload shows of a copy. Of what was not agreed to nothing is said: a check-in that
    is not shared is not one that was not answered. Raises StoreError."""
    found = since(record_in(reader, today.isoformat()), None, scales_here(), today)
    known = [one for one in found.reasons if one.what != "no_check_in" or "check_ins" in agreed]
    return {
        "shared": "sessions" in agreed, "sessions": found.sessions, "practised": found.practised,
        "reasons": [asdict(reason) for reason in known[:REASONS_MOST]],
    }  # fmt: skip


class Sums:
    """``today``: the local date. ``say``: a line for the terminal."""

    def __init__(
        self, engine: ClinicEngine, today: Callable[[], date], say: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._today = today
        self.say = say
        self._settings = Settings()

    def up(self, member: UUID, client: UUID, journal: str) -> None:
        """What this copy lacks. Raises StoreError, NotAllowedError."""
        deed = audit.standing(self._engine, member, client)
        reader = open_reader(self._engine, member, client, journal, deed)
        own = Own(self._engine, member, client, journal)
        missing, stale = not_summed_up(reader, self._settings)
        for row in (*missing, *stale):
            try:
                found = wherever(reader, row.session, self._settings)
            except FOLD_ERRORS:  # what a client's computer sent need not make sense
                self.say("a session makes no sense and is not summed up; its lines are kept")
                continue
            keep(own, row.session, found, self._settings)
        agreed = consent.items_now(self._engine, member, client)
        own.put_digest(digest(reader, agreed, self._today()), sessions.made_by(self._settings))


class Summing:
    """One copy after the other, as they come."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums
        self._waiting: dict[tuple[UUID, UUID, str], None] = {}
        self._there = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def came(self, holder: Holder, journal: str) -> None:
        """From any thread: this copy has changed."""
        self._loop.call_soon_threadsafe(self._add, (holder.member, holder.client, journal))

    def _add(self, work: tuple[UUID, UUID, str]) -> None:
        self._waiting[work] = None
        self._there.set()

    async def run(self) -> None:
        """Until cancelled. A copy that can't be summed up now is, when more of it comes."""
        while True:
            await self._there.wait()
            while self._waiting:
                work = next(iter(self._waiting))
                del self._waiting[work]
                try:
                    await asyncio.to_thread(self._sums.up, *work)
                except (StoreError, NotAllowedError) as error:
                    self._sums.say(f"a client's sessions wait to be summed up: {error}")
                except FOLD_ERRORS:  # one copy that makes no sense must not end it for all
                    self._sums.say("a client's copy makes no sense: it is kept, not summed up")
            self._there.clear()
