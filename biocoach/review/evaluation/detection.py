"""The detector: rises put into quiet stretches, quiet stretches as they are, arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biocoach.review.evaluation.folding import Outcome, Task
from biocoach.review.evaluation.injections import Rise, with_rise
from biocoach.review.evaluation.statistics import (
    area_under_roc,
    mean_interval,
    percentile,
    rate_interval,
    share_interval,
)
from biocoach.review.evaluation.stretches import Stretch

Json = dict[str, Any]
Floats = NDArray[np.float64]
AMPLITUDES_BPM = (8.0, 12.0, 16.0, 20.0)
RISE_FROM_S, RISE_UNTIL_S = 700.0, 1200.0
IN_TIME_S = 120.0
BASELINE_S = 300.0  # no alarm can come before its end
REST, STRAIN = ("sitting", "rest", "baseline"), ("maths", "arithmetic", "stress")
SEATED_S = 360.0  # the first half of sitting, repeated, is the baseline
SETTLE_S = 20.0  # of the arithmetic: the heart rate's own window


# ---- rises


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseCase:
    stretch: Stretch
    rise: Rise
    task: Task

    def delay_s(self, outcome: Outcome) -> float | None:
        """From the rise's beginning to the first alarm in time; None for a miss."""
        late = [a.alarm_s - self.rise.at_s for a in outcome.alarms]
        return min((v for v in late if 0 < v <= IN_TIME_S), default=None)

    def under_way(self, outcome: Outcome) -> bool:
        """An alarm from before the rise had not ended: no new one could come."""
        at_s = self.rise.at_s
        return any(
            a.alarm_s <= at_s and (a.end_s is None or a.end_s > at_s) for a in outcome.alarms
        )


def rise_cases(quiet: Sequence[Stretch], dice: np.random.Generator) -> list[RiseCase]:
    """Every amplitude in every stretch, at one drawn time a stretch."""
    cases = []
    for stretch in quiet:
        at_s = float(dice.uniform(RISE_FROM_S, RISE_UNTIL_S))
        for bpm in AMPLITUDES_BPM:
            rise = Rise(at_s=at_s, bpm=bpm)
            task = Task(rr_ms=tuple(with_rise(stretch.rr_ms, rise).tolist()))
            cases.append(RiseCase(stretch=stretch, rise=rise, task=task))
    return cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Rises:
    cases: Sequence[RiseCase]
    outcomes: Sequence[Outcome]

    def delays_s(self, bpm: float) -> list[float | None]:
        pairs = zip(self.cases, self.outcomes, strict=True)
        return [case.delay_s(found) for case, found in pairs if case.rise.bpm == bpm]

    def figures(self) -> list[Json]:
        return [self._figures(bpm) for bpm in AMPLITUDES_BPM]

    def _figures(self, bpm: float) -> Json:
        delays = self.delays_s(bpm)
        hits = [v for v in delays if v is not None]
        pairs = zip(self.cases, self.outcomes, strict=True)
        missed = [c.under_way(o) for c, o in pairs if c.rise.bpm == bpm and c.delay_s(o) is None]
        return {
            "bpm": bpm,
            "n": len(delays),
            "noticed": len(hits),
            "sensitivity": len(hits) / len(delays),
            "sensitivity_95": share_interval(len(hits), len(delays)),
            "latency_median_s": percentile(hits, 50),
            "latency_90_s": percentile(hits, 90),
            "missed_in_an_open_alarm": sum(missed),
        }


# ---- false alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The stretches as they are: here every alarm counts as false."""

    stretches: Sequence[Stretch]
    outcomes: Sequence[Outcome]

    def figures(self) -> Json:
        names = sorted({s.collection for s in self.stretches})
        each = {name: self._rate({name}) for name in names}
        return self._rate(set(names)) | {"by_collection": each}

    def _rate(self, names: set[str]) -> Json:
        pairs = zip(self.stretches, self.outcomes, strict=True)
        found = [(s.length_s, len(o.alarms)) for s, o in pairs if s.collection in names]
        hours = sum(length_s - BASELINE_S for length_s, _ in found) / 3600
        alarms = sum(count for _, count in found)
        return {
            "stretches": len(found),
            "hours": hours,
            "alarms": alarms,
            "per_hour": alarms / hours,
            "per_hour_95": rate_interval(alarms, hours),
        }


# ---- arithmetic against sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One person: sitting (baseline, then scored), then arithmetic."""

    person: str
    task: Task
    rest_s: float
    strain_s: float


def sittings(people: dict[str, dict[str, Floats]]) -> list[Sitting]:
    found = []
    for person, conditions in people.items():
        rest = next((conditions[c] for c in REST if c in conditions), None)
        strain = next((conditions[c] for c in STRAIN if c in conditions), None)
        if rest is None or strain is None:
            continue
        first, second = np.split(rest, [len(rest) // 2])
        seated = np.tile(first, int(np.ceil(SEATED_S * 1000 / first.sum())))
        found.append(
            Sitting(
                person=person,
                task=Task(rr_ms=tuple(np.concatenate([seated, second, strain]).tolist())),
                rest_s=float(seated.sum() / 1000),
                strain_s=float((seated.sum() + second.sum()) / 1000),
            )
        )
    return found


@dataclass(slots=True, kw_only=True)
class Arithmetic:
    """``areas``: each person's area under the ROC curve of the score of the seconds."""

    high: dict[str, list[float]] = field(default_factory=dict)
    low: dict[str, list[float]] = field(default_factory=dict)
    areas: dict[str, float] = field(default_factory=dict)
    noticed: int = 0
    people: int = 0

    def figures(self, dice: np.random.Generator) -> Json:
        areas = list(self.areas.values())
        return {
            "people": self.people,
            "people_scored": len(areas),
            "area_mean": float(np.mean(areas)) if areas else None,
            "area_mean_95": mean_interval(areas, dice) if areas else None,
            "area_by_person": self.areas,
            "people_with_an_alarm": self.noticed,
        }


def arithmetic(cases: Sequence[Sitting], outcomes: Sequence[Outcome]) -> Arithmetic:
    found = Arithmetic(people=len(cases))
    for case, outcome in zip(cases, outcomes, strict=True):
        scored = [(t, v) for t, v in enumerate(outcome.scores) if v is not None]
        low = [v for t, v in scored if case.rest_s < t <= case.strain_s]
        high = [v for t, v in scored if t > case.strain_s + SETTLE_S]
        found.noticed += any(a.alarm_s > case.strain_s for a in outcome.alarms)
        if low and high:
            found.low[case.person], found.high[case.person] = low, high
            found.areas[case.person] = area_under_roc(high, low)
    return found
