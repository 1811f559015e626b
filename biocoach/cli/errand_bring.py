"""Bringing a recording home: stop it, fetch it, keep it, and only then take it off the strap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Event

from biocoach.cli.errand_fact import Errand, Notes, Stage, is_ours
from biocoach.cli.in_thread import to_its_end
from biocoach.clock import Clock
from biocoach.keeping import Keeper
from biocoach.review.errand import Found, judged
from biocoach.types import Refusal, Where
from devices.polar import recording
from devices.polar_exchange import MemoryRefusedError
from devices.polar_memory import Fetched, Progress, Stored, StrapMemory
from devices.strap_words import DeviceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Strap:
    """Whose memory it is. ``source``: the address that finds it again."""

    name: str
    address: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Homecoming:
    """A recording that was fetched. ``session`` "": it held nothing to keep. ``new`` False: it
    was kept before. ``left``: why it is still on the strap, as a code; "" where it is not."""

    identifier: str
    found: Found
    session: str
    new: bool
    left: str


class Bringing:
    """From the memory of one strap on one connection. Every method raises DeviceError, and
    StoreError where the disk refuses."""

    def __init__(self, memory: StrapMemory, strap: Strap, keeper: Keeper, clock: Clock) -> None:
        self.memory = memory
        self.strap = strap
        self._keeper = keeper
        self._notes = Notes(keeper.journal)
        self._clock = clock

    async def stop(self, *, ours_only: bool) -> None:
        """Stop what is being recorded. Raises DeviceError("not_ours")."""
        status, errand = await self.memory.status(), await self._notes.errand()
        if not status.on:
            return
        trial = recording.is_trial(status.identifier)
        if ours_only and not trial and not is_ours(status.identifier, errand):
            raise MemoryRefusedError("not_ours", status.identifier)
        lasted_s = errand.lasted(self._clock) if errand is not None else None
        await self.memory.stop()
        if errand is not None and errand.id == status.identifier:
            await self._notes.keep(replace(errand, stage=Stage.STOPPED, lasted_s=lasted_s))

    async def bring(self, progress: Progress, *, ours_only: bool) -> list[Homecoming]:
        """All that is stored, or all that is ours; what a trial left is thrown away."""
        errand, brought = await self._notes.errand(), list[Homecoming]()
        for stored in await self.memory.recordings():
            if recording.is_trial(stored.identifier):
                await self.memory.remove(stored)
            elif not ours_only or is_ours(stored.identifier, errand):
                brought.append(await self._home(stored, progress))
        return brought

    async def missed(self) -> None:
        """This strap has no recording of ours: an errand on it is lost."""
        errand = await self._notes.errand()
        if errand is not None and errand.unfetched and errand.address == self.strap.address:
            await self._notes.keep(replace(errand, stage=Stage.GONE))

    def judged(self, fetched: Fetched, errand: Errand | None, lasted_s: float | None) -> Found:
        """Raises DeviceError("not_kept") for what no record can hold."""
        told = recording.started_of(fetched.stored.identifier)
        found = judged(
            fetched.samples,
            raw=fetched.raw,
            device=self.strap.name,
            started=errand.started if errand is not None else told,
            lasted_s=lasted_s,
            simulated=self._keeper.simulated,
        )
        if isinstance(found, Refusal):
            raise MemoryRefusedError("not_kept", found.why)
        return found

    async def _home(self, stored: Stored, progress: Progress) -> Homecoming:
        fetched = await self.memory.fetch(stored, progress)
        known = await self._notes.errand()
        if known is not None and known.id != stored.identifier:
            known = None
        found = self.judged(fetched, known, known.lasted_s if known is not None else None)
        session, new = await self._keep(found)
        if known is not None:
            known = replace(known, stage=Stage.KEPT, session=session)
            await self._notes.keep(known)
        left = await _remove(self.memory, fetched)
        if known is not None and not left:
            await self._notes.keep(replace(known, stage=Stage.OVER))
        return Homecoming(
            identifier=stored.identifier, found=found, session=session, new=new, left=left
        )

    async def _keep(self, found: Found) -> tuple[str, bool]:
        """The session that it is kept as, and whether it is new."""
        if found.holds == "nothing":
            return "", False
        leaving = Event()
        kept = await to_its_end(
            lambda: self._keeper.keep(
                found.recording, Where.MEMORY, go_on=lambda: not leaving.is_set()
            ),
            leaving=leaving.set,
        )
        if isinstance(kept, Refusal):
            raise MemoryRefusedError("not_kept", kept.why)
        return kept.session, kept.new


async def _remove(memory: StrapMemory, fetched: Fetched) -> str:
    """Why it stays on the strap, though it is kept; "" where it is gone."""
    all_there = fetched.stored.size and len(fetched.raw) >= fetched.stored.size
    if fetched.samples.cut_off and not all_there:
        return "cut_short"  # there may be more of it
    try:
        await memory.remove(fetched.stored)
    except DeviceError as error:
        return error.reason
    return ""
