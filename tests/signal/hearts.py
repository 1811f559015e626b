"""Synthetic hearts for the tests: they breathe, jitter a little, and wear a strap."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from biocoach.settings import BeatSettings, CleaningSettings
from biocoach.signal.cleaning import Cleaner
from biocoach.types import (
    Beat,
    Begin,
    CleanBeat,
    Fit,
    InputBody,
    Mark,
    MarkKind,
    Verdict,
)
from tests.strategies import motion, reading

BEGIN = Begin(seed=1, settings_hash="", fit=Fit(with_therapist=True), simulated=True)
Rows = list[tuple[float, InputBody]]


def heart(
    length_s: float,
    rate_bpm: Callable[[float], float] | float = 66.0,
    *,
    seed: int = 1,
    breath_ms: float = 30.0,
    jitter_ms: float = 5.0,
) -> list[float]:
    """RR intervals in ms over ``length_s``, with respiratory sinus arrhythmia."""
    dice, at_s, rr = random.Random(seed), 0.0, []
    while at_s < length_s:
        rate = rate_bpm(at_s) if callable(rate_bpm) else rate_bpm
        sway = breath_ms * math.sin(math.tau * 0.23 * at_s)
        rr.append(60000 / rate + sway + dice.gauss(0, jitter_ms))
        at_s += rr[-1] / 1000
    return rr


def beats(rr_ms: list[float], run: int = 1, start_s: float = 0.0) -> list[Beat]:
    found, at_s = [], start_s
    for value in rr_ms:
        at_s += value / 1000
        found.append(Beat(beat_s=at_s, rr_ms=value, run=run))
    return found


def cleaned(given: list[Beat]) -> list[CleanBeat]:
    cleaner = Cleaner(BeatSettings(), CleaningSettings())
    done = [clean for beat in given for clean in cleaner.add(beat)]
    return done + cleaner.finish()


def verdicts(rr_ms: list[float]) -> list[Verdict]:
    return [clean.verdict for clean in cleaned(beats(rr_ms))]


def kept_share(found: list[Verdict]) -> float:
    return sum(v is Verdict.OK for v in found) / len(found)


def worn(rr_ms: list[float], *, still: bool = True, begin: Begin = BEGIN) -> Rows:
    """A quiet heart on a strap that sends a packet a beat; the baseline from second 0."""
    rows: Rows = [(0.0, begin), (0.0, Mark(kind=MarkKind.BASELINE))]
    at_s, second = 0.0, 0
    for value in rr_ms:
        at_s += value / 1000
        while still and second + 1 <= at_s:
            second += 1
            rows.append((float(second), motion(5)))
        rows.append((at_s, reading((round(value * 1.024),))))
    return rows
