"""The only place that reads a clock. Everything else is handed a Clock."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Seconds that never run backwards and include sleep, and the wall's time beside them."""

    @property
    def boot_id(self) -> str:
        """Names the stretch of time in which ``now_s`` values can be compared."""

    def now_s(self) -> float: ...

    def wall(self) -> datetime:
        """The time of day, in UTC."""

    async def sleep_until(self, at_s: float) -> None: ...


def read_boot_id() -> str:
    """The kernel's name for this boot; a fresh one where there is none to read."""
    try:
        return _BOOT_ID_FILE.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid4())


def counting_sleep(system: str = sys.platform) -> Callable[[], float] | None:
    """The system's clock, in seconds, that goes on while the computer sleeps; None for none.

    ``time.monotonic`` is none on Linux and macOS, and coarse (16 ms) on Windows before Python 3.13.
    """
    if system == "win32":  # QueryPerformanceCounter "includes time in sleep" (Microsoft)
        return time.perf_counter
    # On macOS CLOCK_MONOTONIC goes on (clock_gettime(3) there); on Linux it stops.
    name = "CLOCK_MONOTONIC" if system == "darwin" else "CLOCK_BOOTTIME"
    clock_id: int | None = getattr(time, name, None)
    return None if clock_id is None else lambda: time.clock_gettime(clock_id)


class SystemClock:
    """The machine's clock; where there is one, such that sleep counts."""

    def __init__(self, system: str = sys.platform) -> None:
        self._boot_id = read_boot_id()
        found = counting_sleep(system)
        self.counts_sleep = found is not None
        self._read = found or time.monotonic

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def now_s(self) -> float:
        return self._read()

    def wall(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s()))


class ScaledClock:
    """A clock that runs ``speed`` times as fast from the moment it is made."""

    def __init__(self, inner: Clock, speed: float) -> None:
        self._inner = inner
        self._speed = speed
        self._start_s = inner.now_s()
        self._start_wall = inner.wall()
        self._boot_id = f"{inner.boot_id}x{uuid4().hex[:8]}"

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def now_s(self) -> float:
        return self._start_s + (self._inner.now_s() - self._start_s) * self._speed

    def wall(self) -> datetime:
        return self._start_wall + timedelta(seconds=self.now_s() - self._start_s)

    async def sleep_until(self, at_s: float) -> None:
        wait_s = max(0.0, at_s - self.now_s()) / self._speed
        await self._inner.sleep_until(self._inner.now_s() + wait_s)


class StoryClock:
    """Stands until it is moved: for a story of months that is made in a minute."""

    def __init__(self, start: datetime) -> None:
        self._start = self._wall = start
        self.boot_id = f"story-{iso_utc(start)}"

    def now_s(self) -> float:
        return (self._wall - self._start).total_seconds()

    def wall(self) -> datetime:
        return self._wall

    def go_to(self, moment: datetime) -> None:
        """Never back."""
        self._wall = max(self._wall, moment)

    def pass_s(self, seconds: float) -> None:
        self.go_to(self._wall + timedelta(seconds=seconds))

    async def sleep_until(self, at_s: float) -> None:
        self.go_to(self._start + timedelta(seconds=at_s))


def iso_utc(moment: datetime) -> str:
    """``2026-01-31T09:00:00.000Z``: how every file and message writes a moment."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(text: str) -> date:
    """A day in the one form that is compared as a text, ``2026-01-31``. Raises ValueError."""
    found = date.fromisoformat(text)
    if found.isoformat() != text:
        raise ValueError(text)
    return found


def moment_of(text: str) -> datetime:
    """The moment that ``iso_utc`` wrote."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def same_utc(told: str) -> str:
    """What somebody else wrote, as ``iso_utc`` writes it, so that it can be compared as a text; ""
    for what is no moment, or one in no zone."""
    try:
        moment = moment_of(told)
        return iso_utc(moment) if moment.tzinfo else ""
    except (ValueError, OverflowError):
        return ""
