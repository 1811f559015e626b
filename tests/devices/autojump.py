"""An event loop whose time stands still while anything happens, and then jumps to the next timer.

Hours of waiting pass in seconds, with unmodified bleak and a real bus. The bus is another
process, so that "nothing happens" means: nothing was heard for ``patience_s`` of real time.
The idea is that of trio's MockClock with an autojump threshold.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE_S = 0.004


class _Patient(selectors.BaseSelector):
    """Passes time by jumping where the inner selector would have waited."""

    def __init__(self, patience_s: float) -> None:
        self._inner = selectors.DefaultSelector()
        self._patience_s = patience_s
        self.now_s = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._inner.select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return self._inner.select(None)
        ready = self._inner.select(self._patience_s)
        if not ready:
            self.now_s += max(0.0, timeout)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def close(self) -> None:
        self._inner.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()


class AutojumpLoop(asyncio.SelectorEventLoop):
    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patient = _Patient(patience_s)
        super().__init__(self._patient)

    def time(self) -> float:
        return self._patient.now_s


class LoopClock:
    """The clock of the running loop, as a ``Clock``."""

    boot_id = "autojump"

    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> datetime:
        return datetime(2026, 1, 31, 9, tzinfo=UTC) + timedelta(seconds=self.now_s())

    async def sleep_until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s()))


def run_jumping(job: Coroutine[Any, Any, T], patience_s: float = PATIENCE_S) -> T:
    """``asyncio.run`` in jumping time."""
    with asyncio.Runner(loop_factory=lambda: AutojumpLoop(patience_s)) as runner:
        return runner.run(job)
