"""Recordings that are brought into the record which is open now: the page's uploads, and what is
said of them afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from biocoach import __version__
from biocoach.bringing import Brought, bring, parser
from biocoach.cli.in_thread import to_its_end
from biocoach.clock import Clock
from biocoach.keeping import Keeper, StoppedError
from biocoach.profile import fit_for
from biocoach.sandbox import Stream
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError
from biocoach.telling import Told, tell
from biocoach.types import Afterwards, NotAfterwards, Refusal
from dashboard.ports import Outcome

Json = dict[str, Any]
LOCKED: Json = {"ok": False, "why": "locked"}
NOT_WRITTEN: Json = {"ok": False, "why": "not_recording"}
STALL_S = 60.0  # for the next piece of an upload: others wait for their turn
STALLED: Json = {"ok": False, "why": "refused", "words": "nothing more of it came; try again"}


def keeper_of(journal: Journal, clock: Clock, settings: Settings, *, simulated: bool) -> Keeper:
    """A keeper for this journal. A simulated person needs no first-run answers."""
    return Keeper(
        journal=journal,
        clock=clock,
        settings=settings,
        writer=f"biocoach {__version__}",
        fit=lambda: fit_for(journal.fact("fit"), simulated=simulated),
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


async def _nothing() -> None:
    """Nobody waits for it."""


@dataclass(slots=True)
class Recordings:
    """One upload at a time (``_turn``), and one at the journal (``_lock``): a page that stops in
    the middle of its file holds up neither what is said of another nor the record's closing.
    ``changed``: what was told of a step may ask for rest today."""

    changed: Callable[[], Awaitable[None]] = _nothing
    _keeper: Keeper | None = None
    _turn: asyncio.Lock | None = None
    _lock: asyncio.Lock | None = None
    _feeding: asyncio.Task[None] | None = None

    def opened(self, keeper: Keeper) -> None:
        self._keeper, self._turn, self._lock = keeper, asyncio.Lock(), asyncio.Lock()

    async def closing(self) -> None:
        """Waits until no thread has the journal any more; an upload on its way is let go of."""
        lock, self._keeper, self._turn, self._lock = self._lock, None, None, None
        if self._feeding is not None:
            self._feeding.cancel()
        if lock is not None:
            async with lock:
                return

    async def bring_in(self, pieces: AsyncIterator[bytes]) -> Json:
        """A file's bytes, as they are uploaded: nothing of it ever lies on the disk in the clear,
        and of one that breaks off on its way nothing is kept."""
        keeper, turn, lock = self._keeper, self._turn, self._lock
        if keeper is None or turn is None or lock is None:
            return LOCKED
        async with turn:
            try:
                return await self._fed(keeper, lock, pieces)
            except StoreError:
                return NOT_WRITTEN
            except StoppedError:
                return LOCKED
            except TimeoutError:
                return STALLED

    async def _fed(self, keeper: Keeper, lock: asyncio.Lock, pieces: AsyncIterator[bytes]) -> Json:
        self._still(keeper)
        stream = parser()
        self._feeding = feeding = asyncio.create_task(_feed(stream, pieces))
        try:
            await asyncio.wait({feeding})
            if feeding.cancelled():
                raise StoppedError
            feeding.result()
            async with lock:
                self._still(keeper)
                return await self._kept(stream, keeper)
        finally:
            self._feeding = None
            feeding.cancel()
            await asyncio.to_thread(stream.close)

    async def _kept(self, stream: Stream, keeper: Keeper) -> Json:
        # Where the page goes away, its file comes to an end.
        found = await to_its_end(
            lambda: bring(stream, keeper, lambda: self._keeper is keeper), leaving=stream.kill
        )
        return await asyncio.to_thread(told, found, keeper.journal)

    def _still(self, keeper: Keeper) -> None:
        """Raises StoppedError where another record is open by now, or none."""
        if self._keeper is not keeper:
            raise StoppedError

    async def say_afterwards(self, name: str, said: Afterwards | NotAfterwards) -> Outcome:
        keeper, lock = self._keeper, self._lock
        if keeper is None or lock is None:
            return Outcome(why="locked")
        async with lock:
            try:
                number, why = await asyncio.to_thread(keeper.add, name, said)
            except StoreError:
                return Outcome(why="not_recording")
        if not why and isinstance(said, Afterwards) and (said.plan or said.debrief):
            await self.changed()
        return Outcome(why=why, number=None if why else number)

    async def tell(self, told: Told) -> Json:
        keeper, lock = self._keeper, self._lock
        if keeper is None or lock is None:
            return LOCKED
        async with lock:
            try:
                session, why = await asyncio.to_thread(tell, keeper, told)
            except StoreError:
                return NOT_WRITTEN
        if why:
            return {"ok": False, "why": why}
        await self.changed()
        return {"ok": True, "session": session}


async def _feed(stream: Stream, pieces: AsyncIterator[bytes]) -> None:
    """All of it into the child. Raises TimeoutError where nothing more comes."""
    now_s = asyncio.get_running_loop().time
    async with asyncio.timeout(STALL_S) as patience:
        async for piece in pieces:
            if not await asyncio.to_thread(stream.feed, piece):
                break
            patience.reschedule(now_s() + STALL_S)
    await asyncio.to_thread(stream.end)
