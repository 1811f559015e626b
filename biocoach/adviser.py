"""The live second opinion: NeuroKit2, in a child process, reads the last raw beats now and then.

It hears of committed steps as the page does, asks the child when a reading is due, and hands
the answer in as an input: it is stamped and journalled like any other, and a replay reads it.
Never two questions at a time, and after each it rests four times as long as it took, so that
a session that runs fast is not worked for at every moment. A child that can't start, dies or
hangs is started again, later each time; the session goes on all the while and is told so.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from biocoach.clock import Clock
from biocoach.running import Running, Step
from biocoach.settings import OpinionSettings
from biocoach.types import Beat, CleanBeat, SecondOpinion

NOT_AVAILABLE = "not_available"
FIRST_PATIENCE_S = 120.0  # importing NeuroKit2 takes 3 s, the first time on a slow disk far longer
PATIENCE_S = 20.0  # an answer takes some hundredths of a second
AGAIN_S, AGAIN_MAX_S = 5.0, 300.0  # after a failure; twice as long after each further one
REST_SHARE = 4.0  # at most a fifth of one processor


class Helper(Protocol):
    """Answers a line with a line, "" where it can't. ``ask`` waits, in a thread of its own."""

    @property
    def running(self) -> bool: ...

    def ask(self, line: str) -> str: ...

    def kill(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    session: str
    beats: tuple[Beat, ...]

    def line(self) -> str:
        runs: dict[int, list[float]] = {}
        for beat in self.beats:
            runs.setdefault(beat.run, []).append(beat.rr_ms)
        return json.dumps({"runs": list(runs.values())})

    def answered(
        self, why: str, hr_bpm: float | None = None, rmssd_ms: float | None = None
    ) -> SecondOpinion:
        first, last = self.beats[0], self.beats[-1]
        return SecondOpinion(
            hr_bpm=hr_bpm, rmssd_ms=rmssd_ms, why=why, from_s=first.beat_s, until_s=last.beat_s
        )


class Adviser:
    """``give(session, opinion)`` hands an opinion in. ``clock`` is the machine's, not a session's
    that runs fast: the child is no faster for it."""

    def __init__(
        self,
        *,
        helper: Helper,
        clock: Clock,
        settings: OpinionSettings,
        give: Callable[[str, SecondOpinion], Awaitable[None]],
    ) -> None:
        self._helper = helper
        self._clock = clock
        self._set = settings
        self._give = give
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="second-opinion")
        self._due = asyncio.Event()
        self._busy = False
        self._rests_until_s = -math.inf
        self._failures = 0
        self._session = ""
        self._told_in = ""  # the session that knows of the failure
        self._beats: deque[Beat] = deque()
        self._next_s = 0.0

    @property
    def busy(self) -> bool:
        return self._busy

    # ---- what it hears

    def began(self, running: Running) -> None:
        self._session = running.id
        self._beats.clear()
        self._next_s = 0.0

    def stepped(self, steps: Sequence[Step]) -> None:
        """Committed steps; a reading may be due after them."""
        for step in steps:
            for output in step.outputs:
                if isinstance(output, CleanBeat):
                    self._beats.append(output.beat)
        if not steps or not self._beats:
            return
        at_s = steps[-1].stamped.at_s
        while self._beats and self._beats[0].beat_s <= at_s - self._set.window_s:
            self._beats.popleft()
        free = not self._busy and self._clock.now_s() >= self._rests_until_s
        if free and at_s >= self._next_s and len(self._beats) >= self._set.beats_min:
            self._next_s = at_s + self._set.every_s
            self._busy = True
            self._due.set()

    # ---- what it does

    async def run(self) -> None:
        """Until it is cancelled; then the child ends too."""
        try:
            while True:
                await self._due.wait()
                self._due.clear()
                if self._beats:
                    await self._advise(_Question(session=self._session, beats=tuple(self._beats)))
                self._busy = False
        finally:
            self._helper.kill()  # ends the wait of a thread, which then lets it go
            self._thread.submit(self._helper.close)
            self._thread.shutdown(wait=False)

    async def _advise(self, question: _Question) -> None:
        asked_s = self._clock.now_s()
        opinion = _read(await self._answer(question.line()), question)
        now_s = self._clock.now_s()
        if opinion is not None:
            self._failures, self._told_in = 0, ""
            self._rests_until_s = now_s + REST_SHARE * (now_s - asked_s)
            await self._give(question.session, opinion)
            return
        self._thread.submit(self._helper.close)
        again_s = min(AGAIN_MAX_S, AGAIN_S * 2.0**self._failures)
        self._rests_until_s = now_s + again_s
        self._failures += 1
        if self._told_in != question.session:
            self._told_in = question.session
            await self._give(question.session, question.answered(NOT_AVAILABLE))

    async def _answer(self, line: str) -> str:
        """What the child says; a child that hangs is ended, and has said nothing."""
        patience_s = PATIENCE_S if self._helper.running else FIRST_PATIENCE_S
        loop = asyncio.get_running_loop()
        asking = loop.run_in_executor(self._thread, self._helper.ask, line)
        alarm = asyncio.create_task(self._clock.sleep_until(self._clock.now_s() + patience_s))
        try:
            both: set[asyncio.Future[Any]] = {asking, alarm}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
        if not asking.done():
            self._helper.kill()
        return await asking


def _read(text: str, question: _Question) -> SecondOpinion | None:
    """A child's answer; None where it is none."""
    try:
        found = json.loads(text)
        why, rate, rmssd = found["why"], found["hr_bpm"], found["rmssd_ms"]
    except (ValueError, TypeError, KeyError):
        return None
    figures = [v for v in (rate, rmssd) if v is not None]
    if not isinstance(why, str) or not all(_is_finite(v) for v in figures):
        return None
    return question.answered(why, rate, rmssd)


def _is_finite(value: object) -> bool:
    return isinstance(value, float | int) and math.isfinite(value)
