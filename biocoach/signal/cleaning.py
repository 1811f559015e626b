"""Artifact handling (B2): the least surprising story about a few beats, decided two beats late.

For the interval that waits, every small edit that could have made it (a beat missed, a beat
too many, a beat at the wrong time, a beat that began anew) is tried, and priced. What remains
is judged by its steps, each with a cost that grows slowly (minus the logarithm of a Student t
density), so that one true jump of the heart is cheaper than an edit, and two jumps there and
back are dearer. An interval gets a verdict; its value is never changed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.trailing import Trailing
from biocoach.types import Beat, CleanBeat, Verdict

AHEAD = 2


@dataclass(slots=True)
class _Waiting:
    beat: Beat
    verdict: Verdict | None = None


@dataclass(slots=True)
class _Story:
    """One reading of the next intervals: what they cost, and what they would have been."""

    cost: float
    verdict: Verdict = Verdict.OK
    used: int = 1
    true_ms: tuple[float, ...] = ()


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
        self._before: float | None = None  # the interval before, as it would have been
        self._raw: float | None = None
        self._sizes = Trailing(self._set.window_beats)
        self._near = Trailing(self._set.median_beats)
        self._level = Trailing(self._set.level_beats)
        self._jump: _Jump | None = None

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
                self._decide()
        return done + self._ready()

    def finish(self) -> list[CleanBeat]:
        """The run is over: the beats that still wait are judged by what is known."""
        while self._undecided:
            self._decide()
        done = self._ready()
        self._start_run()
        return done

    def _take(self, waiting: _Waiting) -> None:
        rr_ms = waiting.beat.rr_ms
        if self._raw is not None:
            self._sizes.add(abs(rr_ms - self._raw))
        self._raw = rr_ms
        self._near.add(rr_ms)
        self._undecided.append(waiting)

    def _ready(self) -> list[CleanBeat]:
        done: list[CleanBeat] = []
        while self._queue and self._queue[0].verdict is not None:
            first = self._queue.popleft()
            assert first.verdict is not None  # for the type checker: the loop's condition
            done.append(CleanBeat(beat=first.beat, verdict=first.verdict))
        return done

    def _decide(self) -> None:
        """A verdict on the interval that has waited longest, and on those of the same edit."""
        rr_ms = [w.beat.rr_ms for w in self._undecided]
        if self._unproven(rr_ms[0]):
            self._undecided.popleft().verdict = Verdict.ECTOPIC
            self._before = rr_ms[0]
            return
        story = self._cheapest(rr_ms)
        if story.verdict is Verdict.OK and self._jumps(rr_ms[0]):
            self._undecided.popleft().verdict = Verdict.ECTOPIC
            self._before = rr_ms[0]
            return
        for _ in range(story.used):
            self._undecided.popleft().verdict = story.verdict
        for value in story.true_ms:
            self._level.add(value)
            self._before = value

    # ---- jumps

    def _jumps(self, rr_ms: float) -> bool:
        """One beat far earlier than all before it begins a run that has to prove itself."""
        if self._before is None or len(self._level) < self._set.level_beats:
            return False
        level = self._level.quantile(0.5)
        share = (
            1 - rr_ms / max(level, self._before)
            if self._set.jump_max_ref
            else 1 - rr_ms / min(level, self._before)
        )
        if share <= self._set.jump_share:
            return False
        far = share > self._set.far_jump_share
        left = self._set.far_jump_beats if far else self._set.jump_beats
        self._jump = _Jump(level_ms=level, left=left - 1)
        return True

    def _unproven(self, rr_ms: float) -> bool:
        jump = self._jump
        if jump is None:
            return False
        if rr_ms >= (1 - self._set.back_share) * jump.level_ms:
            self._jump, self._before = None, jump.level_ms
            return False
        if jump.left <= 0:
            self._jump = None
            self._level = Trailing(self._set.level_beats)
            return False
        jump.left -= 1
        return True

    # ---- stories

    def _scale_ms(self) -> float:
        median = self._near.quantile(0.5)
        high = self._set.scale_max_share * median
        if len(self._sizes) < self._set.warm_up_beats:
            return high
        low = self._set.scale_min_share * median
        return min(high, max(low, self._set.scale * self._sizes.quantile(self._set.scale_quantile)))

    def _cheapest(self, rr_ms: Sequence[float]) -> _Story:
        first = rr_ms[0]
        before = first if self._before is None else self._before
        scale = self._scale_ms()
        tail = self._set.tail
        half = (tail + 1) / 2
        later = self._set.cost_later

        def step(a: float, b: float) -> float:
            z = (b - a) / scale
            return half * math.log1p(z * z / tail)

        def rest(a: float, values: Sequence[float]) -> float:
            cost = 0.0
            for b in values:
                cost += step(a, b)
                a = b
            return min(cost, later)

        best = _Story(step(before, first) + rest(first, rr_ms[1:]), true_ms=(first,))
        floor = max(self._set.floor_ms, self._set.floor_share * self._near.quantile(0.5))
        for n in (2, 3):
            part = first / n
            if part < self._beats.rr_min_ms or first - part < floor:
                break
            cost = self._set.cost_missed + step(before, part) + rest(part, rr_ms[1:])
            if cost < best.cost:
                best = _Story(cost, Verdict.MISSED, 1, (part,))
        if len(rr_ms) < 2:
            return best
        second, after = rr_ms[1], rr_ms[2:]
        both = first + second
        if both <= self._beats.rr_max_ms:
            cost = self._set.cost_extra + step(before, both) + rest(both, after)
            if cost < best.cost:
                best = _Story(cost, Verdict.EXTRA, 2, (both,))
        mean = both / 2
        if abs(first - mean) >= floor:
            lean = (after[0] - before) / 6 if after else 0.0
            one, two = mean - lean, mean + lean
            cost = self._set.cost_shift + step(before, one) + rest(one, (two, *after))
            if cost < best.cost:
                early = first < 0.85 * mean
                best = _Story(
                    cost, Verdict.ECTOPIC if early else Verdict.MISALIGNED, 2, (mean, mean)
                )
        if abs(first - (before + second) / 2) >= max(floor, self._set.single_floor_ms):
            cost = self._set.cost_single + step(before, second) + rest(second, after)
            if cost < best.cost:
                best = _Story(cost, Verdict.ECTOPIC, 1, ())
        return best


@dataclass(slots=True)
class _Jump:
    level_ms: float
    left: int
