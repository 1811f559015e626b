"""Movement (B5): how much the chest moves, whether it turned, and how long the heart remembers."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from biocoach.settings import MovementSettings
from biocoach.types import Motion, Movement

G_MG = 1000.0
STUCK_MG = 1900  # at rest no axis shows more than 1 g

Vector = tuple[float, float, float]


class MovementGate:
    """Accelerometer frames in; still, moving or unverified out, each second.

    The strap's own clock never orders anything: a frame counts at its arrival.
    """

    def __init__(self, settings: MovementSettings) -> None:
        self._set = settings
        self._frames: deque[tuple[float, int, float]] = deque()  # arrival, samples, deviation sum
        self._tilts: deque[tuple[float, Vector]] = deque()
        self._reference: Vector | None = None
        self._moved_s: float | None = None
        self._last_s: float | None = None

    def add(self, at_s: float, motion: Motion) -> None:
        samples = motion.samples_mg
        if not samples or stuck(samples):
            return  # as if no frame had come: movement is then unverified, never still
        if self._last_s is not None and at_s - self._last_s > self._set.stale_s:
            self._reference = None  # it may have been turned meanwhile, or taken off
        self._last_s = at_s
        deviation = sum(abs(math.sqrt(x * x + y * y + z * z) - G_MG) for x, y, z in samples)
        self._frames.append((at_s, len(samples), deviation))
        n = len(samples)
        mean = (
            sum(s[0] for s in samples) / n,
            sum(s[1] for s in samples) / n,
            sum(s[2] for s in samples) / n,
        )
        self._tilts.append((at_s, mean))
        self._watch(at_s)

    def _watch(self, at_s: float) -> None:
        """Note movement and posture changes as they arrive."""
        while self._frames[0][0] <= at_s - self._set.window_s:
            self._frames.popleft()
        while self._tilts[0][0] <= at_s - self._set.posture_window_s:
            self._tilts.popleft()
        if (self.level_mg(at_s) or 0.0) > self._set.moving_mg:
            self._moved_s = at_s
        now = _mean([v for _, v in self._tilts])
        if self._reference is None:
            self._reference = now
        elif _angle_deg(self._reference, now) > self._set.posture_deg:
            self._reference = now
            self._moved_s = at_s

    def level_mg(self, at_s: float) -> float | None:
        """Mean of | |a| - 1 g | over the last 10 s, mg; None without fresh frames."""
        if self._last_s is None or at_s - self._last_s > self._set.stale_s:
            return None
        recent = [(n, d) for t, n, d in self._frames if t > at_s - self._set.window_s]
        count = sum(n for n, _ in recent)
        return sum(d for _, d in recent) / count if count else None

    def at(self, at_s: float) -> Movement:
        """Still only when it was seen to be still; a strap without frames is unverified."""
        if self._moved_s is not None and at_s - self._moved_s < self._set.blank_s:
            return Movement.MOVING  # also where the frames have stopped since
        if self._last_s is None or at_s - self._last_s > self._set.gone_s:
            return Movement.UNVERIFIED
        return Movement.STILL


def stuck(samples: Sequence[tuple[int, int, int]]) -> bool:
    """Whether an axis says nothing but one value beyond what gravity can do: it is broken.

    One H10's z axis was seen at -2000 mg for ever.
    """
    return any(
        abs(axis[0]) >= STUCK_MG and axis.count(axis[0]) == len(axis)
        for axis in zip(*samples, strict=True)
    )


def _mean(vectors: list[Vector]) -> Vector:
    n = len(vectors)
    return (
        sum(v[0] for v in vectors) / n,
        sum(v[1] for v in vectors) / n,
        sum(v[2] for v in vectors) / n,
    )


def _angle_deg(a: Vector, b: Vector) -> float:
    size = math.hypot(*a) * math.hypot(*b)
    if size == 0:
        return 0.0
    cosine = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / size
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
