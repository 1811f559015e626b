"""Beside the pages: what came in is summed up, and each client's line of the caseload made anew.

One session at a time; a long one is folded in a child, so that nobody who reads waits for it. What
could not be done while the database was away is tried again by itself. What was not done when the
server stopped is found again: a copy says itself what it lacks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from biocoach.cli.reading_desk import record_in, scales_here
from biocoach.clock import Clock
from biocoach.review import sessions
from biocoach.review.summing_beside import wherever
from biocoach.review.summing_up import keep, not_summed_up
from biocoach.settings import Settings
from biocoach.sharing.caseload import since
from biocoach.sharing.taking import FOLD_ERRORS
from biocoach.store import Reader, StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, audit, consent
from biocoach.store.clinic.doors import Holder
from biocoach.store.clinic.over import over_only
from biocoach.store.clinic.own import Own
from biocoach.store.clinic.records import open_reader

AGAIN_S, AGAIN_MOST_S = 15.0, 600.0  # until a copy is tried again; longer each time
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
        made = digest(over_only(reader), agreed, self._today())
        own.put_digest(made, sessions.made_by(self._settings), agreed)


Work: TypeAlias = tuple[UUID, UUID, str]  # member, client, journal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """From when on a copy is to be summed up, and how long it waits if that can't be done."""

    due_s: float
    waits_s: float = AGAIN_S


class Summing:
    """One copy after the other, as they come."""

    def __init__(self, sums: Sums, clock: Clock) -> None:
        self._sums = sums
        self._clock = clock
        self._waiting: dict[Work, _Turn] = {}
        self._there = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def came(self, holder: Holder, journal: str) -> None:
        """From any thread: this copy has changed."""
        self._loop.call_soon_threadsafe(self._add, (holder.member, holder.client, journal))

    def _add(self, work: Work) -> None:
        self._waiting[work] = _Turn(due_s=self._clock.now_s())
        self._there.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._there.clear()
            while (work := self._next()) is not None:
                turn = self._waiting.pop(work)
                try:
                    await asyncio.to_thread(self._sums.up, *work)
                except StoreError as error:
                    self._sums.say(f"a client's sessions wait to be summed up: {error}")
                    self._again(work, turn)
                except NotAllowedError as error:
                    self._sums.say(f"a client's sessions are not summed up: {error}")
                except FOLD_ERRORS:  # one copy that makes no sense must not end it for all
                    self._sums.say("a client's copy makes no sense: it is kept, not summed up")
            await self._rest()

    def _next(self) -> Work | None:
        """The one that is due, and came first."""
        now = self._clock.now_s()
        return next((work for work, turn in self._waiting.items() if turn.due_s <= now), None)

    def _again(self, work: Work, turn: _Turn) -> None:
        """Later, last of all, and once at most however often it came meanwhile."""
        later = _Turn(
            due_s=self._clock.now_s() + turn.waits_s, waits_s=min(AGAIN_MOST_S, 2 * turn.waits_s)
        )
        self._waiting.setdefault(work, later)

    async def _rest(self) -> None:
        """Until a copy changes, or one that failed is due."""
        asleep: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._there.wait())]
        if self._waiting:
            due_s = min(turn.due_s for turn in self._waiting.values())
            asleep.append(asyncio.ensure_future(self._clock.sleep_until(due_s)))
        try:
            await asyncio.wait(asleep, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in asleep:
                one.cancel()
