"""The half-recovery time, where the way back is known: a rise that ends at a mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from biocoach.review.evaluation.folding import Alarm, Outcome, Task
from biocoach.review.evaluation.injections import Rise, with_rise
from biocoach.review.evaluation.statistics import percentile
from biocoach.review.evaluation.stretches import Stretch

Json = dict[str, Any]
APART_S, RISE_S, BACK_S, END_S = 300.0, 600.0, 780.0, 1440.0
RISES_BPM = (12.0, 16.0, 20.0)
BACK_IN_S = (30.0, 60.0, 120.0)  # time constants of the way back
QUICK_S = 60.0  # up to here the goal holds
NEAR_S = (30.0, 60.0)  # an alarm this long before the rise, or after the mark, is of it


@dataclass(frozen=True, slots=True, kw_only=True)
class WayCase:
    rise: Rise
    task: Task

    def own(self, outcome: Outcome) -> Alarm | None:
        """The activation of the injected rise."""
        first, last = RISE_S - NEAR_S[0], BACK_S + NEAR_S[1]
        return next((a for a in outcome.alarms if first <= a.alarm_s <= last), None)


def way_cases(quiet: Sequence[Stretch]) -> list[WayCase]:
    return [
        _way_case(stretch, Rise(at_s=RISE_S, bpm=bpm, hold_s=BACK_S - RISE_S, back_s=back_s))
        for stretch in quiet
        for bpm in RISES_BPM
        for back_s in BACK_IN_S
    ]


def _way_case(stretch: Stretch, rise: Rise) -> WayCase:
    rr_ms = with_rise(stretch.rr_ms, rise)
    rr_ms = rr_ms[: int(np.searchsorted(np.cumsum(rr_ms) / 1000, END_S))]
    marks = ((APART_S, "apart"), (BACK_S, "back"))
    return WayCase(rise=rise, task=Task(rr_ms=tuple(rr_ms.tolist()), marks=marks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    cases: Sequence[WayCase]
    outcomes: Sequence[Outcome]

    def figures(self) -> Json:
        each = [self._figures(bpm, (s,)) for bpm in RISES_BPM for s in BACK_IN_S]
        quick = tuple(s for s in BACK_IN_S if s <= QUICK_S)
        return {"quick": self._figures(None, quick), "cases": each}

    def errors_s(self, plain: bool = False) -> list[float]:
        """Signed, over the quick ways back."""
        return [
            found - case.rise.half_s
            for case, alarm in self._rows(None, tuple(s for s in BACK_IN_S if s <= QUICK_S))
            if alarm is not None
            and (found := alarm.half_plain_s if plain else alarm.half_s) is not None
        ]

    def _rows(
        self, bpm: float | None, back_s: tuple[float, ...]
    ) -> list[tuple[WayCase, Alarm | None]]:
        return [
            (case, case.own(outcome))
            for case, outcome in zip(self.cases, self.outcomes, strict=True)
            if case.rise.back_s in back_s and bpm in (None, case.rise.bpm)
        ]

    def _figures(self, bpm: float | None, back_s: tuple[float, ...]) -> Json:
        rows = self._rows(bpm, back_s)
        found = [(c, a) for c, a in rows if a is not None]
        ours = [abs(a.half_s - c.rise.half_s) for c, a in found if a.half_s is not None]
        plain = [
            abs(a.half_plain_s - c.rise.half_s) for c, a in found if a.half_plain_s is not None
        ]
        return {
            "bpm": bpm,
            "back_s": back_s[0] if len(back_s) == 1 else None,
            "n": len(rows),
            "no_activation": len(rows) - len(found),
            "without_a_number": len(found) - len(ours),
            "error_median_s": percentile(ours, 50),
            "error_90_s": percentile(ours, 90),
            "plain_error_median_s": percentile(plain, 50),
            "plain_error_90_s": percentile(plain, 90),
        }
