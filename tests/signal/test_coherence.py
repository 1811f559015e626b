"""How even a heart's wave is: one for a sine, little for noise, nothing without enough beats."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import CoherenceSettings
from biocoach.signal.coherence import Evenness, evenness
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats, cleaned
from tests.strategies import proven

SET = CoherenceSettings()


def swaying(
    sway_ms: float, hz: float = 0.1, noise_ms: float = 0.0, length_s: float = 90
) -> list[CleanBeat]:
    dice, at_s, rr = random.Random(4), 0.0, []
    while at_s < length_s:
        rr.append(850 + sway_ms * math.sin(math.tau * hz * at_s) + dice.gauss(0, noise_ms))
        at_s += rr[-1] / 1000
    return [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats(rr)]


@pytest.mark.parametrize("hz", [0.05, 0.075, 0.1, 0.2])
def test_a_sine_is_even_and_its_pace_and_size_are_told(hz: float) -> None:
    found = evenness(85, swaying(60, hz), SET)
    assert found.share is not None
    assert found.share > 0.93
    assert found.per_min == pytest.approx(60 * hz, abs=0.3)
    assert found.sway_bpm == pytest.approx(120 * 60_000 / 850**2, rel=0.1)


def test_noise_is_not_even() -> None:
    dice = random.Random(8)
    found = [
        evenness(75, cleaned(beats([dice.gauss(800, 25) for _ in range(100)])), SET).share
        for _ in range(30)
    ]
    known = [v for v in found if v is not None]
    assert len(known) >= 25
    assert max(known) < 0.35


def test_size_does_not_matter_and_noise_beside_the_wave_does() -> None:
    small, large = evenness(85, swaying(10), SET).share, evenness(85, swaying(80), SET).share
    assert small is not None
    assert large is not None
    assert small == pytest.approx(large, abs=0.05)
    mixed = evenness(85, swaying(30, noise_ms=30 / math.sqrt(2)), SET).share
    assert mixed == pytest.approx(0.5, abs=0.12)  # as much noise as wave


@proven(30)
@given(st.lists(st.floats(-200, 200), max_size=40))
def test_the_future_changes_nothing(later: list[float]) -> None:
    now = swaying(40, noise_ms=10)
    end_s = now[-1].beat.beat_s
    more = beats([800 + v for v in later], start_s=end_s)
    future = [CleanBeat(beat=b, verdict=Verdict.OK) for b in more]
    assert evenness(85, now + future, SET) == evenness(85, now, SET)


def test_without_enough_there_is_a_reason() -> None:
    good = swaying(40, noise_ms=5)
    assert evenness(85, [], SET) == Evenness(at_s=85, share=None, why="no_beats")
    assert evenness(120, good, SET).why == "no_beats"
    assert evenness(40, good, SET).why == "too_few"
    assert evenness(85, swaying(0.5, noise_ms=0.5), SET).why == "faint"
    spoilt = [
        CleanBeat(beat=b.beat, verdict=Verdict.MISSED if i % 10 == 0 else b.verdict)
        for i, b in enumerate(good)
    ]
    assert evenness(85, spoilt, SET).why == "flagged"
    run = [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats([850.0] * 30, 2, 60.0)]
    assert evenness(85, good[:60] + run, SET).why == "too_few"
