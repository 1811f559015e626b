"""biocoach's own end of the watchdog: says each second that it records, while it does.

*Alive* is said only where the runtime has just taken a step and written it: a disk that hangs and
a consumer that has stopped are silence too. While the disk refuses, or a strap that was heard has
long been silent, the watchdog is told that, since then it has other words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from biocoach.cli.in_thread import to_its_end
from biocoach.clock import Clock
from biocoach.running import Running, Step
from biocoach.sandbox import Witness
from biocoach.settings import WATCH
from biocoach.types import Input, Intervals, Phase, Reading

PHASES = (Phase.BASELINE, Phase.APART, Phase.BACK)
STRAP, DISK = "strap", "disk"
MODULE = "biocoach.watchdog"


class Told(Protocol):
    """The watchdog. ``tell`` never waits, and is False once it is gone."""

    def tell(self, line: str) -> bool: ...

    def close(self) -> None: ...


def open_watchdog() -> Told:
    """Raises OSError."""
    return Witness(MODULE)


class Watching:
    """A listener of the runtime. ``simulated_too``: also where the heart is made up, to try it."""

    def __init__(
        self,
        clock: Clock,
        *,
        simulated_too: bool = False,
        start: Callable[[], Told] = open_watchdog,
    ) -> None:
        self._clock = clock
        self._simulated_too = simulated_too
        self._start = start
        self._dog: Told | None = None
        self._again_s = -math.inf  # no new one before this, after one could not be started
        self._over = False  # goodbye was said: the last requests may still take seconds
        self._folder = ""
        self._monitored: bool | None = None  # None: no session is known yet
        self._lost = ""
        self._said = ""  # the loss that the watchdog knows of
        self._stepped_s = -math.inf
        self._heard_s: float | None = None  # None: no strap was heard in this session
        self._refused_s: float | None = None

    # ---- the runtime's listener

    def began(self, running: Running) -> None:
        self._heard_s = None
        self.stepped(running, ())

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        self._stepped_s = self._clock.now_s()
        if any(_of_strap(step) for step in steps):
            self._heard_s = self._stepped_s
            if self._lost == STRAP:
                self._lose("")
        self._want(running.session.phase in PHASES)

    def closed(self, running: Running) -> None:
        self._want(False)

    def recording(self, ok: bool, why: str) -> None:
        if not ok and self._refused_s is None:
            self._refused_s = self._clock.now_s()
        if ok:
            self._refused_s = None
            if self._lost == DISK:
                self._lose("")

    def _want(self, monitored: bool) -> None:
        if monitored != self._monitored:
            self._monitored = monitored
            self._lost = self._said = ""  # a practice's end takes its notices back
            self._tell("begin" if monitored else "end")

    def _lose(self, what: str) -> None:
        self._lost = what
        if what != self._said and self._tell(f"lost {what}" if what else "found"):
            self._said = what

    # ---- its own second

    async def run(self, folder: Path, *, simulated: bool) -> None:
        """Until cancelled. Without a goodbye before that, the watchdog takes it for a death."""
        if simulated and not self._simulated_too:
            return
        self._folder = str(folder)
        try:
            while True:
                at_s = self._clock.now_s()
                self.second(at_s)
                await self._clock.sleep_until(at_s + 1.0)
                if self._clock.now_s() > at_s + WATCH.asleep_s and self._heard_s is not None:
                    self._heard_s = self._clock.now_s()  # the computer slept: nobody was silent
        finally:
            # It may have a notice to take back, from a desktop that does not answer.
            await to_its_end(self._part)
            self._folder, self._monitored = "", None

    def second(self, now_s: float) -> None:
        self._keep_one(now_s)
        if not self._monitored:
            return
        refuses = self._refused_s is not None
        if refuses and now_s - (self._refused_s or 0.0) >= WATCH.disk_refuses_s:
            self._lose(DISK)
        elif self._heard_s is not None and now_s - self._heard_s >= WATCH.strap_lost_s:
            self._lose(STRAP)
        if refuses or now_s - self._stepped_s <= WATCH.step_old_s:
            self._tell("alive")

    def moves_on(self) -> None:
        """Another choice follows, from the midst of a story perhaps: no death either."""
        self._want(False)

    def goodbye(self) -> None:
        """The person ends biocoach: what is over now is no death. Called from a signal, at any
        moment."""
        self._tell("goodbye")
        self._over = True

    # ---- the watchdog, and the next one where it died

    def _keep_one(self, now_s: float) -> None:
        if self._over or self._dog is not None or now_s < self._again_s:
            return
        try:
            self._dog = self._start()
        except OSError:
            self._again_s = now_s + WATCH.dog_again_s
            return
        self._tell(f"at {self._folder}")
        if self._monitored is not None:
            self._tell("begin" if self._monitored else "end")
        self._said = ""
        self._lose(self._lost)

    def _tell(self, line: str) -> bool:
        if self._over or self._dog is None:
            return False
        if self._dog.tell(line):
            return True
        self._part()
        return False

    def _part(self) -> None:
        dog, self._dog = self._dog, None
        if dog is not None:
            dog.close()


def _of_strap(step: Step) -> bool:
    return isinstance(step.stamped, Input) and isinstance(step.stamped.body, Reading | Intervals)
