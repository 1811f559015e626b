"""The evidence that a heart is rising: two one-sided CUSUMs (Page 1954).

*Quick*: the ten-second rate over where the heart was lately. *Climb*: the twenty-second rate
over the baseline, with a far higher alarm, for a rise so slow that it carries its own level up.
"""

from __future__ import annotations

from collections import deque

from biocoach.settings import ActivationSettings
from biocoach.signal.level import RecentLevel
from biocoach.types import BaselineFigures


class Evidence:
    def __init__(self, settings: ActivationSettings) -> None:
        self._set = settings
        self._recent = RecentLevel(settings)
        self._path: deque[tuple[int, float]] = deque(maxlen=settings.onset_back_s)
        self.quick = 0.0
        self.climb = 0.0
        self._climb_zero_s = 0.0
        self._climb_rests = False
        self._lowest_bpm: float | None = None

    def note(self, at_s: int, quick_bpm: float) -> None:
        """A still second: it will count for the level."""
        self._recent.add(at_s, quick_bpm)

    def level_bpm(self, at_s: int, base: BaselineFigures) -> float:
        """Where the heart was lately; the baseline until enough is known of it. After an
        activation or a walk it is not all the way back yet: the lowest since, if that is higher."""
        recent = self._recent.at(at_s)
        level = base.hr_bpm if recent is None else recent
        return level if self._lowest_bpm is None else max(level, self._lowest_bpm)

    def drop(self, at_s: float) -> None:
        """What was gathered is no longer believed."""
        self.quick = self.climb = 0.0
        self._climb_zero_s = at_s
        self._path.clear()

    def moving(self, at_s: float, quick_bpm: float) -> None:
        """Movement explains what the heart does, and its way back afterwards."""
        self.drop(at_s)
        self._lowest_bpm = quick_bpm

    def over(self, at_s: float, hr_bpm: float, *, stays_up: bool) -> None:
        """An activation is over. Where the heart stays up there is no climb until it was down."""
        self.drop(at_s)
        self._lowest_bpm = hr_bpm
        self._climb_rests = stays_up

    def gather(
        self, at_s: int, quick_bpm: float, hr_bpm: float, base: BaselineFigures, threshold: float
    ) -> None:
        """One second of evidence, in spreads: how far the heart is above its level."""
        if self._lowest_bpm is not None:
            self._lowest_bpm = min(self._lowest_bpm, quick_bpm)
        off = (quick_bpm - self.level_bpm(at_s, base)) / self._set.quick_spread_bpm
        self._path.append((at_s, off))
        self.quick = max(0.0, self.quick + min(off, self._set.quick_clip) - threshold)
        # A taught threshold holds for both.
        drift = self._set.climb_drift + threshold - self._set.drift
        above = (hr_bpm - base.hr_bpm) / base.spread_bpm
        self.climb = max(0.0, self.climb + min(above, self._set.quick_clip) - drift)
        if self.climb == 0.0:
            self._climb_zero_s = at_s
            self._climb_rests = self._climb_rests and above > 0

    @property
    def quick_alarm(self) -> bool:
        return self.quick > self._set.alarm

    @property
    def climb_alarm(self) -> bool:
        return self.climb > self._set.climb_alarm and not self._climb_rests

    def onset_s(self) -> float:
        """When the rise began: the last second that was as near its level as usual."""
        if not self.quick_alarm:
            return self._climb_zero_s
        for at_s, off in reversed(self._path):
            if off <= self._set.near:
                return at_s
        return self._path[0][0]
