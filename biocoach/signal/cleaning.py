"""Artifact handling (B2): verdicts on intervals, decided two beats late.

Each interval gets the verdict of the least surprising story about it and the two that follow
(``stories``). One rule looks further: a heart that is far faster from one beat to the next has
to stay so for some beats before it is believed, because premature beats come in runs too.
A verdict is given; a value is never changed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.stories import Before, cheapest
from biocoach.signal.trailing import Trailing
from biocoach.types import Beat, CleanBeat, Verdict

AHEAD = 2


def flagged_share(kept: int, seen: int) -> float:
    """Of all beats that were seen, 0 without any. One in twenty is 0.05 and not a hair more, as
    1 - 19/20 would be: limits are held against it."""
    return (seen - kept) / seen if seen else 0.0


@dataclass(slots=True)
class _Waiting:
    beat: Beat
    verdict: Verdict | None = None
    proves: int = 0


@dataclass(slots=True)
class _Jump:
    """A run of beats, far faster from its first on, that has to prove itself."""

    level_ms: float
    left: int
    flagged: int = 0


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
        self._last_raw_ms: float | None = None
        self._last_true_ms: float | None = None  # the interval before, as it would have been
        self._steps = Trailing(self._set.window_beats)
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
        if self._last_raw_ms is not None:
            self._steps.add(abs(rr_ms - self._last_raw_ms))
        self._last_raw_ms = rr_ms
        self._near.add(rr_ms)
        self._undecided.append(waiting)

    def _ready(self) -> list[CleanBeat]:
        done: list[CleanBeat] = []
        while self._queue and self._queue[0].verdict is not None:
            first = self._queue.popleft()
            assert first.verdict is not None  # for the type checker: the loop's condition
            done.append(CleanBeat(beat=first.beat, verdict=first.verdict, proves=first.proves))
        return done

    def _decide(self) -> None:
        """A verdict on the interval that has waited longest, and on the other of its pair."""
        rr_ms = tuple(w.beat.rr_ms for w in self._undecided)
        if self._jump is not None and self._unproven(self._jump, rr_ms[0]):
            return
        story = cheapest(rr_ms, self._before(rr_ms[0]), self._beats, self._set)
        if story.verdict is Verdict.OK and self._jumps(rr_ms[0]):
            return
        for _ in range(story.used):
            self._undecided.popleft().verdict = story.verdict
        for value in story.true_ms:
            self._level.add(value)
            self._last_true_ms = value

    def _before(self, first_ms: float) -> Before:
        """What the heart did up to here. The size of its usual steps stays within bounds: in a
        run of premature beats it would else grow until nothing is noticed any more."""
        median = self._near.quantile(0.5)
        high = self._set.scale_max_share * median
        scale = high
        if len(self._steps) >= self._set.warm_up_beats:
            usual = self._set.scale * self._steps.quantile(self._set.scale_quantile)
            scale = min(high, max(self._set.scale_min_share * median, usual))
        last = first_ms if self._last_true_ms is None else self._last_true_ms
        floor = max(self._set.floor_ms, self._set.floor_share * median)
        return Before(last_ms=last, scale_ms=scale, floor_ms=floor)

    # ---- jumps

    def _jumps(self, rr_ms: float) -> bool:
        """Far faster from one beat to the next: the first beat of a run to be proven."""
        if self._last_true_ms is None or len(self._level) < self._set.level_beats:
            return False
        level = self._level.quantile(0.5)
        share = 1 - rr_ms / min(level, self._last_true_ms)
        if share <= self._set.jump_share:
            return False
        far = share > self._set.far_jump_share
        left = self._set.far_jump_beats if far else self._set.jump_beats
        self._jump = _Jump(level_ms=level, left=left)
        self._doubt(self._jump, rr_ms)
        return True

    def _unproven(self, jump: _Jump, rr_ms: float) -> bool:
        """Still in doubt; or it went back to where it was, or stayed long enough."""
        if rr_ms >= (1 - self._set.back_share) * jump.level_ms:
            self._jump, self._last_true_ms = None, jump.level_ms
            return False
        if jump.left > 0:
            self._doubt(jump, rr_ms)
            return True
        self._undecided[0].proves = jump.flagged
        self._jump = None
        self._level = Trailing(self._set.level_beats)
        return False

    def _doubt(self, jump: _Jump, rr_ms: float) -> None:
        self._undecided.popleft().verdict = Verdict.ECTOPIC
        self._last_true_ms = rr_ms
        jump.left -= 1
        jump.flagged += 1
