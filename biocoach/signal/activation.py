"""Activation (B6): a rise above the personal baseline that movement does not explain.

Each second's evidence is summed; beyond a limit there is an alarm, which carries its terms and
what would have changed it. HRV is never asked for: RMSSD is told beside an alarm and counts in
the score, but neither makes nor hides one (docs/signal.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from biocoach.settings import ActivationSettings
from biocoach.signal.evidence import Evidence
from biocoach.signal.taught import DISMISSALS_TO_LEARN
from biocoach.types import (
    Activation,
    ActivationOver,
    BaselineFigures,
    HeartState,
    Movement,
    Rise,
    Terms,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one second brings to the detector.

    ``slow_breath``: paced, or slow by itself; RMSSD is then the breath's and says nothing.
    ``gated``: movement forbids a conclusion. ``effort_bpm``: what small movement explains.
    """

    at_s: int
    hr_bpm: float | None
    rmssd_ms: float | None
    baseline: BaselineFigures | None
    movement: Movement
    movement_mg: float | None
    slow_breath: bool
    gated: bool
    quick_bpm: float | None = None
    effort_bpm: float = 0.0


@dataclass(slots=True)
class _Event:
    number: int
    alarm_s: float
    level_bpm: float
    peak_s: float
    peak_bpm: float
    low_since_s: int | None = None


class Detector:
    """Moments in, one a second; activations and their ends out."""

    def __init__(self, settings: ActivationSettings, threshold: float | None = None) -> None:
        self._set = settings
        self._start_threshold = min(threshold or settings.drift, settings.drift_max)
        self.threshold = self._start_threshold
        self._evidence = Evidence(settings)
        self._last_s: int | None = None
        self._event: _Event | None = None
        self._count = 0
        self._quiet_until_s = 0.0
        self._unseen = False
        self.score: float | None = None
        self.state = HeartState.UNKNOWN
        self.high = False  # above the baseline, however slowly it came there

    @property
    def active(self) -> int | None:
        """The number of the activation under way."""
        return self._event.number if self._event else None

    @property
    def count(self) -> int:
        """How many activations there were: the number of the latest."""
        return self._count

    def learn(self, dismissed: int) -> None:
        """Every second dismissal beyond those in the first threshold teaches, up to a limit.

        Below zero it takes back what earlier sessions taught.
        """
        taught = self._set.drift_step * (dismissed // DISMISSALS_TO_LEARN)
        self.threshold = min(self._start_threshold + taught, self._set.drift_max)

    def step(self, moment: Moment) -> list[Activation | ActivationOver]:
        terms = self._terms(moment)
        base, hr_bpm = moment.baseline, moment.hr_bpm
        if terms is None or base is None or hr_bpm is None:
            return self._without(moment)
        quick_bpm = hr_bpm if moment.quick_bpm is None else moment.quick_bpm
        quick_bpm -= moment.effort_bpm
        self.score = terms.heart_rate + terms.rmssd
        self._last_s = moment.at_s
        done: list[Activation | ActivationOver] = []
        if moment.gated:
            self._gated(moment, quick_bpm)
        else:
            self._seen_again(moment, quick_bpm)
            if self._event is None:  # an activation is no level to rise from
                self._evidence.note(moment.at_s, quick_bpm)
            self._evidence.gather(moment.at_s, quick_bpm, hr_bpm, base, self.threshold)
        if self._event is not None:
            done += self._follow(self._event, moment, hr_bpm)
        elif not moment.gated:
            done += self._alarm(moment, terms, hr_bpm, base)
        self.state = self._name(hr_bpm, base, moment.gated)
        return done

    def _gated(self, moment: Moment, quick_bpm: float) -> None:
        """Seen to move, movement explains the heart; unseen, nothing is known of it."""
        self._unseen = moment.movement is not Movement.MOVING
        if self._unseen:
            self._evidence.drop(moment.at_s)
        else:
            self._evidence.moving(moment.at_s, quick_bpm)

    def _seen_again(self, moment: Moment, quick_bpm: float) -> None:
        """Still after a short silence of the accelerometer: it may have missed a walk. Where it
        stays away nothing is said to be still, and a rise is one that was not checked."""
        if self._unseen and moment.movement is Movement.STILL:
            self._evidence.moving(moment.at_s, quick_bpm)
        self._unseen = False

    def _terms(self, moment: Moment) -> Terms | None:
        base = moment.baseline
        if base is None or moment.hr_bpm is None:
            return None
        rmssd = 0.0
        if moment.rmssd_ms and base.ln_rmssd is not None and not moment.slow_breath:
            fall = (base.ln_rmssd - math.log(moment.rmssd_ms)) / self._set.rmssd_scale
            clip = self._set.rmssd_clip
            rmssd = self._set.rmssd_weight * max(-clip, min(clip, fall))
        return Terms(
            heart_rate=(moment.hr_bpm - base.hr_bpm) / base.spread_bpm,
            rmssd=rmssd,
            movement=moment.movement_mg,
        )

    def _without(self, moment: Moment) -> list[Activation | ActivationOver]:
        """A second without a reading: unknown, and old evidence is soon dropped."""
        self.score = None
        self.state = HeartState.SETTLING if moment.hr_bpm is not None else HeartState.UNKNOWN
        if self._last_s is None or moment.at_s - self._last_s > self._set.forget_s:
            self._evidence.drop(moment.at_s)
            if self._event is not None:
                self._event.low_since_s = None
        if self._event is None or moment.at_s - self._event.alarm_s < self._set.longest_s:
            return []
        return [self._ended(self._event, moment.at_s, self._last_s or moment.at_s)]

    def _alarm(
        self, moment: Moment, terms: Terms, hr_bpm: float, base: BaselineFigures
    ) -> list[Activation | ActivationOver]:
        found = self._evidence
        if not (found.quick_alarm or found.climb_alarm) or moment.at_s < self._quiet_until_s:
            return []
        quick = found.quick_alarm
        level_bpm = found.level_bpm(moment.at_s, base) if quick else base.hr_bpm
        self._count += 1
        self._event = _Event(self._count, moment.at_s, level_bpm, moment.at_s, hr_bpm)
        alarm = Activation(
            number=self._count,
            onset_s=found.onset_s(),
            alarm_s=moment.at_s,
            movement=moment.movement,
            terms=terms,
            threshold=self.threshold,
            baseline_bpm=base.hr_bpm,
            spread_bpm=base.spread_bpm,
            level_bpm=level_bpm,
            hr_bpm=hr_bpm,
            why="",
            kind=Rise.QUICK if quick else Rise.SLOW_CLIMB,
            would_not_below_bpm=self._needed_bpm(level_bpm, base, quick=quick),
        )
        return [replace(alarm, why=_explained(alarm))]

    def _needed_bpm(self, level_bpm: float, base: BaselineFigures, *, quick: bool) -> float:
        """Only above this rate the evidence grows."""
        if quick:
            return level_bpm + self.threshold * self._set.quick_spread_bpm
        over = self.threshold - self._set.drift
        return level_bpm + (self._set.climb_drift + over) * base.spread_bpm

    def _follow(
        self, event: _Event, moment: Moment, hr_bpm: float
    ) -> list[Activation | ActivationOver]:
        if hr_bpm > event.peak_bpm and moment.movement is not Movement.MOVING:
            event.peak_bpm, event.peak_s = hr_bpm, moment.at_s
        left = self._set.over_share * (event.peak_bpm - event.level_bpm)
        low = hr_bpm < event.level_bpm + left
        long = moment.at_s - event.alarm_s >= self._set.longest_s
        if not low:
            event.low_since_s = None
        elif event.low_since_s is None:
            event.low_since_s = moment.at_s
        since_s = event.low_since_s
        settled = since_s is not None and moment.at_s - since_s >= self._set.over_s
        if not (settled or long):
            return []
        self._evidence.over(moment.at_s, hr_bpm, stays_up=long)
        return [self._ended(event, moment.at_s, moment.at_s if since_s is None else since_s)]

    def _ended(self, event: _Event, at_s: int, end_s: int) -> ActivationOver:
        self._event = None
        self._quiet_until_s = at_s + self._set.refractory_s
        return ActivationOver(
            number=event.number, peak_s=event.peak_s, peak_bpm=event.peak_bpm, end_s=end_s
        )

    def _name(self, hr_bpm: float, base: BaselineFigures, gated: bool) -> HeartState:
        self.high = hr_bpm > base.hr_bpm + self.threshold * base.spread_bpm
        if self._event is not None:
            rise = self._event.peak_bpm - self._event.level_bpm
            falling = hr_bpm < self._event.level_bpm + 0.9 * rise
            return HeartState.RECOVERING if falling else HeartState.ACTIVATED
        if gated:
            return HeartState.UNKNOWN
        rising = self.high or self._evidence.quick > self._set.rising  # high is never called near
        return HeartState.RISING if rising else HeartState.NEAR_BASELINE


def _explained(alarm: Activation) -> str:
    how = {
        Movement.STILL: "while still",
        Movement.MOVING: "while moving",
        Movement.UNVERIFIED: "movement not checked",
    }[alarm.movement]
    quick = alarm.kind is Rise.QUICK
    where = "where it was before" if quick else "your baseline, in a slow climb"
    return (
        f"heart rate {alarm.hr_bpm - alarm.level_bpm:.0f} above {where}, "
        f"{alarm.hr_bpm - alarm.baseline_bpm:.0f} above your baseline, rising for "
        f"{alarm.alarm_s - alarm.onset_s:.0f} s, {how}; RMSSD {alarm.terms.rmssd:+.1f} beside it; "
        f"below {alarm.would_not_below_bpm:.0f} bpm it would not have been noted"
    )
