"""Whether a strap's intervals are in 1/1024 s, as the standard says, or in ms, as some send them.

One strap was seen to send ms (WHOOP 5: docs/straps.md). The sum of its intervals then falls
behind the clock by 1000/1024, 2.3 %; lost beats do that too, so that only a strap that is known
for it is checked, and only a stretch without a pause counts.
"""

from __future__ import annotations

MS_SHARE = 1000 / 1024  # of the elapsed time, where ms are read as 1/1024 s
SLACK = 0.006  # straps' clocks and a late packet at either end
LONG_ENOUGH_S = 180.0
PAUSE_S = 3.0


class RrUnits:
    """Fed with each packet; ``are_ms`` once a long enough stretch has said so."""

    def __init__(self) -> None:
        self.are_ms = False
        self._start_s: float | None = None
        self._last_s = 0.0
        self._sum_s = 0.0

    def add(self, at_s: float, rr_1024: tuple[int, ...]) -> None:
        """A packet's intervals as they came, at their arrival."""
        if not rr_1024:
            return
        if self._start_s is None or at_s - self._last_s > PAUSE_S:
            self._start_s, self._sum_s = at_s, 0.0
        else:
            self._sum_s += sum(rr_1024) / 1024
        self._last_s = at_s
        elapsed_s = at_s - self._start_s
        if elapsed_s >= LONG_ENOUGH_S:
            self._judge(self._sum_s / elapsed_s)
            self._start_s = None

    def _judge(self, share: float) -> None:
        """A stretch with lost beats fits neither unit, and changes nothing."""
        if abs(share - MS_SHARE) < SLACK:
            self.are_ms = True
        elif abs(share - 1) < SLACK:
            self.are_ms = False

    @staticmethod
    def converted(rr_ms: tuple[int, ...]) -> tuple[int, ...]:
        """Milliseconds in 1/1024 s, to the nearest."""
        return tuple(round(rr * 1024 / 1000) for rr in rr_ms)
