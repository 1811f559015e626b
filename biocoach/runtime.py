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

from biocoach.answers import KEPT, NOT_RECORDING, Answers, Receipt, Word
from biocoach.backlog import BULK, NOT_WRITTEN, Backlog, is_care
from biocoach.clock import Clock
from biocoach.running import Running, Step
from biocoach.types import Arrival, End, Entry, InputBody, Link, Phase

INBOX_SIZE = 4096
BATCH_SIZE = 256
OPEN_WEAR_MAX_S = 4 * 3600.0  # a strap worn without a plan: a new record now and then
SLICE_S = 300.0  # of a long sleep, folded in one go: about 10 ms
PENDING_MAX = 100_000  # entries held while the disk refuses: some hours of beats and frames


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

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        """Told before the commit, since the person's safety can't wait for the disk: *too much*,
        *far away* or *numb*, and an ending. ``stepped`` tells them again in their order."""

    def closed(self, running: Running) -> None: ...

    def recording(self, ok: bool, why: str) -> None: ...


@dataclass(slots=True)
class _Item:
    """In the inbox: an arrival, or None for a second that has passed."""

    clock_s: float
    body: InputBody | None
    word: Word | None = None
    session: str = ""  # good in this session only


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
        pending_max: int = PENDING_MAX,
    ) -> None:
        """``lag_s``: how long a second waits for arrivals that were due in it. Only a clock
        that is sped up needs one: there, a hiccup of the machine is seconds long.
        ``pending_max``: so many entries may wait for the disk; then the strap's are not taken."""
        self._source = source
        self._clock = clock
        self._book = book
        self._book_error = book_error
        self._listener = listener
        self._next_session = next_session
        self._lag_s = lag_s
        self._inbox: asyncio.Queue[_Item] = asyncio.Queue(INBOX_SIZE)
        self._ticked = asyncio.Event()
        self._backlog = Backlog(pending_max)
        self._deaf = False  # the strap's data are not taken, since the backlog is full
        self._answers = Answers()
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
        """Hand in an input of the person; answered after its commit.

        While the disk refuses nothing is taken that could not be kept, but for *too much*, *far
        away* or *numb*, and an ending: they hold at once, and are written as soon as the disk
        takes them.
        """
        if self._trouble and (not is_care(body) or self._now_running().closed):
            return NOT_RECORDING
        now_s = self._now_s()
        return await self._answers.ask(lambda word: self._inbox.put(_Item(now_s, body, word)))

    async def hand_in(self, session: str, body: InputBody) -> None:
        """Something that was worked out about a session; left out where that is over."""
        await self._inbox.put(_Item(self._now_s(), body, session=session))

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
            self._backlog.keep(running.pass_time(slice_s, self._clock))
            await asyncio.sleep(0)
        self._backlog.keep(running.pass_time(clock_s, self._clock))
        await self._next_if_closed()

    def _take(self, item: _Item) -> None:
        running = self._now_running()
        if item.body is None:
            self._ticked.set()
            self._backlog.keep(self._wear_limit(running, item.clock_s))
            return
        if item.word is not None and item.word.turned_away:
            return
        if item.session not in ("", running.id):
            return
        if isinstance(item.body, BULK) and self._too_full(item.clock_s):
            return
        steps = running.arrive(item.clock_s, item.body, self._clock)
        self._backlog.keep(steps)
        if item.word is not None:
            self._answers.take(item.word, steps)

    def _too_full(self, clock_s: float) -> bool:
        """The strap is not listened to until the disk takes again; the session is told so once."""
        if self._backlog.full and not self._deaf:
            self._deaf = True
            down = Link(up=False, reason=NOT_WRITTEN)
            self._backlog.keep(self._now_running().arrive(clock_s, down, self._clock))
        return self._deaf

    def _now_running(self) -> Running:
        assert self._running is not None  # opened before the tasks
        return self._running

    def _wear_limit(self, running: Running, clock_s: float) -> list[Step]:
        long_worn = clock_s - running.start_clock_s > OPEN_WEAR_MAX_S
        if running.session.phase is not Phase.PLAN or not long_worn:
            return []
        return running.arrive(clock_s, End(reason="worn without a plan"), self._clock)

    async def _commit(self) -> None:
        """Journal what waits; then, and only then, tell the listener."""
        try:
            if self._backlog.entries:
                loop = asyncio.get_running_loop()
                entries = list(self._backlog.entries)
                await loop.run_in_executor(self._writing, self._book.append, entries)
        except self._book_error as error:
            self._refused(error)
            return
        self._deaf = False
        steps = self._backlog.written()
        if steps:
            self._listener.stepped(self._now_running(), steps)
        if self._trouble:
            self._trouble = ""
            self._listener.recording(True, "")
        self._answers.tell()

    def _refused(self, error: Exception) -> None:
        """The disk said no: say NOT RECORDING, show nothing new, try again with the next second."""
        why = str(error)
        if why != self._trouble:
            self._trouble = why
            self._listener.recording(False, why)
        care = self._backlog.care()
        if care:
            self._listener.care(self._now_running(), care)
        self._answers.tell(KEPT)
        if self._now_running().closed:
            self._answers.turn_away()

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
        self._backlog.keep(opened.steps)
        await self._commit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session to run, and the steps that opening it took (its beginning, or its return)."""

    running: Running
    steps: list[Step]


class NextSession(Protocol):
    """Knows which session comes next. Called in the journal's thread."""

    def open(self, source: Source, resume: bool) -> Opened: ...
