"""The second opinion against our own reading of the very same beats (B3).

NeuroKit2 reads the last two minutes, and its answer comes a moment later. Compared is what we
make of those two minutes, not of the window that is now: a rising heart is no disagreement.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise

from biocoach.settings import FeatureSettings, OpinionSettings
from biocoach.signal.cleaning import flagged_share
from biocoach.types import CleanBeat, SecondOpinion, Verdict


class Comparison:
    """Keeps the clean beats that an answer may still be about."""

    def __init__(self, opinion: OpinionSettings, features: FeatureSettings) -> None:
        self._set = opinion
        self._features = features
        self._beats: deque[CleanBeat] = deque()

    def add(self, clean: CleanBeat) -> None:
        self._beats.append(clean)
        while self._beats[0].beat.beat_s < clean.beat.beat_s - self._set.kept_s:
            self._beats.popleft()

    def differs(self, opinion: SecondOpinion, *, hrv: bool) -> bool:
        """Whether the two readings are too far apart. ``hrv``: RMSSD counts as well.

        False where one of them is missing: nothing can be said then, and a reading of ours that
        is missing lowers the quality by itself.
        """
        span = self._span(opinion)
        kept = [c for c in span if c.verdict is Verdict.OK]
        flagged = flagged_share(len(kept), len(span)) if span else 1.0
        if flagged > self._features.flagged_any_max or opinion.hr_bpm is None:
            return False
        ours_bpm = 60000 * len(kept) / math.fsum(c.beat.rr_ms for c in kept)
        if abs(opinion.hr_bpm - ours_bpm) > self._set.hr_max_bpm:
            return True
        if not hrv or flagged > self._features.flagged_hrv_max or opinion.rmssd_ms is None:
            return False
        ours_ms = self._rmssd_ms(span)
        if ours_ms is None:
            return False
        return abs(opinion.rmssd_ms - ours_ms) > self._set.rmssd_max_share * ours_ms

    def _span(self, opinion: SecondOpinion) -> list[CleanBeat]:
        """The beats that were read; none where some of them are not kept any more."""
        if not self._beats or opinion.from_s < self._beats[0].beat.beat_s:
            return []
        return [c for c in self._beats if opinion.from_s <= c.beat.beat_s <= opinion.until_s]

    def _rmssd_ms(self, span: list[CleanBeat]) -> float | None:
        steps = [
            b.beat.rr_ms - a.beat.rr_ms
            for a, b in pairwise(span)
            if a.verdict is b.verdict is Verdict.OK and a.beat.run == b.beat.run
        ]
        if len(steps) < self._features.rmssd_differences_min:
            return None
        return math.sqrt(math.fsum(d * d for d in steps) / len(steps))
