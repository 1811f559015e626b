"""The statistics of the evaluation: curves, and intervals that say how little is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]
DRAWS = 4000


def area_under_roc(high: Sequence[float], low: Sequence[float]) -> float:
    """The chance that a value of ``high`` exceeds one of ``low``, ties counting half (Mann &
    Whitney 1947); 0-1. Both need one value at least."""
    ranked = np.sort(np.asarray(low, float))
    under = np.searchsorted(ranked, high, "left") + np.searchsorted(ranked, high, "right")
    return float(np.mean(under) / (2 * len(ranked)))


def roc(high: Sequence[float], low: Sequence[float]) -> list[tuple[float, float]]:
    """(share of ``low``, share of ``high``) at or above each limit, from (0, 0) to (1, 1)."""
    limits = np.unique(np.concatenate([np.asarray(high, float), np.asarray(low, float)]))[::-1]
    points = [(0.0, 0.0)]
    for share_low, share_high in zip(_at_least(low, limits), _at_least(high, limits), strict=True):
        points.append((float(share_low), float(share_high)))
    return points


def _at_least(values: Sequence[float], limits: Floats) -> Floats:
    ranked = np.sort(np.asarray(values, float))
    return 1 - np.searchsorted(ranked, limits, "left") / len(ranked)


def rate_interval(count: int, hours: float) -> Interval:
    """The exact 95 % interval of events an hour, from a count (Garwood 1936)."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, 0.025)) if count else 0.0
    return low / hours, float(gammaincinv(count + 1, 0.975)) / hours


def share_interval(count: int, of: int) -> Interval:
    """The exact 95 % interval of a share, 0-1 (Clopper & Pearson 1934). Needs one of ``of``."""
    from scipy.special import betaincinv

    low = float(betaincinv(count, of - count + 1, 0.025)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 0.975)) if count < of else 1.0
    return low, high


def mean_interval(values: Sequence[float], dice: np.random.Generator) -> Interval:
    """The 95 % bootstrap interval of a mean (Efron 1979, percentiles): whole people are drawn."""
    drawn = dice.choice(np.asarray(values, float), (DRAWS, len(values))).mean(axis=1)
    return float(np.percentile(drawn, 2.5)), float(np.percentile(drawn, 97.5))


def percentile(values: Sequence[float], share: float) -> float | None:
    """None of nothing. ``share`` is 0-100."""
    return float(np.percentile(np.asarray(values, float), share)) if len(values) else None


def rmssd_ms(rr_ms: Floats, kept: NDArray[np.bool_] | None = None) -> float | None:
    """Over the differences between kept intervals, ms; None where they are fewer than 20."""
    steps = np.diff(rr_ms)
    if kept is not None:
        steps = steps[kept[1:] & kept[:-1]]
    return float(np.sqrt(np.mean(steps**2))) if len(steps) >= 20 else None
