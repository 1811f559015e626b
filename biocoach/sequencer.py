"""One order for everything that arrives in a session.

Each arrival is stamped once, to the millisecond; the whole seconds that are due before it
pass first. The journal keeps the stamp, so that a replay meets the same order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from biocoach.types import Input, InputBody, Stamped, Tick


class Sequencer:
    """Arrivals in, stamped inputs and ticks out. Time never runs backwards here."""

    def __init__(self) -> None:
        self._last_s = 0.0
        self._next_tick_s = 1
        self._number = 0
        self._stopped = False

    @property
    def next_number(self) -> int:
        return self._number

    @property
    def next_tick_s(self) -> int:
        return self._next_tick_s

    @property
    def last_s(self) -> float:
        return self._last_s

    def arrive(self, at_s: float, body: InputBody) -> Iterator[Stamped]:
        """The ticks due before ``at_s``, then the input. A stamp in the past becomes the last."""
        stamp_s = max(self._last_s, round(at_s, 3))
        yield from self.advance(stamp_s)
        self._last_s = stamp_s
        number = self._number
        self._number += 1
        yield Input(at_s=stamp_s, number=number, body=body)

    def advance(self, at_s: float) -> Iterator[Tick]:
        """The whole seconds that have passed by ``at_s`` and were not told yet."""
        while not self._stopped and self._next_tick_s <= math.floor(at_s):
            tick = Tick(at_s=self._next_tick_s)
            self._last_s = max(self._last_s, float(tick.at_s))
            self._next_tick_s += 1
            yield tick

    def stop(self) -> None:
        """The session is over: no further second passes, however long ago that was."""
        self._stopped = True


def in_order(inputs: Iterable[tuple[float, InputBody]]) -> Iterator[Stamped]:
    """A record's inputs, already stamped, with their ticks between them."""
    sequencer = Sequencer()
    for at_s, body in inputs:
        yield from sequencer.arrive(at_s, body)
