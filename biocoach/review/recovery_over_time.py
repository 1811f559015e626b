"""How long half-recovery takes over all sessions: Kaplan-Meier medians (1958).

A way back that was cut short is neither left out nor taken for a quick one: it counts for as
long as it was seen (right-censored). Apart and after the reunion, with a practice and without,
are four things and never pooled; nor are simulated sessions with real ones.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from biocoach.review.slowing import may_have_ways_back, slowing_in
from biocoach.settings import LearningSettings

Json = dict[str, Any]
WHERE = ("apart", "after_reunion")
HALF = 0.5 + 1e-9  # products of shares miss one half by rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """In s; ``low_s`` to ``high_s`` is its interval, None where an end is not known.

    ``why``: "", ``too_few``, or ``not_reached`` where more than half were still on their way.
    """

    median_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    why: str = ""


def recovery_over_time(
    summaries: Iterable[Json], settings: LearningSettings, *, simulated: bool
) -> Json:
    """The four groups, and what could not be counted.

    ``unread``: sessions whose ways back an earlier version left to be read.
    """
    rows = [s for s in summaries if bool(s.get("simulated")) is simulated]
    ways = [way for s in rows for way in s.get("ways_back", [])]
    told = [way for way in ways if not way["left_out"]]
    return {
        "simulated": simulated,
        "groups": [
            group(told, where, used=used, settings=settings)
            for where in WHERE
            for used in (False, True)
        ],
        "away": sum(way["left_out"] == "away" for way in ways),
        "not_told": sum(way["left_out"] == "not_told" for way in ways),
        "needed": settings.halves_min,
        "heart_slowing": slowing_in(s for s in rows if may_have_ways_back(s)),
        "unread": sum("ways_back" not in s for s in rows),
    }


def group(told: Sequence[Json], where: str, *, used: bool, settings: LearningSettings) -> Json:
    own = [way for way in told if way["where"] == where and way["used"] is used]
    halves = [way["half_s"] for way in own if way["half_s"] is not None]
    cut = [way["seen_s"] for way in own if way["half_s"] is None]
    found = median_of(halves, cut, settings)
    return {
        "where": where,
        "used": used,
        "n": len(own),
        "not_by_end": len(cut),
        "asked": sum(way["asked"] for way in own),
        "offered": sum(way["offered"] for way in own),
        "median_s": found.median_s,
        "low_s": found.low_s,
        "high_s": found.high_s,
        "why": found.why,
    }


def median_of(
    halves_s: Sequence[float], cut_s: Sequence[float], settings: LearningSettings
) -> Median:
    """The median of lengths of which some were cut short.

    The first length that at most half outlast (Kaplan & Meier 1958, J Am Stat Assoc 53:457);
    its interval is where the log-log interval of the curve holds one half (Brookmeyer & Crowley
    1982, Biometrics 38:29).
    """
    if len(halves_s) + len(cut_s) < settings.halves_min:
        return Median(why="too_few")
    if not halves_s:
        return Median(why="not_reached")
    from scipy import stats  # half a second to import, and seldom asked for

    curve = stats.ecdf(stats.CensoredData(uncensored=halves_s, right=cut_s)).sf
    with warnings.catch_warnings():  # where all or none are left the interval is not defined
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(settings.confidence, method="log-log")
    times = [float(t) for t in curve.quantiles]
    median_s = _first_below(times, curve.probabilities)
    return Median(
        median_s=median_s,
        low_s=_first_below(times, band.low.probabilities),
        high_s=_first_below(times, band.high.probabilities),
        why="" if median_s is not None else "not_reached",
    )


def _first_below(times: Sequence[float], shares: Iterable[float]) -> float | None:
    """The first time at which at most half are left."""
    pairs = zip(times, map(float, shares), strict=True)
    return next((t for t, share in pairs if not math.isnan(share) and share <= HALF), None)
