"""The page's errands: one thing at a time, told as it goes.

A page asks and is answered at once; what becomes of it is in the ``errand`` slice, so that
every page sees it, and one that comes later too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from biocoach.cli.errand_bring import Homecoming
from biocoach.cli.errand_fact import Errand, Stage
from biocoach.cli.errands import TRIAL_S, Errands
from biocoach.clock import Clock
from biocoach.store import StoreError
from dashboard.ports import Outcome
from devices.strap_words import DeviceError

Json = dict[str, Any]
Job = tuple[str, Callable[[Errands], Awaitable[None]]]
EMPTY: Json = {
    "can": False, "stage": "none", "started_utc": None, "strap": "", "doing": "", "done": 0,
    "of": 0, "why": "", "brought": [], "trial": None,
}  # fmt: skip
HUSH_S = 2.0  # a stream that is not wished any more is stopped within a second or so
SHOWN_SHARE = 0.02  # of the way, before the page is told again


class ErrandDesk:
    """``show`` is told the slice whenever it changes; ``busy``: a practice is under way;
    ``still``: from now on nothing is streamed from the strap, or what is wished is again."""

    def __init__(
        self,
        show: Callable[[Json], None],
        busy: Callable[[], bool],
        still: Callable[[bool], None] = lambda on: None,
    ) -> None:
        self._show = show
        self._busy = busy
        self._still = still
        self._view: Json = EMPTY
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._open = False
        self._clock: Clock | None = None

    def view(self) -> Json:
        return self._view

    async def run(self, errands: Errands, clock: Clock, *, simulated: bool) -> None:
        """Until cancelled. ``simulated``: the strap has a memory, without being asked."""
        self._clock, self._jobs = clock, asyncio.Queue()
        try:
            self._view = EMPTY | {"can": simulated} | _known(await errands.notes.errand())
            self._open = True
            self._still(self._view["stage"] == Stage.AWAY)
            self._show(self._view)
            while True:
                await self._do(errands, *await self._jobs.get())
        finally:
            self._open = False
            self._view = EMPTY
            self._still(False)

    # ---- what a page may do

    async def start(self, *, replace: bool) -> Outcome:
        async def go(errands: Errands) -> None:
            _, brought = await errands.start(replace=replace, progress=self._progress)
            self._tell(brought=[_told(b) for b in brought])

        return self._ask("starting", go)

    async def fetch(self) -> Outcome:
        async def go(errands: Errands) -> None:
            brought = await errands.fetch(self._progress)
            self._tell(brought=[_told(b) for b in brought])

        return self._ask("fetching", go)

    async def try_out(self) -> Outcome:
        async def go(errands: Errands) -> None:
            trial = await errands.trial(self._wait)
            self._tell(
                trial={
                    "holds": trial.found.holds,
                    "keeps_beats": trial.keeps_beats,
                    "values": trial.found.count,
                }
            )

        return self._ask("trying", go)

    async def seen(self) -> Outcome:
        if self._open and not self._view["doing"]:
            self._tell(why="", brought=[], trial=None)
        return Outcome()

    def _ask(self, doing: str, go: Callable[[Errands], Awaitable[None]]) -> Outcome:
        if not self._open:
            return Outcome(why="no_strap")
        if self._view["doing"]:
            return Outcome(why="errand_busy")
        if self._busy():
            return Outcome(why="wrong_phase")
        self._tell(doing=doing, done=0, of=0, why="", brought=[], trial=None)
        self._jobs.put_nowait((doing, go))
        return Outcome()

    # ---- one at a time

    async def _do(
        self, errands: Errands, doing: str, go: Callable[[Errands], Awaitable[None]]
    ) -> None:
        why = ""
        try:
            if doing in ("starting", "trying"):
                await self._hush()
            await go(errands)
        except DeviceError as error:
            why = error.reason
        except StoreError:
            why = "not_recording"
        await self._tell_errand(errands, doing="", why=why)
        self._still(self._view["stage"] == Stage.AWAY)

    async def _hush(self) -> None:
        """Its streams are stopped before it records: it may leave without another word."""
        assert self._clock is not None  # only a job hushes, and jobs run with a clock
        self._still(True)
        await self._clock.sleep_until(self._clock.now_s() + HUSH_S)

    async def _tell_errand(self, errands: Errands, **other: Any) -> None:
        self._tell(**_known(await errands.notes.errand()), **other)

    def _tell(self, **changed: Any) -> None:
        view = self._view | changed
        if view != self._view:
            self._view = view
            self._show(view)

    def _progress(self, done: int, of: int) -> None:
        last = done >= of or done < self._view["done"] or of != self._view["of"]
        if last or done - self._view["done"] >= SHOWN_SHARE * of:
            self._tell(done=done, of=of)

    async def _wait(self, seconds: float) -> None:
        assert self._clock is not None  # only a job waits, and jobs run with a clock
        begun_s = self._clock.now_s()
        for second in range(1, round(seconds) + 1):
            await self._clock.sleep_until(begun_s + second)
            self._tell(done=second, of=round(TRIAL_S))


def _known(errand: Errand | None) -> Json:
    if errand is None:
        return {"stage": "none", "started_utc": None, "strap": ""}
    return {
        "stage": errand.stage.value,
        "started_utc": errand.started_utc,
        "strap": errand.strap,
    }


def _told(found: Homecoming) -> Json:
    kept = found.found
    return {
        "session": found.session,
        "new": found.new,
        "started_utc": kept.recording.started_utc,
        "holds": kept.holds,
        "values": kept.count,
        "odd": kept.odd,
        "span_s": kept.span_s,
        "missing_s": kept.missing_s,
        "too_long": kept.too_long,
        "cut_off": kept.cut_off,
        "left": found.left,
    }
