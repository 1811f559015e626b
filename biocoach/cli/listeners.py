"""Who listens to the runtime: the screen, after it the adviser, who keeps the computer awake, and
who tells the watchdog, and who makes a backup once a session is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from biocoach.adviser import Adviser
from biocoach.cli.awake import Awake
from biocoach.cli.watching import Watching
from biocoach.running import Running, Step
from biocoach.runtime import Listener


class All:
    """A listener of several; the screen is told first. ``over``: called once one is closed.
    ``others`` hear what begins, and what was committed."""

    def __init__(
        self,
        screen: Listener,
        adviser: Adviser,
        awake: Awake,
        watching: Watching,
        over: Callable[[], None],
        *others: Listener,
    ) -> None:
        self._screen = screen
        self._adviser = adviser
        self._awake = awake
        self._over = over
        self._watching = watching
        self._others = others

    def began(self, running: Running) -> None:
        self._screen.began(running)
        self._adviser.began(running)
        self._awake.began(running)
        self._watching.began(running)
        for other in self._others:
            other.began(running)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        self._screen.stepped(running, steps)
        self._adviser.stepped(steps)
        self._awake.stepped(running, steps)
        self._watching.stepped(running, steps)
        for other in self._others:
            other.stepped(running, steps)

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        self._screen.care(running, steps)

    def closed(self, running: Running) -> None:
        self._screen.closed(running)
        self._awake.closed(running)
        self._watching.closed(running)
        self._over()

    def recording(self, ok: bool, why: str) -> None:
        self._screen.recording(ok, why)
        self._watching.recording(ok, why)
