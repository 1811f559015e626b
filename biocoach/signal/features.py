"""Heart rate and RMSSD (B3), once a second, by running sums over clean beats.

Windows look back from the second asked for and never cross a gap. Differences that
touch a flagged beat, or another run, are left out; nothing is interpolated.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from biocoach.settings import FeatureSettings
from biocoach.types import CleanBeat, Features, Verdict


@dataclass(slots=True)
class _Row:
    """A beat with its share in each sum; the difference is None where it is not valid."""

    beat_s: float
    rr_ms: float
    ok: bool
    difference_ms: float | None
    counts: bool = True


@dataclass(slots=True)
class _Window:
    """Beats of the last ``length_s`` seconds and their sums."""

    length_s: float
    rows: deque[_Row] = field(default_factory=deque)
    beats: int = 0
    kept: int = 0
    rr_sum: float = 0.0
    differences: int = 0
    square_sum: float = 0.0

    def add(self, row: _Row) -> None:
        self.rows.append(row)
        self._count(row, 1)

    def trim(self, now_s: float) -> None:
        while self.rows and self.rows[0].beat_s <= now_s - self.length_s:
            self._count(self.rows.popleft(), -1)
        if not self.rows:  # an empty window starts from true zeros: no drift over a day
            self.rr_sum = self.square_sum = 0.0

    def pardon(self, count: int) -> None:
        """The last ``count`` beats were flagged, and were the heart's own: they count no more."""
        for row in list(self.rows)[len(self.rows) - min(count, len(self.rows)) :]:
            if row.counts and not row.ok:
                row.counts = False
                self.beats -= 1

    def clear(self) -> None:
        self.rows.clear()
        self.beats = self.kept = self.differences = 0
        self.rr_sum = self.square_sum = 0.0

    def _count(self, row: _Row, sign: int) -> None:
        self.beats += sign if row.counts else 0
        if row.ok:
            self.kept += sign
            self.rr_sum += sign * row.rr_ms
        if row.difference_ms is not None:
            self.differences += sign
            self.square_sum += sign * row.difference_ms**2

    def mean_rr_ms(self) -> float:
        return self.rr_sum / self.kept

    def rmssd_ms(self) -> float:
        """Root mean square of successive differences (Task Force 1996), ms."""
        return math.sqrt(max(0.0, self.square_sum) / self.differences)

    @property
    def flagged_share(self) -> float:
        return 1 - self.kept / self.beats if self.beats else 0.0


class FeatureWindows:
    """H20 and L60's RMSSD60 at whole seconds."""

    def __init__(self, settings: FeatureSettings) -> None:
        self._set = settings
        self._quick = _Window(settings.quick_window_s)
        self._fast = _Window(settings.hr_window_s)
        self._slow = _Window(settings.rmssd_window_s)
        self._run: int | None = None
        self._previous: CleanBeat | None = None

    def add(self, clean: CleanBeat) -> None:
        if clean.beat.run != self._run:
            self.clear()
            self._run = clean.beat.run
        ok = clean.verdict is Verdict.OK
        before = self._previous
        valid = ok and before is not None and before.verdict is Verdict.OK
        difference = clean.beat.rr_ms - before.beat.rr_ms if valid and before else None
        for window in (self._quick, self._fast, self._slow):
            window.pardon(clean.proves)
            window.add(_Row(clean.beat.beat_s, clean.beat.rr_ms, ok, difference))
        self._previous = clean

    def clear(self) -> None:
        self._quick.clear()
        self._fast.clear()
        self._slow.clear()
        self._previous = None

    def at(self, now_s: float) -> Features:
        """The figures of the second ``now_s``; ``why`` says what is missing."""
        self._quick.trim(now_s)
        self._fast.trim(now_s)
        self._slow.trim(now_s)
        fast, slow = self._fast, self._slow
        coverage = min(1.0, fast.rr_sum / 1000 / fast.length_s)
        flagged = slow.flagged_share
        why = self._why_none(coverage, flagged)
        if why:
            return Features(
                hr_bpm=None,
                rmssd_ms=None,
                coverage=coverage,
                flagged_share=flagged,
                why=why,
            )
        hrv = (
            flagged <= self._set.flagged_hrv_max
            and slow.differences >= self._set.rmssd_differences_min
        )
        return Features(
            hr_bpm=60000 / fast.mean_rr_ms(),
            quick_bpm=60000 / self._quick.mean_rr_ms() if self._quick.kept else None,
            rmssd_ms=slow.rmssd_ms() if hrv else None,
            coverage=coverage,
            flagged_share=flagged,
        )

    def _why_none(self, coverage: float, flagged: float) -> str:
        if not self._fast.beats:
            return "no_beats"
        if flagged > self._set.flagged_any_max:
            return "flagged"
        return "too_few" if coverage < self._set.hr_coverage_min else ""
