"""What the record knows of the strap's errand, so that any later process can fetch it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from biocoach.clock import Clock, iso_utc, moment_of
from biocoach.store import Journal
from devices.polar import recording
from devices.polar_memory import Begun

ERRAND = "errand"  # the fact's name
TRIAL = "memory_trial"


class Stage(StrEnum):
    """AWAY: recording, as far as we know. STOPPED: to be fetched. KEPT: in the record, and
    perhaps still on the strap. OVER: gone from the strap too. GONE: the strap has it no more."""

    AWAY = "away"
    STOPPED = "stopped"
    KEPT = "kept"
    OVER = "over"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """``clock_s``: the computer's clock at the start, good while its boot id is the same.
    ``lasted_s``: from start to stop, None while it is not known. ``session``: where it is kept.
    """

    id: str
    strap: str
    address: str
    source: str
    started_utc: str
    clock_s: float
    boot_id: str
    stage: Stage = Stage.AWAY
    lasted_s: float | None = None
    session: str = ""

    @property
    def unfetched(self) -> bool:
        return self.stage in (Stage.AWAY, Stage.STOPPED)

    @property
    def started(self) -> datetime:
        return moment_of(self.started_utc)

    def lasted(self, clock: Clock) -> float | None:
        """How long it is since the start; None where the clocks don't tell. A clock that stands
        while the computer sleeps is not enough: it sleeps when nobody is there."""
        wall_s = (clock.wall() - self.started).total_seconds()
        if clock.boot_id != self.boot_id:
            return wall_s if wall_s >= 0 else None
        own_s = max(0.0, clock.now_s() - self.clock_s)
        return own_s if getattr(clock, "counts_sleep", True) else max(own_s, wall_s)


def begun(found: Begun, *, strap: str, address: str, source: str) -> Errand:
    return Errand(
        id=found.identifier,
        strap=strap,
        address=address,
        source=source,
        started_utc=iso_utc(found.started),
        clock_s=found.clock_s,
        boot_id=found.boot_id,
    )


def fact_of(errand: Errand) -> dict[str, Any]:
    return asdict(errand)


def errand_of(fact: Mapping[str, Any] | None) -> Errand | None:
    """The errand; None where there is none, or what is kept of it can't be read."""
    try:
        found = Errand(**{**(fact or {}), "stage": Stage((fact or {})["stage"])})
        moment_of(found.started_utc)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    words = (found.id, found.strap, found.address, found.source, found.boot_id, found.session)
    numbers = (found.clock_s, found.lasted_s or 0.0)
    known = all(isinstance(word, str) for word in words)
    return found if known and all(isinstance(n, int | float) for n in numbers) else None


class Notes:
    """The record's facts of errands. Raises StoreError."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def errand(self) -> Errand | None:
        return errand_of(await asyncio.to_thread(self._journal.fact, ERRAND))

    async def keep(self, errand: Errand) -> None:
        await asyncio.to_thread(self._journal.put_fact, ERRAND, fact_of(errand))

    async def trial(self) -> dict[str, Any] | None:
        return await asyncio.to_thread(self._journal.fact, TRIAL)

    async def keep_trial(self, fact: dict[str, Any]) -> None:
        await asyncio.to_thread(self._journal.put_fact, TRIAL, fact)


def is_ours(identifier: str, errand: Errand | None) -> bool:
    """A recording that an errand of ours left, on this computer or another."""
    known = errand is not None and errand.id == identifier
    return known or recording.started_of(identifier) is not None
