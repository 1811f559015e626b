"""How far a figure says the same of somebody twice: split halves, and ICC(1). Pure.

Each has its n and a 95 % interval, and says so where n is too small for one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

PAIRS_MIN = 10  # with ten pairs the interval of a correlation of 0.5 goes from -0.2 to 0.9
NORMAL_95 = 1.959964
SPLIT_HALF = (
    "Spearman 1910, Brown 1910 (Br J Psychol 3): r of odd and even halves, stepped up; "
    "interval: Fisher 1921 (Metron 1:3), stepped up"
)
ICC = (
    "Shrout & Fleiss 1979 (Psychol Bull 86:420), ICC(1,1); unequal numbers by Snedecor's k0; "
    "interval by F"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``why``: ``too_few`` or ``no_spread``; then there is no value."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""


def split_half(pairs: Sequence[tuple[float, float]]) -> Figure:
    """Of pairs (odd half, even half): 2r / (1 + r), the reliability of both halves together."""
    n = len(pairs)
    if n < PAIRS_MIN:
        return Figure(n=n, why="too_few")
    r = _correlation(pairs)
    if r is None:
        return Figure(n=n, why="no_spread")
    z, off = math.atanh(max(-0.999999, min(0.999999, r))), NORMAL_95 / math.sqrt(n - 3)
    low, high = math.tanh(z - off), math.tanh(z + off)
    return Figure(n=n, value=_stepped_up(r), low=_stepped_up(low), high=_stepped_up(high))


def _stepped_up(r: float) -> float:
    """Below zero halves contradict each other, and there is no reliability to step up."""
    return 2 * r / (1 + r) if r > 0 else r


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    a, b = fmean(x for x, _ in pairs), fmean(y for _, y in pairs)
    over = math.fsum((x - a) * (y - b) for x, y in pairs)
    under = math.fsum((x - a) ** 2 for x, _ in pairs) * math.fsum((y - b) ** 2 for _, y in pairs)
    return over / math.sqrt(under) if under > 0 else None


def icc(groups: Sequence[Sequence[float]]) -> Figure:
    """ICC(1,1) of people, each with two values at least (others are left out)."""
    people = [g for g in groups if len(g) > 1]
    n = len(people)
    if n < PAIRS_MIN:
        return Figure(n=n, why="too_few")
    sizes = [len(g) for g in people]
    total = sum(sizes)
    k0 = (total - sum(k * k for k in sizes) / total) / (n - 1)
    middle = fmean(v for g in people for v in g)
    between = math.fsum(len(g) * (fmean(g) - middle) ** 2 for g in people) / (n - 1)
    within = math.fsum((v - fmean(g)) ** 2 for g in people for v in g) / (total - n)
    if within <= 0:
        return Figure(n=n, why="no_spread")
    ratio = between / within
    low, high = _f_ends(n - 1, total - n)
    return Figure(
        n=n, value=_share(ratio, k0), low=_share(ratio / high, k0), high=_share(ratio / low, k0)
    )


def _share(ratio: float, k0: float) -> float:
    return (ratio - 1) / (ratio + k0 - 1)


def _f_ends(between: int, within: int) -> tuple[float, float]:
    from scipy import stats

    found = stats.f.ppf([0.025, 0.975], between, within)
    return float(found[0]), float(found[1])
