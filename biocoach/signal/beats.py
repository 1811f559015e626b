"""The beat clock (B1): beat times rebuilt from RR and arrivals; gaps found, never bridged.

A Heart Rate Measurement carries no time. Within a run of packets, beat times are the
running sum of RR, anchored to the lower envelope of (arrival - sum): a packet can come
late, never early. Equal intervals are legal; nothing is dropped by value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.settings import BeatSettings
from biocoach.types import Beat, Gap

ENVELOPE_S = 60.0  # a window, so that a strap's clock that drifts is followed
ABSURD_SLACK_S = 4.0  # straps were seen to deliver RR this late
STAMP_S = 0.001  # every stamp is of whole milliseconds


@dataclass(slots=True)
class _Run:
    """One stretch without a gap: arrivals, and the RR summed up to each."""

    number: int
    sum_s: float
    marks: deque[tuple[float, float]]  # (arrival, sum)
    envelope: deque[tuple[float, float]]  # (arrival, arrival - sum), rising: its head is the least

    def arrive(self, at_s: float) -> None:
        offset = at_s - self.sum_s
        while self.envelope and self.envelope[-1][1] >= offset:
            self.envelope.pop()
        self.envelope.append((at_s, offset))
        while self.envelope[0][0] < at_s - ENVELOPE_S:
            self.envelope.popleft()
        self.marks.append((at_s, self.sum_s))

    @property
    def anchor_s(self) -> float:
        return self.envelope[0][1]


class BeatClock:
    """Turns packets into beats with times. ``arrive`` for a strap, ``follow`` for a file."""

    def __init__(self, settings: BeatSettings) -> None:
        self._set = settings
        self._run: _Run | None = None
        self._runs = 0
        self._last_beat_s: float | None = None
        self._why_ended = ""
        self.out_of_step_s: float | None = None  # when beats and elapsed time last parted

    @property
    def last_beat_s(self) -> float | None:
        return self._last_beat_s

    def break_run(self, reason: str) -> None:
        """The link broke or was silent: the next beats begin a new run."""
        self._run = None
        self._why_ended = self._why_ended or reason

    def goes_on_after(self, heard_s: float) -> None:
        """Until then the heart was heard in another way: the next beats begin a new run there."""
        self._run = None
        self._last_beat_s = heard_s or self._last_beat_s

    def arrive(self, at_s: float, rr_ms: Sequence[float]) -> tuple[list[Beat], Gap | None]:
        """The beats of a packet that arrived at ``at_s``, and the gap before them, if any."""
        if not rr_ms:
            return [], None
        reason = self._ends_here(at_s, rr_ms)
        if reason:
            self.break_run(reason)
        if reason == "out_of_step":
            self.out_of_step_s = at_s
        run = self._run or self._begin()
        fresh, before = not run.marks, run.sum_s
        spans_s = [self._seconds(v, at_s) for v in rr_ms]
        run.sum_s += sum(spans_s)
        run.arrive(at_s)
        return self._place(run, fresh, before, list(zip(rr_ms, spans_s, strict=True)))

    def follow(self, rr_ms: float, at_s: float | None = None) -> tuple[Beat, Gap | None]:
        """The next beat of a file: its clock is the running sum of its intervals.

        ``at_s``: the beat's own time, where it is another.
        """
        start_s = self._last_beat_s or 0.0
        span_s = rr_ms / 1000
        end_s = start_s + span_s
        if at_s is not None and abs(at_s - end_s) > STAMP_S:
            end_s = max(start_s, at_s)
        # An interval longer than one slow beat and what may be missing is itself the silence.
        heard_s = span_s if span_s <= self._set.missing_max_s + 1 else 0.0
        silent = end_s - start_s - heard_s > self._set.missing_max_s
        if silent or not self._runs:
            self._runs += 1
        self._last_beat_s = end_s
        gap = Gap(start_s=start_s, end_s=end_s - heard_s, reason="no_beats") if silent else None
        return Beat(beat_s=end_s, rr_ms=rr_ms, run=self._runs), gap

    def _begin(self) -> _Run:
        self._runs += 1
        self._run = _Run(number=self._runs, sum_s=0.0, marks=deque(), envelope=deque())
        return self._run

    def _seconds(self, rr_ms: float, at_s: float) -> float:
        """The time that an interval stands for; an absurd one stands for none."""
        run = self._run
        since = at_s - run.marks[-1][0] if run and run.marks else 0.0
        return rr_ms / 1000 if rr_ms / 1000 <= since + ABSURD_SLACK_S else 0.0

    def _ends_here(self, at_s: float, rr_ms: Sequence[float]) -> str:
        """Why the run cannot go on through this packet, or nothing."""
        run = self._run
        if run is None or not run.marks:
            return ""
        total = sum(self._seconds(v, at_s) for v in rr_ms)
        if at_s - run.anchor_s - run.sum_s - total > self._set.missing_max_s:
            return "no_beats"
        while len(run.marks) > 1 and run.marks[1][0] <= at_s - self._set.drift_window_s:
            run.marks.popleft()
        then_s, sum_then = run.marks[0]
        elapsed = at_s - then_s
        if elapsed < self._set.drift_window_s:
            return ""
        excess = run.sum_s + total - sum_then - elapsed
        return "out_of_step" if abs(excess) > self._set.drift_max_share * elapsed else ""

    def _place(
        self, run: _Run, fresh: bool, before: float, given: Sequence[tuple[float, float]]
    ) -> tuple[list[Beat], Gap | None]:
        """``given``: each interval, ms, and the time that it stands for, s."""
        beats: list[Beat] = []
        sum_s, last, gap = before, self._last_beat_s, None
        for value, span_s in given:
            sum_s += span_s
            beat_s = run.anchor_s + sum_s
            if last is not None:
                beat_s = max(last, beat_s)
            if fresh and not beats:
                gap = self._gap_before(beat_s - min(value, self._set.rr_max_ms) / 1000)
            beats.append(Beat(beat_s=beat_s, rr_ms=value, run=run.number))
            last = beat_s
        self._last_beat_s = last
        return beats, gap

    def _gap_before(self, start_s: float) -> Gap | None:
        """The gap between the last run and one that begins at ``start_s``."""
        reason, self._why_ended = self._why_ended or "no_beats", ""
        begin = self._last_beat_s if self._last_beat_s is not None else 0.0
        if start_s - begin <= self._set.missing_max_s:
            return None
        return Gap(start_s=begin, end_s=start_s, reason=reason)
