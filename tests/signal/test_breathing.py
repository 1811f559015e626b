"""Breathing rates of hearts and chests whose breath is known, and when there is none to tell."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest

from biocoach.settings import BreathingSettings
from biocoach.signal.breathing import Rate, better, breathing, from_heart
from biocoach.signal.chest import Chest
from biocoach.types import Beat, CleanBeat, Motion, Verdict
from tests.data import shared
from tests.real_ecg import ride_rr_ms
from tests.signal.hearts import beats, cleaned, heart

SET = BreathingSettings()


def breather(
    per_min: float, sway_ms: float, length_s: float = 80, noise_ms: float = 4
) -> list[CleanBeat]:
    dice, at_s, rr = random.Random(5), 0.0, []
    while at_s < length_s:
        rr.append(
            850 + sway_ms * math.sin(math.tau * per_min / 60 * at_s) + dice.gauss(0, noise_ms)
        )
        at_s += rr[-1] / 1000
    return cleaned(beats(rr))


def chest(per_min: float, lean_mg: float, *, shake_mg: float = 0.0, hz: float = 25.0) -> Chest:
    """Eighty seconds of frames of 36 samples from a strap that leans with each breath."""
    dice, found = random.Random(6), Chest(SET)
    for frame in range(int(80 * hz / 36)):
        times = [(36 * frame + i) / hz for i in range(36)]
        samples = tuple(
            (
                round(dice.gauss(0, 3)),
                round(-970 + shake_mg * math.sin(math.tau * 1.8 * t) + dice.gauss(0, 3)),
                round(235 + lean_mg * math.sin(math.tau * per_min / 60 * t) + dice.gauss(0, 3)),
            )
            for t in times
        )
        stamp_ns = round(1e9 * (40 + times[-1]))
        at_s = times[-1] + dice.uniform(0.02, 0.08)
        found.add(at_s, Motion(raw=b"", timestamp_ns=stamp_ns, samples_mg=samples))
    return found


@pytest.mark.parametrize("per_min", [10, 12, 15, 20, 26])
def test_the_heart_tells_the_breath(per_min: float) -> None:
    found = from_heart(78, breather(per_min, 30), SET)
    assert found.per_min == pytest.approx(per_min, abs=0.4)


@pytest.mark.parametrize("per_min", [4.5, 5.5, 6, 7])
def test_a_slow_breath_is_told_where_it_is_large(per_min: float) -> None:
    assert from_heart(78, breather(per_min, 70), SET).per_min == pytest.approx(per_min, abs=0.4)


def test_a_small_slow_wave_may_be_blood_pressure() -> None:
    assert from_heart(78, breather(6, 15), SET) == Rate(per_min=None, why="slow_wave")


def test_noise_and_a_flat_heart_have_no_rate() -> None:
    dice = np.random.default_rng(2)
    told = 0
    for _ in range(60):
        rr = [float(v) for v in 800 + dice.normal(0, 20, 100)]
        told += from_heart(75, cleaned(beats(rr)), SET).per_min is not None
    assert told <= 3
    assert from_heart(78, breather(14, 0.5, noise_ms=0.4), SET).why == "faint"


def test_without_enough_believed_beats_there_is_a_reason() -> None:
    good = breather(14, 30)
    assert from_heart(78, [], SET).why == "no_beats"
    assert from_heart(100, good, SET).why == "no_beats"
    assert from_heart(20, good, SET).why == "too_few"
    spoilt = [
        CleanBeat(beat=b.beat, verdict=Verdict.ECTOPIC if i % 6 == 0 else b.verdict)
        for i, b in enumerate(good)
    ]
    assert from_heart(78, spoilt, SET).why == "flagged"


def test_a_gap_is_never_bridged() -> None:
    good = breather(14, 30)
    torn = [
        CleanBeat(
            beat=Beat(beat_s=b.beat.beat_s, rr_ms=b.beat.rr_ms, run=1 + (b.beat.beat_s > 50)),
            verdict=b.verdict,
        )
        for b in good
    ]
    assert from_heart(78, torn, SET).why == "too_few"


def test_a_breath_faster_than_half_the_heart_is_not_guessed() -> None:
    found = from_heart(78, breather(33, 40), SET)  # 70 beats a minute: at 33, 35 is the limit
    assert found.per_min is None or found.per_min < SET.nyquist_share * 35.3


@pytest.mark.parametrize("hz", [25.0, 50.0, 200.0])
@pytest.mark.parametrize("per_min", [5, 13, 24, 38])
def test_the_chest_tells_the_breath(per_min: float, hz: float) -> None:
    found = breathing(78, [], chest(per_min, 8, hz=hz), SET)
    assert (found.source, found.heart.why) == ("chest", "no_beats")
    assert found.per_min == pytest.approx(per_min, abs=0.4)


def test_a_still_chest_a_moving_one_and_none() -> None:
    assert breathing(78, [], chest(13, 0), SET).chest.per_min is None
    walking = breathing(78, breather(14, 30), chest(13, 8, shake_mg=300), SET)
    assert (walking.per_min, walking.source, walking.why) == (None, "", "moving")
    assert walking.heart.per_min is not None
    late = breathing(120, [], chest(13, 8), SET)
    assert (late.chest.why, late.why) == ("no_motion", "no_beats")
    assert breathing(20, [], chest(13, 8), SET).chest.why == "too_few"


def test_lost_frames_are_not_bridged() -> None:
    torn = chest(13, 8)
    frame = Motion(raw=b"", timestamp_ns=round(1e9 * 130), samples_mg=((0, -970, 235),) * 36)
    torn.add(81.0, frame)  # its stamp is ten seconds on
    assert torn.tilt(81.0) == "no_motion"


def test_both_are_weighed_and_a_dispute_is_told() -> None:
    both = breathing(78, breather(13.4, 30), chest(13, 8), SET)
    assert both.source == "both"
    assert both.per_min == pytest.approx(13.2, abs=0.4)
    sure, unsure = Rate(per_min=15, clarity=0.9), Rate(per_min=9.5, clarity=0.65)
    assert better(unsure, sure, SET) == (15, "chest", "")
    assert better(sure, unsure, SET) == (None, "", "disagree")
    none = Rate(per_min=None, why="unclear")
    assert better(sure, none, SET) == (15, "heart", "")
    assert better(none, Rate(per_min=None, why="faint"), SET) == (None, "", "unclear+faint")


def test_of_a_ride_almost_nothing_is_claimed() -> None:
    """At 160 bpm the breath hardly moves the heart: silence, not the slow waves of effort."""
    rr = ride_rr_ms(shared("ecg/polar_h10_pmd_frames.bin.gz"))
    clean = cleaned(beats(rr))
    told: Counter[str] = Counter()
    first = 0
    for at_s in range(90, int(clean[-1].beat.beat_s), 20):
        while clean[first].beat.beat_s < at_s - 70:
            first += 1
        near = [b for b in clean[first : first + 300] if b.beat.beat_s <= at_s]
        found = from_heart(at_s, near, SET)
        slow = found.per_min is not None and found.per_min < SET.slow_per_min
        told["slow" if slow else "none" if found.per_min is None else "ordinary"] += 1
    assert told.total() == 169
    assert told["slow"] <= 2
    assert told["ordinary"] <= 10


def test_the_virtual_heart_of_the_other_tests_breathes_at_its_rate() -> None:
    assert from_heart(95, cleaned(beats(heart(100))), SET).per_min == pytest.approx(13.8, abs=0.4)
