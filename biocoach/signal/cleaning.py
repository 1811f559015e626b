"""Causal artifact handling (B2): Lipponen & Tarvainen's (2019) tests, decided two beats late.

The thresholds look back over the last 91 beats and ahead by two. An interval gets a
verdict; its value is never changed, so nothing can lock on to its own corrections.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.trailing import Trailing
from biocoach.types import Beat, CleanBeat, Verdict

AHEAD = 2
WARM_UP_BEATS = 20
WARM_UP_FLOOR_MS = 150.0  # before the heart's own spread is known


@dataclass(slots=True)
class _Waiting:
    beat: Beat
    verdict: Verdict | None = None


class Cleaner:
    """Beats in, the same beats in the same order with a verdict out, two beats later."""

    def __init__(self, beats: BeatSettings, cleaning: CleaningSettings) -> None:
        self._beats = beats
        self._set = cleaning
        self._queue: deque[_Waiting] = deque()
        self._run: int | None = None
        self._start_run()

    def _start_run(self) -> None:
        self._undecided: deque[_Waiting] = deque()
        self._rr: deque[float] = deque(maxlen=AHEAD + 2)
        self._steps: deque[float] = deque(maxlen=AHEAD + 2)
        self._near = Trailing(self._set.median_beats)
        self._step_sizes = Trailing(self._set.window_beats)
        self._off_sizes = Trailing(self._set.window_beats)

    def add(self, beat: Beat) -> list[CleanBeat]:
        """The beats that can be judged now that this one is known."""
        done = self.finish() if beat.run != self._run else []
        self._run = beat.run
        waiting = _Waiting(beat)
        self._queue.append(waiting)
        if not self._beats.rr_min_ms <= beat.rr_ms <= self._beats.rr_max_ms:
            waiting.verdict = Verdict.OUT_OF_RANGE
        else:
            self._take(waiting)
            if len(self._undecided) > AHEAD:
                self._undecided.popleft().verdict = self._judge(AHEAD)
        return done + self._ready()

    def finish(self) -> list[CleanBeat]:
        """The run is over: the beats that still wait are judged by what is known."""
        while self._undecided:
            ahead = len(self._undecided) - 1
            self._undecided.popleft().verdict = self._judge(ahead)
        done = self._ready()
        self._start_run()
        return done

    def _take(self, waiting: _Waiting) -> None:
        rr_ms = waiting.beat.rr_ms
        step = rr_ms - self._rr[-1] if self._rr else 0.0
        self._rr.append(rr_ms)
        self._steps.append(step)
        self._near.add(rr_ms)
        self._step_sizes.add(abs(step))
        self._undecided.append(waiting)

    def _ready(self) -> list[CleanBeat]:
        done: list[CleanBeat] = []
        while self._queue and self._queue[0].verdict is not None:
            first = self._queue.popleft()
            assert first.verdict is not None  # for the type checker: the loop's condition
            done.append(CleanBeat(beat=first.beat, verdict=first.verdict))
        return done

    def _limit_ms(self, sizes: Trailing) -> float:
        floor = self._set.floor_ms if len(sizes) >= WARM_UP_BEATS else WARM_UP_FLOOR_MS
        return max(floor, self._set.alpha * sizes.quartile_deviation())

    def _judge(self, ahead: int) -> Verdict:
        """The verdict on the interval ``ahead`` places before the newest."""
        place = len(self._rr) - 1 - ahead
        rr, median = self._rr[place], self._near.quantile(0.5)
        off = rr - median
        off = 2 * off if off < 0 else off
        self._off_sizes.add(abs(off))
        off_limit = self._limit_ms(self._off_sizes)
        step_limit = self._limit_ms(self._step_sizes)
        step = self._steps[place] / step_limit
        if abs(step) <= 1 and abs(off) <= 3 * off_limit:
            return Verdict.OK
        before = self._steps[place - 1] / step_limit if place else 0.0
        after = [v / step_limit for v in list(self._steps)[place + 1 :]] or [0.0]
        if self._is_ectopic(step, before, after[0]):
            return Verdict.ECTOPIC
        long = step > 1 and min(after) < -1
        short = step < -1 and max(after) > 1
        if not (long or short or abs(off) > 3 * off_limit):
            return Verdict.OK
        following = self._rr[place + 1] if ahead else 0.0
        if off > 0 and abs(rr / 2 - median) < off_limit:
            return Verdict.MISSED
        if off < 0 and abs(rr + following - median) < off_limit:
            return Verdict.EXTRA
        return Verdict.MISALIGNED

    def _is_ectopic(self, step: float, before: float, after: float) -> bool:
        """A long interval between two drops, or a short one between two climbs (LT19, eq. 3)."""
        if step > 1:
            return max(before, after) < -self._set.c1 * step - self._set.c2
        if step < -1:
            return min(before, after) > -self._set.c1 * step + self._set.c2
        return False
