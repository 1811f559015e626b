"""Where a live session runs: one bounded inbox, one consumer, one task group.

The consumer sequences, steps, journals, and only then publishes: nothing is shown or acted
on before it is committed. A start is a recovery: the open session is folded from its
journal and goes on. Strap, replay and virtual strap come through the same path.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from biocoach.clock import Clock
from biocoach.running import Running, Step
from biocoach.types import Arrival, End, Entry, InputBody, Link, Phase, Refused

INBOX_SIZE = 4096
BATCH_SIZE = 256
OPEN_WEAR_MAX_S = 4 * 3600.0  # a strap worn without a plan: a new record now and then
SLICE_S = 300.0  # of a long sleep, folded in one go: about 10 ms
PENDING_MAX = 100_000  # entries held while the disk refuses: half a day of beats


class Source(Protocol):
    """Something that sends beats. ``stream`` ends when there is nothing more to come."""

    @property
    def name(self) -> str: ...

    @property
    def simulated(self) -> bool: ...

    @property
    def scripted(self) -> bool:
        """It plays a story or a recording, what the person says and does too."""

    def stream(self) -> AsyncGenerator[Arrival, None]: ...


class Book(Protocol):
    """The journal as the runtime needs it; a failure is ``book_error``."""

    def append(self, new: Sequence[Entry]) -> list[Entry]: ...


class Listener(Protocol):
    """Who is told, after the commit. Must not wait."""

    def began(self, running: Running) -> None: ...

    def stepped(self, running: Running, steps: Sequence[Step]) -> None: ...

    def closed(self, running: Running) -> None: ...

    def recording(self, ok: bool, why: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of an input: its arrival number, or why it was refused."""

    number: int | None
    why: str = ""


@dataclass(slots=True)
class _Item:
    """In the inbox: an arrival, or None for a second that has passed."""

    clock_s: float
    body: InputBody | None
    answer: asyncio.Future[Receipt] | None = None


class Runtime:
    """Runs sessions one after another until it is cancelled."""

    def __init__(
        self,
        *,
        source: Source,
        clock: Clock,
        book: Book,
        book_error: type[Exception],
        listener: Listener,
        next_session: NextSession,
        lag_s: float = 0.0,
    ) -> None:
        """``lag_s``: how long a second waits for arrivals that were due in it. Only a clock
        that is sped up needs one: there, a hiccup of the machine is seconds long."""
        self._source = source
        self._clock = clock
        self._book = book
        self._book_error = book_error
        self._listener = listener
        self._next_session = next_session
        self._lag_s = lag_s
        self._inbox: asyncio.Queue[_Item] = asyncio.Queue(INBOX_SIZE)
        self._ticked = asyncio.Event()
        self._pending: list[Entry] = []
        self._unpublished: list[Step] = []
        self._answers: list[tuple[asyncio.Future[Receipt], Receipt]] = []
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._trouble = ""
        self._running: Running | None = None

    @property
    def running(self) -> Running | None:
        return self._running

    async def run(self) -> None:
        """Until it is cancelled. A source that ends leaves the session as it is."""
        try:
            await self._open(resume=True)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._consume())
                group.create_task(self._tick())
                group.create_task(self._pump())
        finally:
            self._writing.shutdown(wait=True)

    async def submit(self, body: InputBody) -> Receipt:
        """Hand in an input of the person; answered after its commit."""
        if self._trouble:
            return Receipt(number=None, why="not_recording")
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._inbox.put(_Item(self._now_s(), body, answer))
        return await answer

    # ---- what fills the inbox

    async def _pump(self) -> None:
        async with aclosing(self._source.stream()) as arrivals:  # a strap is let go at once
            async for arrival in arrivals:
                await self._inbox.put(_Item(arrival.clock_s, arrival.body))
        await self._inbox.put(_Item(self._now_s(), Link(up=False, reason="ended")))

    def _now_s(self) -> float:
        return self._clock.now_s() - self._lag_s

    async def _tick(self) -> None:
        while True:
            running = self._now_running()
            await self._clock.sleep_until(running.next_tick_clock_s + self._lag_s)
            self._ticked.clear()
            now_s = self._now_s()
            if self._lag_s:  # after a hiccup the source catches up before time goes on
                now_s = min(now_s, running.next_tick_clock_s)
            await self._inbox.put(_Item(now_s, None))
            await self._ticked.wait()  # the consumer has taken it, so the next is known

    # ---- the one consumer

    async def _consume(self) -> None:
        while True:
            items = [await self._inbox.get()]
            while len(items) < BATCH_SIZE and not self._inbox.empty():
                items.append(self._inbox.get_nowait())
            for item in items:
                await self._pass_time(item.clock_s)
                self._take(item)
                await self._next_if_closed()
            await self._commit()

    async def _pass_time(self, clock_s: float) -> None:
        """Hours of sleep pass in slices, so that nobody is kept waiting; they may end a session."""
        running = self._now_running()
        while not running.closed and running.next_tick_clock_s + SLICE_S < clock_s:
            slice_s = running.next_tick_clock_s + SLICE_S
            self._keep(running.pass_time(slice_s, self._clock))
            await asyncio.sleep(0)
        self._keep(running.pass_time(clock_s, self._clock))
        await self._next_if_closed()

    def _take(self, item: _Item) -> None:
        running = self._now_running()
        if item.body is None:
            self._ticked.set()
            self._keep(self._wear_limit(running, item.clock_s))
            return
        steps = running.arrive(item.clock_s, item.body, self._clock)
        self._keep(steps)
        if item.answer is not None:
            self._answers.append((item.answer, _receipt(steps)))

    def _now_running(self) -> Running:
        assert self._running is not None  # opened before the tasks
        return self._running

    def _keep(self, steps: list[Step]) -> None:
        for step in steps:
            self._pending += step.entries
        del self._pending[:-PENDING_MAX]
        self._unpublished += steps
        del self._unpublished[:-PENDING_MAX]

    def _wear_limit(self, running: Running, clock_s: float) -> list[Step]:
        long_worn = clock_s - running.start_clock_s > OPEN_WEAR_MAX_S
        if running.session.phase is not Phase.PLAN or not long_worn:
            return []
        return running.arrive(clock_s, End(reason="worn without a plan"), self._clock)

    async def _commit(self) -> None:
        """Journal what waits; then, and only then, tell the listener."""
        try:
            if self._pending:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._writing, self._book.append, list(self._pending))
        except self._book_error as error:
            self._refused(error)
            return
        self._pending.clear()
        if self._trouble:
            self._trouble = ""
            self._listener.recording(True, "")
        steps, self._unpublished = self._unpublished, []
        if steps and self._running is not None:
            self._listener.stepped(self._running, steps)
        self._answer(None)

    def _refused(self, error: Exception) -> None:
        """The disk said no: say NOT RECORDING, show nothing new, try again with the next second."""
        why = str(error)
        if why != self._trouble:
            self._trouble = why
            self._listener.recording(False, why)
        self._answer("not_recording")

    def _answer(self, why: str | None) -> None:
        for future, receipt in self._answers:
            if not future.done():
                future.set_result(receipt if why is None else Receipt(number=None, why=why))
        self._answers.clear()

    # ---- one session after another

    async def _next_if_closed(self) -> None:
        if self._now_running().closed:
            await self._commit()
            await self._roll_over()

    async def _roll_over(self) -> None:
        while self._trouble:  # the end of a session is not left behind
            await self._clock.sleep_until(self._clock.now_s() + 1)
            await self._commit()
        if self._running is not None:
            self._listener.closed(self._running)
        while True:
            try:
                return await self._open(resume=False)
            except self._book_error as error:  # an opening writes too
                self._refused(error)
            await self._clock.sleep_until(self._clock.now_s() + 1)

    async def _open(self, *, resume: bool) -> None:
        loop = asyncio.get_running_loop()
        opened = await loop.run_in_executor(
            self._writing, self._next_session.open, self._source, resume
        )
        self._running = opened.running
        self._listener.began(opened.running)
        self._keep(opened.steps)
        await self._commit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session to run, and the steps that opening it took (its beginning, or its return)."""

    running: Running
    steps: list[Step]


class NextSession(Protocol):
    """Knows which session comes next. Called in the journal's thread."""

    def open(self, source: Source, resume: bool) -> Opened: ...


def _receipt(steps: Sequence[Step]) -> Receipt:
    """The answer to the last input among the steps."""
    last = steps[-1]
    for output in last.outputs:
        if isinstance(output, Refused):
            return Receipt(number=output.number, why=output.why)
    return Receipt(number=last.number)
