"""Time that jumps, and stands while a thread works: how slow a disk is says nothing then."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.devices.autojump import AutojumpLoop, _Patient

T = TypeVar("T")
START = datetime(2026, 1, 31, 9, tzinfo=UTC)
LOOP_BEGINS_S = 1000.0
HURRY = 0.02  # how often time goes on all the same, so that more than one thing waits for the disk


class _Mindful(_Patient):
    def __init__(self, dice: random.Random) -> None:
        super().__init__(0.0)
        self.dice, self.busy = dice, 0

    def _quiet(self) -> list[tuple[selectors.SelectorKey, int]]:
        stands = self.busy and self.dice.random() > HURRY
        return self._inner.select(None if stands else 0)


class JumpingLoop(AutojumpLoop):
    def __init__(self, seed: str) -> None:
        self._patient = _Mindful(random.Random(seed))
        asyncio.SelectorEventLoop.__init__(self, self._patient)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Any, *args: Any
    ) -> asyncio.Future[Any]:
        self._patient.busy += 1  # type: ignore[attr-defined]
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._idle)
        return future

    def _idle(self, _done: object) -> None:
        self._patient.busy -= 1  # type: ignore[attr-defined]


def run_jumping(job: Coroutine[Any, Any, T], seed: str) -> T:
    with asyncio.Runner(loop_factory=lambda: JumpingLoop(seed)) as runner:
        return runner.run(job)


@dataclass(frozen=True, slots=True)
class JumpClock:
    """A jumping loop's time, which goes on where the life before it was left."""

    zero_s: float
    boot_id: str
    loop: asyncio.AbstractEventLoop

    def now_s(self) -> float:
        return self.zero_s + self.loop.time() - LOOP_BEGINS_S

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.now_s())

    async def sleep_until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s()))
