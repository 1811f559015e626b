"""What is put into real recordings so that the truth is known: rises, ways back, artifacts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SMOOTH_BEATS = 15


# ---- a rise


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A heart rate that goes up exponentially at ``at_s``, stays, and comes back exponentially."""

    at_s: float
    bpm: float
    up_s: float = 20.0
    hold_s: float = 150.0
    back_s: float = 60.0

    def share(self, t_s: float) -> float:
        """The part of ``bpm`` that is added at ``t_s``, 0-1."""
        since_s = t_s - self.at_s
        if since_s <= 0:
            return 0.0
        if since_s <= self.hold_s:
            return 1 - math.exp(-since_s / self.up_s)
        top = 1 - math.exp(-self.hold_s / self.up_s)
        return top * math.exp(-(since_s - self.hold_s) / self.back_s)

    @property
    def half_s(self) -> float:
        """The true half-recovery time, from the end of the hold."""
        return self.back_s * math.log(2)


def with_rise(rr_ms: Floats, rise: Rise, calmer: float = 0.25) -> Floats:
    """The recording with the rise added to its slow heart rate. Its beat-to-beat texture stays,
    and is smaller by up to the share ``calmer`` while the heart is up."""
    slow = moving_mean(rr_ms, SMOOTH_BEATS)
    out, at_s = np.empty_like(rr_ms), 0.0
    for n, (level_ms, texture_ms) in enumerate(zip(slow, rr_ms - slow, strict=True)):
        share = rise.share(at_s)
        out[n] = 60000 / (60000 / level_ms + share * rise.bpm) + texture_ms * (1 - calmer * share)
        at_s += out[n] / 1000
    return out


def moving_mean(values: Floats, size: int) -> Floats:
    """Centred, of an odd ``size``; the ends are continued as they are."""
    padded = np.pad(values, size // 2, mode="edge")
    return np.convolve(padded, np.full(size, 1 / size), "valid")


# ---- artifacts

Change = Callable[[Floats, np.random.Generator], tuple[list[float], int]]


def _missed(rr_ms: Floats, _: np.random.Generator) -> tuple[list[float], int]:
    return [float(rr_ms[0] + rr_ms[1])], 2


def _extra(rr_ms: Floats, dice: np.random.Generator) -> tuple[list[float], int]:
    share = dice.uniform(0.25, 0.75)
    return [rr_ms[0] * share, rr_ms[0] * (1 - share)], 1


def _early(rr_ms: Floats, dice: np.random.Generator) -> tuple[list[float], int]:
    """A premature beat whose pause makes up for it."""
    early_ms = rr_ms[0] * dice.uniform(0.55, 0.75)
    return [early_ms, rr_ms[0] + rr_ms[1] - early_ms], 2


def _early_anew(rr_ms: Floats, dice: np.random.Generator) -> tuple[list[float], int]:
    """A premature beat from which the heart counts anew."""
    return [rr_ms[0] * dice.uniform(0.65, 0.80)], 1


def _misplaced(rr_ms: Floats, dice: np.random.Generator) -> tuple[list[float], int]:
    off_ms = dice.uniform(60, 150) * dice.choice((-1, 1))
    return [rr_ms[0] + off_ms, rr_ms[1] - off_ms], 2


CHANGES: dict[str, Change] = {
    "missed": _missed,
    "extra": _extra,
    "ectopic": _early,
    "ectopic, counting anew": _early_anew,
    "misaligned": _misplaced,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    """``spans``: (first, how many) intervals of each artifact; ``source``: the interval of the
    recording in which each one begins."""

    rr_ms: Floats
    spans: list[tuple[int, int]]
    source: NDArray[np.int64]

    @property
    def touched(self) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.rr_ms), bool)
        for first, count in self.spans:
            mask[first : first + count] = True
        return mask


def spoil(rr_ms: Floats, kind: str, dice: np.random.Generator) -> Spoiled:
    """One artifact of a ``kind`` of CHANGES every 30 to 90 beats, none among the last six."""
    values: list[float] = []
    source: list[int] = []
    spans: list[tuple[int, int]] = []
    here, due = 0, int(dice.integers(15, 60))
    while here < len(rr_ms):
        new, used = [float(rr_ms[here])], 1
        if here >= due and here < len(rr_ms) - 6:
            new, used = CHANGES[kind](rr_ms[here : here + 2], dice)
            spans.append((len(values), len(new)))
            due = here + int(dice.integers(30, 90))
        values += new
        source += [here] * len(new)
        here += used
    return Spoiled(rr_ms=np.array(values), spans=spans, source=np.array(source))
