"""The Kaplan-Meier curve at given times, with Greenwood's variance on the log-log scale. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
NORMAL_95 = 1.959964
KAPLAN_MEIER = (
    "Kaplan & Meier 1958 (J Am Stat Assoc 53:457), cut ways back censored where they were last "
    "seen; interval log-log (Brookmeyer & Crowley 1982; Greenwood 1926); ways back count as "
    "independent"
)


def shares_left(
    halves: Sequence[float], cut: Sequence[float], times_s: Sequence[float]
) -> list[Json]:
    """The share that was not yet half-way at each time, with its interval. A time beyond the last
    that anybody was looked at is ``not_reached``, unless none was left by then."""
    steps = _steps(halves, cut)
    last_s = max([*halves, *cut], default=0.0)
    return [_at(time_s, steps, last_s) for time_s in times_s]


def _steps(halves: Sequence[float], cut: Sequence[float]) -> list[tuple[float, float, float]]:
    """(time, share left, Greenwood's sum) after each time at which somebody was half-way. Who is
    cut at that very time was still at risk."""
    left, total, found = 1.0, 0.0, []
    ended, everybody = sorted(halves), sorted([*halves, *cut])
    at, gone = 0, 0
    while at < len(ended):
        time_s = ended[at]
        while gone < len(everybody) and everybody[gone] < time_s:
            gone += 1
        count = 0
        while at < len(ended) and ended[at] == time_s:
            at, count = at + 1, count + 1
        risk = len(everybody) - gone
        left *= 1 - count / risk
        total = total + count / (risk * (risk - count)) if risk > count else math.inf
        found.append((time_s, left, total))
    return found


def _at(time_s: float, steps: Sequence[tuple[float, float, float]], last_s: float) -> Json:
    reached = [step for step in steps if step[0] <= time_s]
    left, total = (reached[-1][1], reached[-1][2]) if reached else (1.0, 0.0)
    if time_s > last_s and left > 0:
        return {"why": "not_reached"}
    if not 0 < left < 1 or not math.isfinite(total):
        return {"value": left}
    off = NORMAL_95 * math.sqrt(total) / abs(math.log(left))
    return {"value": left, "low": left ** math.exp(off), "high": left ** math.exp(-off)}
