"""The heart rate of a strap that sends no beat intervals: its own rate, once a second.

Such a strap smooths as it likes, and gives whole beats a minute. Recovery can be timed from it;
RMSSD and every other measure of beat-to-beat change cannot be had.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

from biocoach.settings import BeatSettings, FeatureSettings
from biocoach.types import Features, Gap


class RateWindows:
    """The mean rate of the last 20 s, and of 10 s, at whole seconds; gaps are never crossed."""

    def __init__(self, features: FeatureSettings, beats: BeatSettings) -> None:
        self._set = features
        self._silence_s = beats.silence_s
        self._stands_s = beats.missing_max_s  # one rate stands for so long at most
        self._rates: deque[tuple[float, int]] = deque()
        self._why_ended = ""
        self.last_s: float | None = None

    def add(self, at_s: float, bpm: int) -> Gap | None:
        """One rate as it came, and the gap before it, if any. A rate of 0 says: no reading."""
        if bpm <= 0:
            return None
        before_s = self.last_s if self.last_s is not None else 0.0
        gap = None
        if self._why_ended or at_s - before_s > self._silence_s:
            self._rates.clear()
            if at_s - before_s > self._stands_s:
                gap = Gap(start_s=before_s, end_s=at_s, reason=self._why_ended or "no_beats")
        self._why_ended = ""
        self._rates.append((at_s, bpm))
        self.last_s = at_s
        return gap

    def break_off(self, reason: str) -> None:
        """The link broke: the next rate begins anew."""
        self._why_ended = self._why_ended or reason

    def goes_on_after(self, heard_s: float) -> None:
        """Until then the heart was heard by its beats."""
        self.last_s = heard_s or self.last_s

    def at(self, now_s: float) -> Features:
        """The figures of the second ``now_s``; ``why`` is no_rr where there is a rate."""
        while self._rates and self._rates[0][0] <= now_s - self._set.hr_window_s:
            self._rates.popleft()
        coverage = self._coverage()
        why = "no_beats" if not self._rates else "no_rr"
        enough = bool(self._rates) and coverage >= self._set.hr_coverage_min
        quick = [bpm for at_s, bpm in self._rates if at_s > now_s - self._set.quick_window_s]
        return Features(
            hr_bpm=sum(bpm for _, bpm in self._rates) / len(self._rates) if enough else None,
            quick_bpm=sum(quick) / len(quick) if enough and quick else None,
            rmssd_ms=None,
            coverage=coverage,
            flagged_share=0.0,
            why=why if enough or why == "no_beats" else "too_few",
        )

    def _coverage(self) -> float:
        """The share of the window for which rates stand, each for the time since the one before."""
        times = [at_s for at_s, _ in self._rates]
        between = (b - a for a, b in pairwise(times))
        stood_s = sum(min(gap_s, self._stands_s) for gap_s in between) + bool(times)
        return min(1.0, stood_s / self._set.hr_window_s)
