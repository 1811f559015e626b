"""Stand-ins for the outside of the core: a clock moved by hand, a source told beforehand.

The clock is a verified fake: ``test_runtime`` asks the same of it as of the real one.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from biocoach.coach.choice import BEFORE
from biocoach.opening import Opening
from biocoach.running import Running, Step
from biocoach.runtime import PENDING_MAX, Runtime
from biocoach.settings import Settings
from biocoach.store import Journal, StoreError, Trouble, memory_store
from biocoach.types import Arrival, Decision, Entry, Fit, InputBody, Stamped

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
Deliveries = Sequence[tuple[float, float, InputBody]]  # delivered at, stamped at, body
PATIENCE_S = 30.0  # a test that hangs fails; nothing is measured by it


class FakeClock:
    """``advance`` moves the time; whoever sleeps wakes in the order of the times asked for."""

    def __init__(self, now_s: float = 1000.0, *, boot_id: str = "boot-1") -> None:
        self._now_s = now_s
        self._zero = START - timedelta(seconds=now_s)
        self._asleep: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self.boot_id = boot_id

    def now_s(self) -> float:
        return self._now_s

    def wall(self) -> datetime:
        return self._zero + timedelta(seconds=self._now_s)

    def set_wall(self, moment: datetime) -> None:
        """Somebody sets the wall clock; the other one does not care."""
        self._zero = moment - timedelta(seconds=self._now_s)

    async def sleep_until(self, at_s: float) -> None:
        if at_s <= self._now_s:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (at_s, next(self._order), woken))
        await woken

    def advance(self, seconds: float) -> None:
        self.advance_to(self._now_s + seconds)

    def advance_to(self, at_s: float) -> None:
        while self._asleep and self._asleep[0][0] <= at_s:
            wake_s, _, woken = heapq.heappop(self._asleep)
            self._now_s = max(self._now_s, wake_s)
            if not woken.done():
                woken.set_result(None)
        self._now_s = max(self._now_s, at_s)

    @property
    def sleepers(self) -> int:
        return sum(not woken.done() for *_, woken in self._asleep)

    @property
    def next_wake_s(self) -> float | None:
        while self._asleep and self._asleep[0][2].done():
            heapq.heappop(self._asleep)
        return self._asleep[0][0] if self._asleep else None


async def until(true: Callable[[], bool]) -> None:
    """Let the others run until something holds; not a sleep, and no duration is asserted."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await asyncio.sleep(0)


class Told:
    """A source that sends what it was told, each at its time; a delivery may come late."""

    name = "told"
    simulated = True

    def __init__(
        self,
        clock: FakeClock,
        rows: Iterable[tuple[float, float, InputBody]],
        *,
        ends: bool = False,
        scripted: bool = False,
    ) -> None:
        """Rows of (delivered at, stamped at, body), in order of delivery, on the clock."""
        self._clock = clock
        self._rows = list(rows)
        self._ends = ends
        self.scripted = scripted
        self.done = False

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        for delivered_s, clock_s, body in self._rows:
            await self._clock.sleep_until(delivered_s)
            yield Arrival(clock_s=clock_s, body=body)
        self.done = True
        if not self._ends:
            await asyncio.Event().wait()


class Heard:
    """A listener that keeps what it hears, and looks into the journal each time it is told."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.journal = journal
        self.steps: list[tuple[str, Step]] = []
        self.began_ids: list[str] = []
        self.closed_ids: list[str] = []
        self.states: list[tuple[bool, str]] = []
        self.cared: list[Step] = []
        self.uncommitted: list[Entry] = []

    def began(self, running: Running) -> None:
        self.began_ids.append(running.id)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        self.steps += [(running.id, step) for step in steps]
        if self.journal is not None:
            kept = {(e.at_s, e.number, e.body) for e in self.journal.read(running.id)}
            told = [entry for step in steps for entry in step.entries]
            self.uncommitted += [e for e in told if (e.at_s, e.number, e.body) not in kept]

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        self.cared += steps

    def closed(self, running: Running) -> None:
        self.closed_ids.append(running.id)

    def recording(self, ok: bool, why: str) -> None:
        self.states.append((ok, why))

    def stamped(self) -> list[Stamped]:
        return [step.stamped for _, step in self.steps]


def decisions(outputs: Iterable[object]) -> list[Decision]:
    """Those outputs that the journal keeps."""
    return [o for o in outputs if isinstance(o, Decision)]


FIT = Fit(with_therapist=True)


class Disk:
    """The journal behind a disk that can be full; the journal itself is the real one."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.full = False
        self.refused = 0

    def append(self, new: Sequence[Entry]) -> list[Entry]:
        if self.full:
            self.refused += 1
            raise StoreError(Trouble.DISK_FULL)
        return self.journal.append(new)


@dataclass
class House:
    clock: FakeClock
    journal: Journal
    disk: Disk
    heard: Heard
    source: Told
    runtime: Runtime

    async def pass_time(self, seconds: int) -> None:
        """Second after second, each told before the next one comes."""
        for _ in range(seconds):
            self.clock.advance(1.0)
            await until(self._up_to_now)

    def _up_to_now(self) -> bool:
        running = self.runtime.running
        assert running is not None
        mine = (s.stamped.at_s for name, s in reversed(self.heard.steps) if name == running.id)
        return next(mine, 0) + running.start_clock_s + 1 > self.clock.now_s()

    def bodies(self, session: str) -> list[object]:
        return [e.body for e in self.journal.read(session)]

    @property
    def id(self) -> str:
        assert self.runtime.running is not None
        return self.runtime.running.id


class Openings:
    """The real opening in front of a disk that may be full just then."""

    def __init__(self, real: Opening, disk: Disk) -> None:
        self._real, self._disk = real, disk

    def open(self, source: object, resume: bool) -> object:
        if self._disk.full:
            self._disk.refused += 1
            raise StoreError(Trouble.DISK_FULL)
        return self._real.open(source, resume)  # type: ignore[arg-type]


def opening(journal: Journal, clock: FakeClock) -> Opening:
    """Sessions are named s1, s2 … in their order."""
    names = count(len(journal.sessions()) + 1)
    return Opening(
        journal=journal,
        clock=clock,
        settings=Settings(),
        writer="test",
        fit=lambda: FIT,
        new_id=lambda: f"s{next(names)}",
        seed=lambda: 7,
        repertoire=lambda: BEFORE,
    )


@asynccontextmanager
async def living(
    rows: Deliveries = (),
    *,
    ends: bool = False,
    pending_max: int = PENDING_MAX,
    listener: type[Heard] = Heard,
) -> AsyncIterator[House]:
    clock = FakeClock()
    journal = memory_store(writer="test", clock=clock)
    disk, heard = Disk(journal), listener(journal)
    source = Told(clock, rows, ends=ends)
    runtime = Runtime(
        source=source,
        clock=clock,
        book=disk,
        book_error=StoreError,
        listener=heard,
        next_session=Openings(opening(journal, clock), disk),  # type: ignore[arg-type]
        pending_max=pending_max,
    )
    task = asyncio.create_task(runtime.run())
    try:
        await until(lambda: bool(heard.steps) or task.done())
        yield House(clock, journal, disk, heard, source, runtime)
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.wait({task})
        journal.close()
