"""Who listens to the runtime: the screen, and the adviser after it."""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.adviser import Adviser
from biocoach.running import Running, Step
from biocoach.runtime import Listener


class Both:
    """A listener of two; the screen is told first."""

    def __init__(self, screen: Listener, adviser: Adviser) -> None:
        self._screen = screen
        self._adviser = adviser

    def began(self, running: Running) -> None:
        self._screen.began(running)
        self._adviser.began(running)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        self._screen.stepped(running, steps)
        self._adviser.stepped(steps)

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        self._screen.care(running, steps)

    def closed(self, running: Running) -> None:
        self._screen.closed(running)

    def recording(self, ok: bool, why: str) -> None:
        self._screen.recording(ok, why)
