"""Stretches that end at gaps, and spectra of waves whose size and place are known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.signal import waves
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats
from tests.strategies import proven


def row(rr_ms: list[float], run: int = 1, start_s: float = 0.0) -> list[CleanBeat]:
    return [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats(rr_ms, run, start_s)]


def test_a_stretch_is_the_newest_run_and_nothing_older() -> None:
    found = waves.last_stretch(row([800.0] * 40) + row([900.0] * 20, 2, 50.0), 0.0, 100.0)
    assert len(found.beats) == 20
    assert {b.beat.run for b in found.beats} == {2}
    assert found.length_s == pytest.approx(18.0)


def test_a_hole_of_flagged_beats_ends_the_stretch_and_a_single_one_does_not() -> None:
    given_ = row([800.0] * 40)
    bad = {10, *range(20, 26)}
    marked = [replace(b, verdict=Verdict.ECTOPIC) if i in bad else b for i, b in enumerate(given_)]
    found = waves.last_stretch(marked, 0.0, 100.0)
    assert len(found.beats) == 14
    assert found.start_s == pytest.approx(26 * 0.8)
    before = waves.last_stretch(marked, 0.0, 20 * 0.8 + 0.01)
    assert len(before.beats) == 19
    assert before.flagged_share == pytest.approx(1 / 20)


def test_only_what_lies_within_counts() -> None:
    found = waves.last_stretch(row([1000.0] * 60), 10.0, 30.0)
    assert [found.start_s, found.end_s] == pytest.approx([10.0, 30.0])
    assert waves.last_stretch([], 0.0, 10.0).length_s == 0


@proven(60)
@given(
    hz=st.floats(0.06, 0.35),
    amplitude=st.floats(0.5, 80),
    turn=st.floats(0, 2 * math.pi),
    slope=st.floats(-3, 3),
)
def test_a_wave_is_found_again(hz: float, amplitude: float, turn: float, slope: float) -> None:
    at = np.cumsum(np.tile([0.7, 0.8, 0.9, 0.75], 25))
    values = 800 + slope * at + amplitude * np.cos(2 * math.pi * hz * at - turn)
    wave = waves.fit(at, waves.level(at, values - slope * at), hz)
    assert wave.amplitude == pytest.approx(amplitude, rel=0.05)
    assert wave.share > 0.97
    late = (2 * math.pi * hz * wave.peak_s - turn + math.pi) % (2 * math.pi) - math.pi
    assert abs(late) < 0.1
    grid = waves.grid(0.04, 0.45, 0.004)
    found = waves.power(at, waves.level(at, values), grid)
    peak = waves.top(grid, found, 2 / float(at[-1] - at[0]))
    assert peak is not None
    assert peak.hz == pytest.approx(hz, abs=0.003)
    assert float(found.max()) == pytest.approx(amplitude**2 / 4, rel=0.2)


def test_shares_are_those_of_single_fits() -> None:
    dice = np.random.default_rng(3)
    at = np.cumsum(dice.uniform(0.6, 1.1, 70))
    flat = waves.level(at, dice.normal(0, 20, 70))
    grid = waves.grid(0.04, 0.26, 0.02)
    single = [waves.fit(at, flat, float(f)).share for f in grid]
    assert waves.shares(at, flat, grid) == pytest.approx(single, abs=1e-9)


def test_a_spectrum_that_only_falls_has_no_peak() -> None:
    grid = waves.grid(0.1, 0.4, 0.01)
    assert waves.top(grid, 1 / grid, 0.03) is None
    assert waves.top(grid, 0 * grid, 0.03) is None
