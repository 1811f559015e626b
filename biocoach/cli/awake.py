"""While a practice runs the computer is held awake; every page is told if it can't be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from biocoach.running import Running, Step
from biocoach.types import Phase
from devices.awake import Sleepless

PHASES = (Phase.BASELINE, Phase.APART, Phase.BACK)
WHY = "A practice is running"  # the system shows it: it says nothing of what is practised
HELD = "held"


class Awake:
    """A listener of the runtime. ``tell`` is given "" (nothing to hold), ``held``, or why not."""

    def __init__(self, sleepless: Sleepless, tell: Callable[[str], None]) -> None:
        self._sleepless = sleepless
        self._tell = tell
        self._wanted = False
        self._changed = asyncio.Event()

    def began(self, running: Running) -> None:
        self._want(running.session.phase)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        self._want(running.session.phase)

    def closed(self, running: Running) -> None:
        self._want(Phase.CLOSED)

    def _want(self, phase: Phase) -> None:
        wanted = phase in PHASES
        if wanted != self._wanted:
            self._wanted = wanted
            self._changed.set()

    async def run(self) -> None:
        """Holds and lets go as the session goes, until cancelled; then it lets go."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                if self._wanted:
                    self._tell(await self._sleepless.hold(WHY) or HELD)
                else:
                    await self._sleepless.release()
                    self._tell("")
        finally:
            await self._sleepless.release()
