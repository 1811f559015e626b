"""The strap's errand (A6): start it, ask after it, fetch it, keep it, and only then let it go.

Used by the page and by ``biocoach errand`` alike. What it needs of the strap is a way to borrow
its one connection; what goes wrong is a DeviceError with a short code. Besides those of the
strap's memory there are

unfetched (an errand of ours is still on the strap; unfetched_elsewhere: on another one) ·
not_ours (another program's recording is running) · nothing_there · not_kept (the record does not
take it).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from biocoach.cli import errand_fact as facts
from biocoach.cli.errand_bring import Bringing, Homecoming, Strap
from biocoach.cli.errand_fact import Errand, is_ours
from biocoach.clock import Clock, iso_utc
from biocoach.keeping import Keeper
from biocoach.review.errand import Found, keeps_beats
from devices.gatt import Gatt
from devices.polar import recording
from devices.polar.recording import RecordingStatus
from devices.polar_exchange import MemoryRefusedError, Waits
from devices.polar_memory import Progress, Stored, StrapMemory

T = TypeVar("T")
TRIAL_S = 60.0


class Borrow(Protocol):
    """The strap's connection, for as long as ``use`` takes. Raises DeviceError."""

    async def __call__(self, use: Callable[[Gatt], Awaitable[T]]) -> T: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the record knows of an errand, and what is on the strap."""

    errand: Errand | None
    status: RecordingStatus
    stored: tuple[Stored, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a trial of ``lasted_s`` seconds showed."""

    found: Found
    lasted_s: float
    keeps_beats: bool


def untold(done: int, of: int) -> None:
    """Nobody wants to know how far it is."""


class Errands:
    """``strap_of`` says whose connection it is. ``set_clock``: the strap's own may be set, for
    nothing is streamed from it."""

    def __init__(
        self,
        *,
        borrow: Borrow,
        strap_of: Callable[[Gatt], Strap],
        keeper: Keeper,
        clock: Clock,
        set_clock: bool = False,
        waits: Waits | None = None,
    ) -> None:
        self.notes = facts.Notes(keeper.journal)
        self._borrow = borrow
        self._strap_of = strap_of
        self._keeper = keeper
        self._clock = clock
        self._set_clock = set_clock
        self._waits = waits
        self._at: tuple[Gatt, Bringing] | None = None

    async def status(self) -> Standing:
        """What the record and the strap know."""

        async def ask(gatt: Gatt) -> Standing:
            memory = self._on(gatt).memory
            status, errand = await memory.status(), await self.notes.errand()
            return Standing(errand=errand, status=status, stored=await memory.recordings())

        return await self._borrow(ask)

    async def start(
        self, *, replace: bool = False, progress: Progress = untold
    ) -> tuple[Errand, list[Homecoming]]:
        """Send the strap off. Raises DeviceError "unfetched" or "occupied" where something is on
        it; with ``replace`` that is fetched, kept and removed first, and told."""

        async def go(gatt: Gatt) -> tuple[Errand, list[Homecoming]]:
            at = self._on(gatt)
            known = await self.notes.errand()
            elsewhere = known is not None and known.address != at.strap.address
            if known is not None and known.unfetched and elsewhere and not replace:
                # One errand is remembered, and another strap is still out with it.
                raise MemoryRefusedError("unfetched_elsewhere", known.strap)
            brought = await self._make_room(at, replace, progress)
            begun = await at.memory.start(set_clock=self._set_clock)
            strap = at.strap
            errand = facts.begun(
                begun, strap=strap.name, address=strap.address, source=strap.source
            )
            await self.notes.keep(errand)
            return errand, brought

        return await self._borrow(go)

    async def fetch(self, progress: Progress = untold) -> list[Homecoming]:
        """Stop it, fetch it, keep it, and take it off the strap. Raises DeviceError; until it is
        kept it stays on the strap, whatever breaks."""

        async def bring(gatt: Gatt) -> list[Homecoming]:
            at = self._on(gatt)
            await at.stop(ours_only=True)
            brought = await at.bring(progress, ours_only=True)
            if not brought:
                await at.missed()
                raise MemoryRefusedError("nothing_there")
            return brought

        return await self._borrow(bring)

    async def trial(self, wait: Callable[[float], Awaitable[None]]) -> Trial:
        """Record for TRIAL_S seconds of wearing and look at what the strap kept. It goes no
        further than this, and off the strap again. ``wait``: for so many seconds."""

        async def go(gatt: Gatt) -> float:
            at = self._on(gatt)
            await self._make_room(at, replace=False, progress=untold)
            return (await at.memory.start(trial=True, set_clock=self._set_clock)).clock_s

        begun_s = await self._borrow(go)
        await wait(TRIAL_S)
        return await self._borrow(lambda gatt: self._look(self._on(gatt), begun_s))

    # ---- parts of it

    def _on(self, gatt: Gatt) -> Bringing:
        """The memory of this connection: one for each, since it listens for good."""
        if self._at is None or self._at[0] is not gatt:
            memory = StrapMemory(gatt, self._clock, self._waits)
            home = Bringing(memory, self._strap_of(gatt), self._keeper, self._clock)
            self._at = gatt, home
        return self._at[1]

    async def _make_room(self, at: Bringing, replace: bool, progress: Progress) -> list[Homecoming]:
        """What was on the strap, where it may be replaced. Raises DeviceError where not."""
        status, stored = await at.memory.status(), await at.memory.recordings()
        names = [status.identifier] * status.on + [s.identifier for s in stored]
        names = [name for name in names if not recording.is_trial(name)]
        if names and not replace:
            errand = await self.notes.errand()
            ours = any(is_ours(name, errand) for name in names)
            raise MemoryRefusedError("unfetched" if ours else "occupied", names[0])
        await at.stop(ours_only=False)
        return await at.bring(progress, ours_only=False)

    async def _look(self, at: Bringing, begun_s: float) -> Trial:
        await at.memory.stop()
        lasted_s = self._clock.now_s() - begun_s
        stored = [s for s in await at.memory.recordings() if recording.is_trial(s.identifier)]
        if not stored:
            raise MemoryRefusedError("nothing_there")
        fetched = await at.memory.fetch(stored[-1])
        found = at.judged(fetched, None, lasted_s)
        for old in stored:
            await at.memory.remove(old)
        trial = Trial(found=found, lasted_s=lasted_s, keeps_beats=keeps_beats(found, lasted_s))
        await self.notes.keep_trial(
            {
                "strap": at.strap.name,
                "address": at.strap.address,
                "at_utc": iso_utc(self._clock.wall()),
                "holds": found.holds,
                "keeps_beats": trial.keeps_beats,
            }
        )
        return trial
