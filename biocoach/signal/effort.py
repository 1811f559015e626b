"""What small movement does to this heart: a personal regression on lagged movement (B5).

Walking is blanked altogether; fidgeting is not, and lifts some hearts by a few bpm. How much,
is learnt in the session: both signals without their slow part, movement delayed as the heart
follows it, least squares with a ridge, so that without evidence nothing is taken off. The most
that may be taken off is small: someone in distress moves too.
"""

from __future__ import annotations

import math

from biocoach.settings import MovementSettings


class Effort:
    """One still second after the other; the share of the heart rate that movement explains."""

    def __init__(self, settings: MovementSettings) -> None:
        self._set = settings
        self._lagged_mg: float | None = None
        self._slow_mg = 0.0
        self._slow_bpm = 0.0
        self._square = 0.0
        self._product = 0.0

    def second(self, movement_mg: float | None, hr_bpm: float | None, *, learns: bool) -> float:
        """bpm to take off. ``learns``: nothing else is known to move the heart now."""
        if movement_mg is None:
            self._lagged_mg = None
            return 0.0
        moved = max(0.0, movement_mg - self._set.rest_mg)
        if self._lagged_mg is None:
            self._lagged_mg = self._slow_mg = moved
            self._slow_bpm = hr_bpm or 0.0
        self._lagged_mg += (moved - self._lagged_mg) / self._set.lag_s
        if hr_bpm is not None and learns:
            self._learn(self._lagged_mg, hr_bpm)
        return min(self._set.effort_max_bpm, self.slope * self._lagged_mg)

    @property
    def slope(self) -> float:
        """bpm a mg, never negative."""
        return max(0.0, self._product / (self._square + self._set.effort_ridge))

    def _learn(self, lagged_mg: float, hr_bpm: float) -> None:
        slow = 1 / self._set.effort_slow_s
        if not self._slow_bpm:
            self._slow_bpm = hr_bpm
        self._slow_mg += (lagged_mg - self._slow_mg) * slow
        self._slow_bpm += (hr_bpm - self._slow_bpm) * slow
        fades = math.exp(-1 / self._set.effort_memory_s)
        off_mg, off_bpm = lagged_mg - self._slow_mg, hr_bpm - self._slow_bpm
        self._square = fades * self._square + off_mg * off_mg
        self._product = fades * self._product + off_mg * off_bpm
