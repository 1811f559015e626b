"""Heart rate, RMSSD and SDNN (B3), once a second, by running sums over clean beats.

Windows look back from the second asked for and never cross a gap. Differences that
touch a flagged beat, or another run, are left out; nothing is interpolated.

The sums are whole numbers: what was added comes off again without a trace, however large it
was and however many beats ago, so that nothing drifts and nothing cancels.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from biocoach.settings import FeatureSettings
from biocoach.signal.cleaning import flagged_share
from biocoach.types import CleanBeat, Features, Verdict

UNIT = 1 << 44  # parts of a ms: every float from 256 ms up is a whole number of them


@dataclass(slots=True)
class _Row:
    """A beat with its share in each sum, in parts of a ms and their squares; nothing where it is
    not valid. All windows share it."""

    beat_s: float
    ok: bool
    rr: int
    rr_square: int
    steps: int  # 1 with a valid difference to the beat before, else 0
    step_square: int
    counts: bool = True


@dataclass(slots=True)
class _Rates:
    """Beats of the last ``length_s`` seconds: how many, and their time."""

    length_s: float
    rows: deque[_Row] = field(default_factory=deque)
    beats: int = 0
    kept: int = 0
    rr_sum: int = 0

    def add(self, row: _Row) -> None:
        self.rows.append(row)
        self.beats += 1
        if row.ok:
            self.kept += 1
            self.rr_sum += row.rr

    def trim(self, now_s: float) -> None:
        first_s = now_s - self.length_s
        while self.rows and self.rows[0].beat_s <= first_s:
            self.drop(self.rows.popleft())

    def drop(self, row: _Row) -> None:
        if row.counts:
            self.beats -= 1
        if row.ok:
            self.kept -= 1
            self.rr_sum -= row.rr

    def pardoned(self, count: int) -> list[_Row]:
        """The flagged ones of the last ``count`` beats count no more, here; whoever asked marks
        them once every window has heard."""
        last = islice(reversed(self.rows), count)
        rows = [row for row in last if row.counts and not row.ok]
        self.beats -= len(rows)
        return rows

    def clear(self) -> None:
        self.rows.clear()
        self.beats = self.kept = self.rr_sum = 0

    def kept_ms(self) -> float:
        return self.rr_sum / UNIT

    def mean_rr_ms(self) -> float:
        return self.rr_sum / (self.kept * UNIT)

    @property
    def flagged_share(self) -> float:
        return flagged_share(self.kept, self.beats)


@dataclass(slots=True)
class _Variability(_Rates):
    """The same, with the sums of squares."""

    rr_square_sum: int = 0
    differences: int = 0
    square_sum: int = 0

    def add(self, row: _Row) -> None:
        _Rates.add(self, row)
        self.rr_square_sum += row.rr_square
        self.differences += row.steps
        self.square_sum += row.step_square

    def drop(self, row: _Row) -> None:
        _Rates.drop(self, row)
        self.rr_square_sum -= row.rr_square
        self.differences -= row.steps
        self.square_sum -= row.step_square

    def clear(self) -> None:
        _Rates.clear(self)
        self.rr_square_sum = self.differences = self.square_sum = 0

    def rmssd_ms(self) -> float:
        """Root mean square of successive differences (Task Force 1996), ms. Needs one."""
        return math.sqrt(self.square_sum / self.differences) / UNIT

    def sdnn_ms(self) -> float:
        """Standard deviation of the kept intervals, n - 1 (Task Force 1996), ms. Needs two."""
        spread = self.kept * self.rr_square_sum - self.rr_sum * self.rr_sum
        return math.sqrt(spread / (self.kept * (self.kept - 1))) / UNIT


class FeatureWindows:
    """H20, and RMSSD and SDNN over 60 s, at whole seconds."""

    def __init__(self, settings: FeatureSettings) -> None:
        self._set = settings
        self._quick = _Rates(settings.quick_window_s)
        self._fast = _Rates(settings.hr_window_s)
        self._slow = _Variability(settings.rmssd_window_s)
        self._run: int | None = None
        self._previous: CleanBeat | None = None

    def add(self, clean: CleanBeat) -> None:
        if clean.beat.run != self._run:
            self.clear()
            self._run = clean.beat.run
        if clean.proves:
            self._pardon(clean.proves)
        row = self._row(clean)
        self._quick.add(row)
        self._fast.add(row)
        self._slow.add(row)
        self._previous = clean

    def _row(self, clean: CleanBeat) -> _Row:
        if clean.verdict is not Verdict.OK:
            return _Row(clean.beat.beat_s, False, 0, 0, 0, 0)
        rr, before = int(clean.beat.rr_ms * UNIT), self._previous
        if before is None or before.verdict is not Verdict.OK:
            return _Row(clean.beat.beat_s, True, rr, rr * rr, 0, 0)
        step = rr - int(before.beat.rr_ms * UNIT)
        return _Row(clean.beat.beat_s, True, rr, rr * rr, 1, step * step)

    def _pardon(self, count: int) -> None:
        """The last ``count`` beats were flagged, and were the heart's own: they count no more."""
        windows = (self._quick, self._fast, self._slow)
        for row in [row for window in windows for row in window.pardoned(count)]:
            row.counts = False

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
        coverage = min(1.0, fast.kept_ms() / 1000 / fast.length_s)
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
            sdnn_ms=slow.sdnn_ms() if hrv else None,
            coverage=coverage,
            flagged_share=flagged,
        )

    def _why_none(self, coverage: float, flagged: float) -> str:
        if not self._fast.beats:
            return "no_beats"
        if flagged > self._set.flagged_any_max:
            return "flagged"
        return "too_few" if coverage < self._set.hr_coverage_min else ""
