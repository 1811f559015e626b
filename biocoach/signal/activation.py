"""Activation (B6): a rise above the personal baseline that movement does not explain.

A one-sided CUSUM (Page 1954) over the evidence of each second. HRV is never required:
where it is missing its term is 0. Each alarm carries its terms and what would have
changed it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from biocoach.settings import ActivationSettings
from biocoach.types import (
    Activation,
    ActivationOver,
    BaselineFigures,
    HeartState,
    Movement,
    Terms,
)

DISMISSALS_TO_LEARN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one second brings to the detector. ``gated``: movement forbids a conclusion."""

    at_s: int
    hr_bpm: float | None
    rmssd_ms: float | None
    baseline: BaselineFigures | None
    movement: Movement
    movement_mg: float | None
    paced: bool
    gated: bool


@dataclass(slots=True)
class _Event:
    number: int
    alarm_s: float
    peak_s: float
    peak_bpm: float
    low_since_s: int | None = None


class Detector:
    """Moments in, one a second; activations and their ends out."""

    def __init__(self, settings: ActivationSettings, threshold: float | None = None) -> None:
        self._set = settings
        self._start_threshold = min(threshold or settings.drift, settings.drift_max)
        self.threshold = self._start_threshold
        self._evidence = 0.0
        self._zero_s = 0.0
        self._last_s: int | None = None
        self._event: _Event | None = None
        self._count = 0
        self._quiet_until_s = 0.0
        self.score: float | None = None
        self.state = HeartState.UNKNOWN

    @property
    def active(self) -> int | None:
        """The number of the activation under way."""
        return self._event.number if self._event else None

    @property
    def count(self) -> int:
        """How many activations there were: the number of the latest."""
        return self._count

    def learn(self, dismissed: int) -> None:
        """Every second dismissed activation teaches the detector, up to a limit."""
        taught = self._set.drift_step * (dismissed // DISMISSALS_TO_LEARN)
        self.threshold = min(self._start_threshold + taught, self._set.drift_max)

    def step(self, moment: Moment) -> list[Activation | ActivationOver]:
        terms = self._terms(moment)
        if terms is None or moment.baseline is None or moment.hr_bpm is None:
            return self._without(moment)
        self.score = terms.heart_rate + terms.rmssd
        self._last_s = moment.at_s
        done: list[Activation | ActivationOver] = []
        if self._event is not None:
            done += self._follow(self._event, moment, moment.hr_bpm, moment.baseline)
        elif moment.gated:
            self._drop(moment.at_s)
        else:
            done += self._gather(moment, terms, moment.hr_bpm, moment.baseline)
        self.state = self._name(moment.hr_bpm, moment.baseline, moment.gated)
        return done

    def _terms(self, moment: Moment) -> Terms | None:
        base = moment.baseline
        if base is None or moment.hr_bpm is None:
            return None
        rmssd = 0.0
        if moment.rmssd_ms and base.ln_rmssd is not None and not moment.paced:
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
            self._drop(moment.at_s)
            if self._event is not None:
                self._event.low_since_s = None
        return []

    def _drop(self, at_s: float) -> None:
        self._evidence = 0.0
        self._zero_s = at_s

    def _gather(
        self, moment: Moment, terms: Terms, hr_bpm: float, base: BaselineFigures
    ) -> list[Activation | ActivationOver]:
        x = terms.heart_rate + terms.rmssd
        self._evidence = min(max(0.0, self._evidence + x - self.threshold), self._set.ceiling)
        if self._evidence == 0.0:
            self._zero_s = moment.at_s
        if self._evidence <= self._set.alarm or moment.at_s < self._quiet_until_s:
            return []
        self._count += 1
        self._event = _Event(self._count, moment.at_s, moment.at_s, hr_bpm)
        return [
            Activation(
                number=self._count,
                onset_s=self._zero_s,
                alarm_s=moment.at_s,
                movement=moment.movement,
                terms=terms,
                threshold=self.threshold,
                baseline_bpm=base.hr_bpm,
                spread_bpm=base.spread_bpm,
                hr_bpm=hr_bpm,
                why=self._explain(terms, hr_bpm, base, moment),
            )
        ]

    def _explain(self, terms: Terms, hr_bpm: float, base: BaselineFigures, moment: Moment) -> str:
        how = {
            Movement.STILL: "while still",
            Movement.MOVING: "while moving",
            Movement.UNVERIFIED: "movement not checked",
        }[moment.movement]
        length_s = moment.at_s - self._zero_s
        needed = base.hr_bpm + self.threshold * base.spread_bpm
        return (
            f"heart rate {hr_bpm - base.hr_bpm:.0f} above your baseline, rising for "
            f"{length_s:.0f} s, {how}; evidence {terms.heart_rate:.1f} from heart rate, "
            f"{terms.rmssd:+.1f} from RMSSD; below {needed:.0f} bpm it would not have been noted"
        )

    def _follow(
        self, event: _Event, moment: Moment, hr_bpm: float, base: BaselineFigures
    ) -> list[Activation | ActivationOver]:
        if hr_bpm > event.peak_bpm:
            event.peak_bpm, event.peak_s = hr_bpm, moment.at_s
        if hr_bpm >= base.hr_bpm + self._set.over_spreads * base.spread_bpm:
            event.low_since_s = None
            return []
        if event.low_since_s is None:
            event.low_since_s = moment.at_s
        if moment.at_s - event.low_since_s < self._set.over_s:
            return []
        self._event = None
        self._quiet_until_s = moment.at_s + self._set.refractory_s
        self._drop(moment.at_s)
        return [
            ActivationOver(
                number=event.number,
                peak_s=event.peak_s,
                peak_bpm=event.peak_bpm,
                end_s=event.low_since_s,
            )
        ]

    def _name(self, hr_bpm: float, base: BaselineFigures, gated: bool) -> HeartState:
        if self._event is not None:
            rise = self._event.peak_bpm - base.hr_bpm
            falling = hr_bpm < base.hr_bpm + 0.9 * rise
            return HeartState.RECOVERING if falling else HeartState.ACTIVATED
        if gated:
            return HeartState.UNKNOWN
        rising = self._evidence > self._set.rising
        return HeartState.RISING if rising else HeartState.NEAR_BASELINE
