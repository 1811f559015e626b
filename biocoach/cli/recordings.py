"""Recordings that are brought into the record which is open now: the page's uploads, and what is
said of them afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from biocoach import __version__
from biocoach.bringing import Brought, bring, parser
from biocoach.clock import Clock
from biocoach.keeping import Keeper, StoppedError
from biocoach.profile import fit_of
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError
from biocoach.types import Afterwards, Fit, NotAfterwards, Refusal
from dashboard.ports import Outcome

Json = dict[str, Any]
LOCKED: Json = {"ok": False, "why": "locked"}
NOT_WRITTEN: Json = {"ok": False, "why": "not_recording"}


def keeper_of(journal: Journal, clock: Clock, settings: Settings, *, simulated: bool) -> Keeper:
    """A keeper for this journal. A simulated person needs no first-run answers."""
    return Keeper(
        journal=journal,
        clock=clock,
        settings=settings,
        writer=f"biocoach {__version__}",
        fit=lambda: fit_of(journal.fact("fit")) or (Fit() if simulated else None),
        new_id=lambda: uuid4().hex,
        simulated=simulated,
    )


def told(found: Brought | Refusal, journal: Journal) -> Json:
    """What became of a file, for the page and for ``--json``."""
    if isinstance(found, Refusal):
        return {"ok": False, "why": "refused", "words": found.why}
    kept = found.kept
    known = journal.summaries() if kept.overlaps else {}
    return {
        "ok": True,
        "session": kept.session,
        "new": kept.new,
        "format": found.format,
        "started_utc": kept.started_utc if kept.dated else None,
        "zone_assumed": found.zone_assumed,
        "length_s": kept.length_s,
        "cut_off": found.cut_off,
        "problem_count": found.problem_count,
        "problems": [{"line": p.line, "why": p.why} for p in found.problems],
        "overlaps": [
            {"session": name, "started_utc": known[name]["started_utc"]}
            for name in kept.overlaps
            if name in known
        ],
    }


@dataclass(slots=True)
class Recordings:
    """One file at a time. ``closing`` waits until no thread has the journal any more."""

    _keeper: Keeper | None = None
    _lock: asyncio.Lock | None = None

    def opened(self, keeper: Keeper) -> None:
        self._keeper, self._lock = keeper, asyncio.Lock()

    async def closing(self) -> None:
        lock, self._keeper, self._lock = self._lock, None, None
        if lock is not None:
            async with lock:
                return

    async def bring_in(self, pieces: AsyncIterator[bytes]) -> Json:
        """A file's bytes, as they are uploaded: nothing of it ever lies on the disk in the clear,
        and of one that breaks off on its way nothing is kept."""
        keeper, lock = self._keeper, self._lock
        if keeper is None or lock is None:
            return LOCKED
        async with lock:
            try:
                return await self._fed(keeper, pieces)
            except StoreError:
                return NOT_WRITTEN
            except StoppedError:
                return LOCKED

    async def _fed(self, keeper: Keeper, pieces: AsyncIterator[bytes]) -> Json:
        stream = parser()
        try:
            async for piece in pieces:
                if not await asyncio.to_thread(stream.feed, piece):
                    break
            await asyncio.to_thread(stream.end)
            working = asyncio.create_task(
                asyncio.to_thread(bring, stream, keeper, lambda: self._keeper is keeper)
            )
            try:
                found = await asyncio.shield(working)
            except asyncio.CancelledError:
                # The page has gone; the thread still has the journal.
                stream.kill()
                await asyncio.wait({working})
                raise
            return await asyncio.to_thread(told, found, keeper.journal)
        finally:
            await asyncio.to_thread(stream.close)

    async def say_afterwards(self, name: str, said: Afterwards | NotAfterwards) -> Outcome:
        keeper, lock = self._keeper, self._lock
        if keeper is None or lock is None:
            return Outcome(why="locked")
        async with lock:
            try:
                number, why = await asyncio.to_thread(keeper.add, name, said)
            except StoreError:
                return Outcome(why="not_recording")
        return Outcome(why=why, number=None if why else number)
