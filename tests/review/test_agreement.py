"""Two rows of beats side by side, where it is known which are missing, added or late."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.agreement import Found, Window, figures, windows
from biocoach.settings import EcgSettings
from biocoach.types import Beat, CleanBeat, Verdict
from tests.signal.hearts import heart
from tests.strategies import proven

SET = EcgSettings()
HEART_S = [1.0 + float(t) for t in np.cumsum(heart(240)) / 1000]


def strap(times_s: list[float], *, late_s: float = 0.0, run: int = 1) -> list[CleanBeat]:
    """What a strap says of these beats: whole milliseconds, its own clock."""
    found, at_s = [], times_s[0] - late_s
    for before, here in pairwise(times_s):
        rr_ms = float(round(1000 * (here - before)))
        at_s += rr_ms / 1000
        beat = Beat(beat_s=at_s, rr_ms=rr_ms, run=run)
        found.append(CleanBeat(beat=beat, verdict=Verdict.OK))
    return found


def look(peaks_s: list[float], beats: list[CleanBeat]) -> list[Window]:
    usable = [(peaks_s[0] - 0.5, peaks_s[-1] + 0.5)]
    return windows(Found(np.array(peaks_s), usable), beats, SET)


@proven(25)
@given(late_s=st.floats(-4.5, 4.5))
def test_the_same_beats_agree_whatever_the_clocks_say(late_s: float) -> None:
    rows = look(HEART_S, strap(HEART_S, late_s=late_s))
    whole = figures(rows, SET)
    assert whole["intervals"] >= len(HEART_S) - 3
    assert (whole["agreeing_share"], whole["missed"], whole["extra"]) == (1.0, 0, 0)
    assert whole["p95_abs_ms"] <= 0.5  # the strap's rounding
    assert all(r.offset_s == pytest.approx(late_s, abs=0.05) for r in rows)


def test_a_steady_heart_is_not_laid_a_beat_off() -> None:
    """By time alone several offsets fit; the few intervals that differ tell which."""
    rr = [0.8 if i % 40 else 0.86 for i in range(300)]
    times = [float(t) for t in 1 + np.cumsum(rr)]
    rows = look(times, strap(times, late_s=2.4))
    assert rows[0].offset_s == pytest.approx(2.4, abs=0.03)
    assert figures(rows, SET)["agreeing_share"] == 1.0


def test_beats_that_the_strap_missed_and_added_are_counted() -> None:
    beats = list(HEART_S)
    for place in (180, 120, 60):
        del beats[place]
    missed = figures(look(HEART_S, strap(beats, late_s=1.1)), SET)
    assert (missed["missed"], missed["extra"]) == (3, 0)
    assert missed["intervals"] >= len(HEART_S) - 3 - 3 * 2
    peaks = list(HEART_S)
    for place in (200, 90):
        del peaks[place]
    added = figures(look(peaks, strap(HEART_S, late_s=1.1)), SET)
    assert (added["missed"], added["extra"]) == (0, 2)


def test_intervals_that_differ_are_found_and_flagged_ones_are_kept_apart() -> None:
    moved = list(HEART_S)
    for place in (50, 100, 150):
        moved[place] += 0.08
    beats = strap(moved)
    seen = figures(look(HEART_S, beats), SET)
    assert seen["intervals"] * (1 - seen["agreeing_share"]) == pytest.approx(6, abs=0.1)
    assert seen["median_abs_ms"] < 1
    told = [
        replace(b, verdict=Verdict.MISALIGNED) if i in (49, 50) else b for i, b in enumerate(beats)
    ]
    apart = figures(look(HEART_S, told), SET)
    assert apart["intervals"] == seen["intervals"] - 2
    assert (apart["flagged"], apart["flagged_agreeing"]) == (2, 0)


def test_a_gap_of_the_strap_is_not_missed_beats() -> None:
    first, second = strap(HEART_S[:100]), strap(HEART_S[130:], run=2)
    whole = figures(look(HEART_S, first + second), SET)
    assert (whole["missed"], whole["extra"]) == (0, 0)
    assert whole["peaks"] <= len(HEART_S) - 29


def test_clocks_that_drift_are_followed() -> None:
    drifting = [t * (1 + 300e-6) for t in HEART_S]
    rows = look(HEART_S, strap(drifting, late_s=0.4))
    assert figures(rows, SET)["missed"] == 0
    offsets = [r.offset_s for r in rows if r.offset_s is not None]
    assert offsets[0] - offsets[-1] == pytest.approx(300e-6 * 180, abs=0.02)


def test_noise_in_the_intervals_is_measured() -> None:
    dice = random.Random(3)
    noisy = [t + dice.gauss(0, 0.005) for t in HEART_S]
    whole = figures(look(HEART_S, strap(noisy)), SET)
    sigma = 5 * math.sqrt(2)
    assert whole["median_abs_ms"] == pytest.approx(0.6745 * sigma, rel=0.2)
    assert whole["p95_abs_ms"] == pytest.approx(1.96 * sigma, rel=0.2)


def test_another_heart_does_not_agree_and_nothing_is_no_figure() -> None:
    other = [1.0 + float(t) for t in np.cumsum(heart(240, 83.0, seed=9)) / 1000]
    whole = figures(look(HEART_S, strap(other)), SET)
    assert (whole["agreeing_share"] or 0) < 0.6
    assert whole["missed"] + whole["extra"] > 50
    none = figures(look(HEART_S, []), SET)
    assert (none["intervals"], none["agreeing_share"], none["p95_abs_ms"]) == (0, None, None)
    assert windows(Found(np.array([]), []), strap(HEART_S), SET) == []
