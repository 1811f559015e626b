"""Where this heart was lately: the level that a quick rise is measured from.

A rise is quick against the minutes before it, wherever the heart happens to be in its slow
wandering. The level looks at minutes that lie a little back, so that a rise under way doesn't
lift its own level.
"""

from __future__ import annotations

import math
from collections import deque

from biocoach.settings import ActivationSettings
from biocoach.signal.trailing import Trailing


class RecentLevel:
    """A quantile of the heart rate over ``level_window_s``, which ended ``level_delay_s`` ago.

    Where too few seconds counted lately, after a walk, the last one known holds for a while.
    """

    def __init__(self, settings: ActivationSettings) -> None:
        self._set = settings
        self._coming: deque[tuple[int, float]] = deque()  # too new to count
        self._counted: deque[int] = deque()
        self._known: tuple[int, float] | None = None
        self._rates = Trailing(int(settings.level_window_s))

    def add(self, at_s: int, hr_bpm: float) -> None:
        """One second that may count: still, with a reading."""
        self._coming.append((at_s, hr_bpm))

    def at(self, now_s: int) -> float | None:
        """bpm; None until ``level_seconds_min`` seconds are known."""
        newest_s = now_s - self._set.level_delay_s
        oldest_s = newest_s - self._set.level_window_s
        while self._counted and self._counted[0] <= oldest_s:
            self._counted.popleft()
            self._rates.drop_oldest()
        while self._coming and self._coming[0][0] <= newest_s:
            at_s, rate = self._coming.popleft()
            if at_s > oldest_s:
                self._counted.append(at_s)
                self._rates.add(rate)
        if len(self._counted) >= self._set.level_seconds_min:
            self._known = now_s, self._rates.quantile(self._set.level_quantile)
        known_s, level = self._known or (-math.inf, None)
        return level if now_s - known_s <= self._set.level_held_s else None
