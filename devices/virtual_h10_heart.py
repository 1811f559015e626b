"""A virtual H10's heart rate notifications: one a second, flags always ``10``, 0 to 2 RR."""

from __future__ import annotations

import math
from collections.abc import Iterator

from devices.heart_rate import RR_PER_SECOND
from devices.virtual_h10_body import Body
from devices.virtual_heart import Dice

_FLAGS = 0x10  # 8-bit rate, RR follow (even when none do), contact "unsupported"
_RR_A_SECOND = 2
_RR_MOST_WAITING = 4


class HeartRate:
    """Intervals wait for the next second when a third comes in one."""

    def __init__(self, body: Body, dice: Dice, from_s: float) -> None:
        self._body, self._dice = body, dice
        self._waiting: list[int] = []
        self.boot(from_s)

    def boot(self, at_s: float) -> None:
        self._waiting.clear()
        self._second = math.floor(at_s) + 1
        self._late_s = self._dice.uniform(0.02, 0.08)

    def due(self, until_s: float, *, heard: bool) -> Iterator[tuple[float, bytes]]:
        """(when, bytes) until then; with ``heard`` False nothing, and nothing is kept."""
        while self._second + self._late_s <= until_s:
            if heard:
                yield self._second + self._late_s, self._measure()
            else:
                self._waiting.clear()
            self._second += 1
            self._late_s = self._dice.uniform(0.02, 0.08)

    def _measure(self) -> bytes:
        felt_s = self._body.intervals_s(self._second - 1, self._second)
        self._waiting += [round(rr_s * RR_PER_SECOND) for rr_s in felt_s]
        # Above 120 bpm two a second are not enough: rather a third than a lost beat.
        crowded = len(self._waiting) > _RR_MOST_WAITING
        count = len(self._waiting) if crowded else _RR_A_SECOND
        now, self._waiting = self._waiting[:count], self._waiting[count:]
        head = bytes([_FLAGS, self._body.bpm(self._second)])
        return head + b"".join(rr.to_bytes(2, "little") for rr in now)
