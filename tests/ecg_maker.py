"""A made ECG of beats whose times are known, as an H10 would send it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from biocoach.types import Ecg

RATE_HZ = 130.05  # by the strap's own clock
SAMPLES = 73
# Each wave of a beat: when after the R peak (s), how wide (s), how high (uV).
WAVES = (
    (-0.16, 0.025, 120.0),
    (-0.026, 0.01, -150.0),
    (0.0, 0.012, 1100.0),
    (0.028, 0.01, -250.0),
    (0.25, 0.045, 260.0),
)


def samples(
    beats_s: Sequence[float], length_s: float, *, noise_uv: float = 15.0, seed: int = 1
) -> list[int]:
    """Microvolts at ``RATE_HZ``, the R peaks exactly at ``beats_s``."""
    at = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    volts = np.random.default_rng(seed).normal(0, noise_uv, len(at))
    for beat_s in beats_s:
        near = (at > beat_s - 0.6) & (at < beat_s + 0.6)
        for late_s, wide_s, high_uv in WAVES:
            volts[near] += high_uv * np.exp(-(((at[near] - beat_s - late_s) / wide_s) ** 2) / 2)
    return [round(float(v)) for v in volts]


def frames(uv: Sequence[int], *, late_s: float = 0.05, seed: int = 1) -> list[tuple[float, Ecg]]:
    """(arrival, frame): the strap's stamps, and arrivals ``late_s`` or up to 0.1 s more."""
    dice = random.Random(seed)
    found = []
    for first in range(0, len(uv) - SAMPLES + 1, SAMPLES):
        last_s = (first + SAMPLES - 1) / RATE_HZ
        stamp_ns = 599_616_000_000_000_000 + round(1e9 * last_s)
        part = tuple(uv[first : first + SAMPLES])
        arrived_s = last_s + late_s + dice.uniform(0, 0.1)
        found.append(
            (arrived_s, Ecg(raw=raw(stamp_ns, part), timestamp_ns=stamp_ns, samples_uv=part))
        )
    return found


def raw(stamp_ns: int, uv: Sequence[int]) -> bytes:
    body = b"".join(v.to_bytes(3, "little", signed=True) for v in uv)
    return bytes([0]) + stamp_ns.to_bytes(8, "little") + bytes([0]) + body
