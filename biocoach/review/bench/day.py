"""A made day of beats: slow waves of waking and sleep, breathing, a few early beats."""

from __future__ import annotations

import math

import numpy as np

DAY_S = 86_400.0
WAKING_BPM, NIGHT_BPM, SWING_BPM = 72.0, 56.0, 9.0
BREATH_HZ, BREATH_SHARE, JITTER_SHARE = 0.24, 0.03, 0.012
EARLY_EVERY = 400


def made_day_ms(seed: int, hours: float) -> list[float]:
    """Beat intervals in ms, some 4000 an hour. Same seed and hours: same beats."""
    dice = np.random.default_rng(seed)
    waves = [(dice.uniform(120, 5400), dice.uniform(0, math.tau)) for _ in range(12)]
    jitter = dice.normal(0, JITTER_SHARE, int(hours * 6000) + 10).tolist()
    rr_ms: list[float] = []
    at_s, early = 0.0, False
    for noise in jitter:
        share = (1 + math.cos(math.tau * at_s / DAY_S)) / 2
        rate = NIGHT_BPM + share * (WAKING_BPM - NIGHT_BPM)
        rate += SWING_BPM / 6 * sum(math.sin(math.tau * at_s / s + phase) for s, phase in waves)
        breath = BREATH_SHARE * math.sin(math.tau * BREATH_HZ * at_s)
        value = 60000 / max(40.0, rate) * (1 + breath + noise)
        if early:  # the pause after an early beat
            value, early = value * 1.35, False
        elif len(rr_ms) % EARLY_EVERY == EARLY_EVERY - 1:
            value, early = value * 0.65, True
        rr_ms.append(round(value, 3))
        at_s += value / 1000
        if at_s >= hours * 3600:
            break
    return rr_ms
