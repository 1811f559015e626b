"""What the model of settling takes and gives; without NumPy, so that a start needs none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One way back. ``length_s`` to half-way, or as long as it was seen (``cut``); ``practice``
    "" for none; ``day``: its session; ``place``: when it was, among all, 0-1. ``known``: what it
    is matched by besides, each on a scale of which 1 is much; None where it was not told."""

    length_s: float
    cut: bool
    step: str
    practice: str
    day: str
    place: float
    known: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of one practice, as a factor on the length: its middle and its interval; ``mean`` and
    ``deviation`` are of its logarithm."""

    factor: float
    low: float
    high: float
    mean: float
    deviation: float
