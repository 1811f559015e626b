"""The signal's parts in their order: beats, cleaning, features, movement, baseline, activation.

Deterministic: what comes in carries its time. The session owns one pipeline and tells it
when the baseline begins and ends, when breathing is paced, and when they are back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from biocoach.gate import Doubt, doubt
from biocoach.settings import Settings
from biocoach.signal.activation import Detector, Moment
from biocoach.signal.baseline import Baseline
from biocoach.signal.beats import BeatClock
from biocoach.signal.breath_watch import BreathWatch
from biocoach.signal.cleaning import Cleaner
from biocoach.signal.effort import Effort
from biocoach.signal.features import FeatureWindows
from biocoach.signal.movement import MovementGate
from biocoach.signal.opinion import Comparison
from biocoach.signal.rates import RateWindows
from biocoach.signal.settling import Settling
from biocoach.signal.trust import Trust
from biocoach.types import (
    Activation,
    ActivationOver,
    BaselineReady,
    Beat,
    Features,
    Gap,
    HeartState,
    Intervals,
    Link,
    Motion,
    Movement,
    Output,
    Prior,
    Quality,
    Reading,
    Second,
    SecondOpinion,
    Strap,
)

MS_PER_1024TH = 1000 / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the session knows that the signal needs, at one second."""

    paced: bool = False
    detect: bool = True


class Pipeline:
    def __init__(self, settings: Settings, prior: Prior, rhythm_unreliable: bool) -> None:
        self._set = settings
        self._clock = BeatClock(settings.beats)
        self._cleaner = Cleaner(settings.beats, settings.cleaning)
        self._windows = FeatureWindows(settings.features)
        self._rates = RateWindows(settings.features, settings.beats)
        self.baseline = Baseline(settings.baseline, prior.baselines)
        self.movement = MovementGate(settings.movement)
        self.detector = Detector(settings.activation, prior.threshold)
        self.trust = Trust(settings, rhythm_unreliable)
        self.settling = Settling(settings.recovery)
        self._comparison = Comparison(settings.opinion, settings.features)
        self._effort = Effort(settings.movement)
        self._breath = BreathWatch(settings.breathing, settings.coherence)
        self._gathering = False

    # ---- what arrives

    def reading(self, at_s: float, reading: Reading) -> list[Output]:
        self.trust.contact(reading.contact)
        if self.trust.rates_only:
            return self._rate(at_s, reading.bpm)
        if not reading.rr_1024:
            return []
        rr_ms = [v * MS_PER_1024TH for v in reading.rr_1024]
        beats, gap = self._clock.arrive(at_s, rr_ms)
        self.trust.beats(at_s, rr_ms)
        if self._clock.out_of_step_s == at_s:
            self.trust.out_of_step(at_s)
        return self._clean(beats, gap)

    def strap(self, strap: Strap) -> None:
        """Only a strap that is known to send no intervals is believed by its rate alone: another
        one that leaves them out may be off the body, and guess."""
        rates_only = "rr" in strap.lacks
        if rates_only != self.trust.rates_only:  # what was heard one way is no gap of the other
            heard_s = max(self._clock.last_beat_s or 0.0, self._rates.last_s or 0.0)
            self._clock.goes_on_after(heard_s)
            self._rates.goes_on_after(heard_s)
        self.trust.rates_only = rates_only

    def _rate(self, at_s: float, bpm: int) -> list[Output]:
        if bpm > 0:
            self.trust.heard(at_s)
        gap = self._rates.add(at_s, bpm)
        return [gap] if gap else []

    def intervals(self, at_s: float, intervals: Intervals) -> list[Output]:
        self.trust.beats(at_s, intervals.rr_ms)
        if intervals.arrived:
            return self._clean(*self._clock.arrive(at_s, intervals.rr_ms))
        done: list[Output] = []
        after_s = sum(intervals.rr_ms) / 1000
        for rr_ms in intervals.rr_ms:
            after_s -= rr_ms / 1000
            beat, gap = self._clock.follow(rr_ms, at_s - after_s)
            done += self._clean([beat], gap)
        return done

    def motion(self, at_s: float, motion: Motion) -> None:
        self.movement.add(at_s, motion)
        self._breath.motion(at_s, motion)

    def link(self, at_s: float, link: Link) -> None:
        self.trust.link(at_s, link)
        if not link.up:
            self._clock.break_run(link.reason or "link_down")
            self._rates.break_off(link.reason or "link_down")

    def second_opinion(self, at_s: float, opinion: SecondOpinion) -> None:
        if self._comparison.differs(opinion, hrv=self.trust.hrv_on):
            self.trust.doubted(at_s)

    def _clean(self, beats: list[Beat], gap: Gap | None) -> list[Output]:
        done: list[Output] = []
        if gap is not None:
            done.append(gap)
        for beat in beats:
            for clean in self._cleaner.add(beat):
                self._windows.add(clean)
                self._comparison.add(clean)
                self._breath.beat(clean)
                done.append(clean)
        return done

    # ---- what the session says

    def start_baseline(self, at_s: float) -> None:
        self._gathering = True
        self.baseline.start(at_s)

    def settle_baseline(self, at_s: float) -> list[Output]:
        """End the quiet sitting now; nothing where too little of it was read."""
        if not self._gathering:
            return []
        self._gathering = False
        figures = self.baseline.settle(at_s)
        if figures is None:
            return []
        return [BaselineReady(at_s=at_s, figures=figures, steadied=self.baseline.steadied)]

    def resume_baseline(self) -> None:
        """The end of the quiet sitting was a mistake: go on gathering."""
        begun = self.baseline.started
        self._gathering = begun and (self.baseline.figures is None or self.baseline.reopen())

    def withdraw_baseline(self) -> None:
        """The beginning of the quiet sitting was a mistake: what was before it goes on."""
        self.baseline.withdraw()
        self._gathering = self.baseline.started and self.baseline.figures is None

    # ---- each second

    def tick(self, at_s: int, context: Context) -> list[Output]:
        features = self._features(at_s)
        movement, moved_mg = self.movement.at(at_s), self.movement.level_mg(at_s)
        quality = self.trust.quality(at_s, features)
        why_not = doubt(
            hr_bpm=features.hr_bpm,
            quality=quality,
            movement=movement,
            movement_mg=moved_mg,
            rhythm=self.trust.detects,
        )
        believed = features
        if why_not.of_heart:  # a rate may be shown, but nothing is concluded from it
            believed = replace(features, hr_bpm=None, quick_bpm=None, rmssd_ms=None)
        done = self._sitting(at_s, believed, why_not)
        breath = self._breath.at(at_s, paced=context.paced)
        slow = breath.per_min is not None and breath.per_min < self._set.breathing.slow_per_min
        quiet = self.detector.active is None and not context.paced and not why_not.of_body
        moment = Moment(
            at_s=at_s,
            hr_bpm=believed.hr_bpm,
            rmssd_ms=believed.rmssd_ms,
            quick_bpm=believed.quick_bpm,
            baseline=self.baseline.figures if context.detect else None,
            movement=movement,
            movement_mg=moved_mg,
            effort_bpm=self._effort.second(moved_mg, believed.quick_bpm, learns=quiet),
            slow_breath=context.paced or slow,
            gated=why_not.of_body or not self.trust.detects,
        )
        events = self.detector.step(moment)
        self._track(believed, context, why_not)
        done += events
        done += self._recoveries(at_s, believed, movement, events)
        second = self._second(at_s, features, moment, quality, why_not)
        return [*done, replace(second, breath=breath)]

    def _sitting(self, at_s: int, believed: Features, why_not: Doubt) -> list[Output]:
        """One second of the quiet sitting, while it lasts."""
        if not self._gathering:
            return []
        if not why_not.of_body:
            self.baseline.gather(at_s, believed.hr_bpm, believed.rmssd_ms)
        long_enough = self.baseline.have_s(at_s) >= self.baseline.need_s
        return self.settle_baseline(at_s) if long_enough and self.baseline.believable else []

    def _features(self, at_s: int) -> Features:
        features = self._rates.at(at_s) if self.trust.rates_only else self._windows.at(at_s)
        missing = self.trust.missing(at_s)
        if missing:
            return replace(
                features, hr_bpm=None, quick_bpm=None, rmssd_ms=None, sdnn_ms=None, why=missing
            )
        self.trust.flagged(at_s, features)
        if features.rmssd_ms is not None and not self.trust.hrv_on:
            return replace(features, rmssd_ms=None, sdnn_ms=None, why="irregular")
        return features

    def _track(self, features: Features, context: Context, why_not: Doubt) -> None:
        quiet = self.detector.active is None and not context.paced and not why_not.of_body
        if features.hr_bpm is not None and quiet and not self._gathering:
            self.baseline.track(features.hr_bpm, features.rmssd_ms)

    def _recoveries(
        self,
        at_s: int,
        features: Features,
        movement: Movement,
        events: list[Activation | ActivationOver],
    ) -> list[Output]:
        self.settling.second(at_s, features.hr_bpm, movement is Movement.MOVING)
        for event in events:
            if isinstance(event, Activation):
                self.settling.began(event)
            else:
                self.settling.over(event)
        return list(self.settling.due(at_s))

    def _second(
        self, at_s: int, features: Features, moment: Moment, quality: Quality, why_not: Doubt
    ) -> Second:
        figures = self.baseline.figures
        state, why = self._state(features, moment, why_not)
        return Second(
            at_s=at_s,
            hr_bpm=features.hr_bpm,
            rmssd_ms=features.rmssd_ms,
            score=self.detector.score,
            state=state,
            movement=moment.movement,
            movement_mg=moment.movement_mg,
            quality=quality,
            quality_why=self.trust.quality_why(at_s, quality),
            coverage=features.coverage,
            baseline_bpm=figures.hr_bpm if figures else None,
            spread_bpm=figures.spread_bpm if figures else None,
            why=why,
        )

    def _state(self, features: Features, moment: Moment, why_not: Doubt) -> tuple[HeartState, str]:
        """The state in a word, and its reason as a code for the page."""
        if why_not is Doubt.READING:
            return HeartState.UNKNOWN, features.why
        if not self.trust.detects:
            return HeartState.UNKNOWN, "rhythm_off"
        if why_not is Doubt.POOR:
            return HeartState.UNKNOWN, self.trust.poor_why(moment.at_s)
        if moment.baseline is None:
            return HeartState.SETTLING, "settling" if self._gathering else "no_baseline"
        if why_not.of_body and self.detector.active is None:
            return HeartState.UNKNOWN, why_not.value
        off = (features.hr_bpm or 0.0) - moment.baseline.hr_bpm
        if off < -self._set.activation.below_spreads * moment.baseline.spread_bpm:
            return HeartState.UNKNOWN, "far_below"  # every other beat lost looks like this too
        if self.detector.state is HeartState.RISING and self.detector.high:
            return HeartState.RISING, "above"
        return self.detector.state, features.why or "ok"

    def finish(self, at_s: float) -> list[Output]:
        """The session is over: judge the last beats, close the last gap and every way back."""
        done: list[Output] = []
        for clean in self._cleaner.finish():
            self._windows.add(clean)
            done.append(clean)
        last = max(self._clock.last_beat_s or 0.0, self._rates.last_s or 0.0)
        if at_s - last > self._set.beats.missing_max_s:
            done.append(Gap(start_s=last, end_s=at_s, reason=self.trust.last_reason))
        return done + list(self.settling.finish(int(at_s)))
