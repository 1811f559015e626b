"""The least surprising story about a few intervals.

Every small edit that could have made the first of them is tried: a beat missed, a beat too
many, a beat at the wrong time, a beat that began anew. Each has a price. What remains is judged
by its steps: their cost is minus the logarithm of a Student t density, which grows slowly, so
that one true step of the heart is cheaper than an edit, and a step there and back is dearer.
(After the edit distance of Victor & Purpura 1996, with the tails of Lange, Little & Taylor 1989.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.types import Verdict

EARLY_SHARE = (
    0.85  # of the pair's mean: a shift that large is a beat of its own, not a mislabelled one
)
MISSED_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The interval before, the size of this heart's usual steps, and the least error to name."""

    last_ms: float
    scale_ms: float
    floor_ms: float


@dataclass(frozen=True, slots=True)
class Story:
    """``used``: so many intervals are explained; ``true_ms``: what they would have been."""

    cost: float
    verdict: Verdict
    used: int
    true_ms: tuple[float, ...]


def cheapest(
    rr_ms: tuple[float, ...], before: Before, beats: BeatSettings, settings: CleaningSettings
) -> Story:
    """``rr_ms``: the interval in question, and those after it as far as they are known."""
    return _Teller(rr_ms, before, beats, settings).best()


class _Teller:
    def __init__(
        self, rr_ms: tuple[float, ...], before: Before, beats: BeatSettings, set_: CleaningSettings
    ) -> None:
        self._rr, self._before, self._beats, self._set = rr_ms, before, beats, set_
        self._spread = 1 / (before.scale_ms * before.scale_ms * set_.tail)
        self._weight = (set_.tail + 1) / 2

    def best(self) -> Story:
        first = self._rr[0]
        plain = self._cost(0.0, (first,), self._rr[1:])
        best = Story(plain, Verdict.OK, 1, (first,))
        cheapest_edit = min(self._set.cost_missed, self._set.cost_extra, self._set.cost_shift)
        if plain <= cheapest_edit:
            return best
        for other in (self._missed(2), self._missed(3), *self._pairs()):
            if other is not None and other.cost < best.cost:
                best = other
        return best

    def _cost(self, price: float, true_ms: tuple[float, ...], after: tuple[float, ...]) -> float:
        """Price and steps. What comes later may be wrong itself, so that its cost has a limit."""
        cost, last = price, self._before.last_ms
        for value in true_ms:
            cost += self._step(last, value)
            last = value
        later = 0.0
        for value in after:
            later += self._step(last, value)
            last = value
        return cost + min(later, self._set.cost_later)

    def _step(self, one: float, two: float) -> float:
        return self._weight * math.log1p((two - one) ** 2 * self._spread)

    def _missed(self, parts: int) -> Story | None:
        first = self._rr[0]
        part = first / parts
        if part < self._beats.rr_min_ms or first - part < self._before.floor_ms:
            return None
        cost = self._cost(self._set.cost_missed, (part,), self._rr[1:])
        return Story(cost, Verdict.MISSED, 1, (part,))

    def _pairs(self) -> list[Story | None]:
        if len(self._rr) < 2:
            return []
        return [self._extra(), self._shifted(), self._single()]

    def _extra(self) -> Story | None:
        first, second, *after = self._rr
        both = first + second
        if both > self._beats.rr_max_ms:
            return None
        cost = self._cost(self._set.cost_extra, (both,), tuple(after))
        return Story(cost, Verdict.EXTRA, 2, (both,))

    def _shifted(self) -> Story | None:
        """The beat between the two was early or late: they share their time anew, on a slope."""
        first, second, *after = self._rr
        mean = (first + second) / 2
        if abs(first - mean) < self._before.floor_ms:
            return None
        lean = (after[0] - self._before.last_ms) / 6 if after else 0.0
        most = self._before.scale_ms / 2  # what follows may be early itself
        lean = min(most, max(-most, lean))
        pair = (mean - lean, mean + lean)
        cost = self._cost(self._set.cost_shift, pair[:1], (pair[1], *after))
        early = first < EARLY_SHARE * mean
        return Story(cost, Verdict.ECTOPIC if early else Verdict.MISALIGNED, 2, pair)

    def _single(self) -> Story | None:
        """An early beat from which the heart began to count anew: the interval stands alone."""
        first, second, *after = self._rr
        around = (self._before.last_ms + second) / 2
        if abs(first - around) < max(self._before.floor_ms, self._set.single_floor_ms):
            return None
        cost = self._cost(self._set.cost_single, (second,), tuple(after))
        return Story(cost, Verdict.ECTOPIC, 1, ())
