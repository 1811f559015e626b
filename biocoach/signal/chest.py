"""How the chest tilts (B8): the strap's accelerometer, thinned to what breath can be seen in.

With each breath the strap leans by up to a degree or so, and gravity's share in each axis
sways by a few mg (Bates et al. 2010). The strongest common direction of that sway is taken.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from biocoach.settings import BreathingSettings
from biocoach.types import Motion

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tilt:
    """The sway along its strongest direction, mg; its sign means nothing."""

    times_s: list[float]
    sway_mg: list[float]


@dataclass(frozen=True, slots=True)
class _Bit:
    """The mean of a fifth of a second, and the spread of |a| in it, mg."""

    at_s: float
    mean_mg: Vector
    shake_mg: float


class Chest:
    """Accelerometer frames in; the last minute's tilt out.

    Frames count at their arrival; the samples in one are spread over the time since the one
    before by the strap's clock, whose absolute time is never used.
    """

    def __init__(self, settings: BreathingSettings) -> None:
        self._set = settings
        self._bits: deque[_Bit] = deque()
        self._last: tuple[float, int] | None = None  # arrival, the strap's stamp

    def add(self, at_s: float, motion: Motion) -> None:
        before, self._last = self._last, (at_s, motion.timestamp_ns)
        if not motion.samples_mg:
            return
        if before is None or at_s - before[0] > self._set.frame_max_s:
            self._bits.clear()  # nothing is bridged; and one frame alone has no length
            return
        span_s = (motion.timestamp_ns - before[1]) / 1e9
        if not 0 < span_s <= self._set.frame_max_s:  # frames lost, or its clock was set
            self._bits.clear()
            return
        self._split(at_s, span_s, motion.samples_mg)
        while self._bits and self._bits[0].at_s <= at_s - self._set.window_s:
            self._bits.popleft()

    def _split(self, at_s: float, span_s: float, samples: tuple[tuple[int, int, int], ...]) -> None:
        step_s = span_s / len(samples)
        size = max(1, round(self._set.bit_s / step_s))
        for first in range(0, len(samples), size):
            part = samples[first : first + size]
            middle = first + (len(part) - 1) / 2
            self._bits.append(_bit(at_s - span_s + (middle + 1) * step_s, part))

    def tilt(self, at_s: float) -> Tilt | str:
        """The sway of the last ``window_s``, or why there is none: no_motion, too_few, moving."""
        bits = [b for b in self._bits if at_s - self._set.window_s < b.at_s <= at_s]
        if not bits or at_s - bits[-1].at_s > self._set.stale_s:
            return "no_motion"
        if bits[-1].at_s - bits[0].at_s < self._set.length_min_s:
            return "too_few"
        shakes = sorted(b.shake_mg for b in bits)
        means = [b.mean_mg for b in bits]
        shaken = shakes[int(len(shakes) * (1 - self._set.shaken_share))] > self._set.shake_max_mg
        if shaken or _reach(means) > self._set.lean_max_mg:
            return "moving"
        return Tilt(times_s=[b.at_s for b in bits], sway_mg=_strongest(means))


def _bit(at_s: float, part: tuple[tuple[int, int, int], ...]) -> _Bit:
    n = len(part)
    x, y, z = (sum(s[axis] for s in part) / n for axis in range(3))
    sizes = [math.sqrt(s[0] ** 2 + s[1] ** 2 + s[2] ** 2) for s in part]
    mean = sum(sizes) / n
    return _Bit(at_s, (x, y, z), math.sqrt(sum((v - mean) ** 2 for v in sizes) / n))


def _reach(means: list[Vector]) -> float:
    """The widest range of an axis, mg: more than breath can do is a change of posture."""
    widths: list[float] = [max(v) - min(v) for v in zip(*means, strict=True)]
    return max(widths)


def _strongest(means: list[Vector]) -> list[float]:
    """The first principal component of the three axes, their straight-line trends removed."""
    import numpy as np

    axes = np.asarray(means)
    steps = np.arange(len(axes))
    flat = np.column_stack(
        [axis - np.polyval(np.polyfit(steps, axis, 1), steps) for axis in axes.T]
    )
    _, directions = np.linalg.eigh(flat.T @ flat)
    found: list[float] = (flat @ directions[:, -1]).tolist()
    return found
