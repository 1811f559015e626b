"""Rates read from hearts and spectra at their edges: clarity, reasons, and what is just enough."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from biocoach.settings import BreathingSettings, CoherenceSettings
from biocoach.signal import waves
from biocoach.signal.breathing import Rate, from_heart
from biocoach.signal.coherence import Evenness, evenness
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats

BREATH, EVEN = BreathingSettings(), CoherenceSettings()
BASE_MS = 850.0


def heart(
    sway_ms: Callable[[float], float], length_s: float = 80.0, start_s: float = 0.0
) -> list[CleanBeat]:
    """Each interval is as long as is said of its middle."""
    at_s, rr = start_s, list[float]()
    while at_s < start_s + length_s:
        value = BASE_MS
        for _ in range(4):
            value = BASE_MS + sway_ms(at_s + value / 2000)
        rr.append(value)
        at_s += value / 1000
    return [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats(rr, 1, start_s)]


def wave(per_min: float, size_ms: float) -> Callable[[float], float]:
    return lambda t: size_ms * math.sin(math.tau * per_min / 60 * t)


def restless(part: Callable[[float], float]) -> Callable[[float], float]:
    """With what every heart has beside its waves: a few ms from beat to beat."""
    dice = random.Random(3)
    noise = [dice.gauss(0, 4) for _ in range(4000)]
    return lambda t: part(t) + noise[int(t * 1000 / BASE_MS) % 4000]


def both(*parts: Callable[[float], float]) -> Callable[[float], float]:
    return lambda t: sum(part(t) for part in parts)


# ---- the heart's breath


@pytest.mark.parametrize("start_s", [0.0, 3000.0])
@pytest.mark.parametrize("per_min", [9.5, 13.0, 22.0])
def test_a_pure_wave_is_clear_whenever_it_is(per_min: float, start_s: float) -> None:
    found = from_heart(start_s + 79, heart(wave(per_min, 30), 80, start_s), BREATH)
    assert found.per_min == pytest.approx(per_min, abs=0.1)
    assert found.clarity == pytest.approx(1, abs=0.05)
    assert found.why == ""


def test_a_wave_counts_from_a_clear_share_of_the_band_and_else_is_unclear() -> None:
    """Two waves share the power by the squares of their sizes."""

    def shared(of: float) -> Rate:
        sizes = 30 * math.sqrt(of), 30 * math.sqrt(1 - of)
        return from_heart(79, heart(both(wave(12, sizes[0]), wave(20, sizes[1]))), BREATH)

    assert shared(0.66).per_min == pytest.approx(12, abs=0.3)
    assert shared(0.66).clarity == pytest.approx(0.66, abs=0.04)
    assert shared(0.54) == Rate(per_min=None, why="unclear")


def test_a_slow_wave_is_breath_where_it_is_large_and_nearly_all_there_is() -> None:
    def sways(bpm: float) -> Rate:
        """Its size in bpm, by what it does to the interval."""
        return from_heart(79, heart(restless(wave(6, bpm * BASE_MS**2 / 60_000))), BREATH)

    assert sways(2.15).per_min == pytest.approx(6, abs=0.1)
    assert sways(2.15).clarity == pytest.approx(0.95, abs=0.06)
    assert sways(1.85) == Rate(per_min=None, why="slow_wave")
    mixed = heart(both(wave(6, 60), wave(14, 30), wave(20, 30)))  # two thirds of all, and large
    assert from_heart(79, mixed, BREATH) == Rate(per_min=None, why="slow_wave")
    faster = heart(both(wave(6, 30), wave(14, 60)))
    assert from_heart(79, faster, BREATH).per_min == pytest.approx(14, abs=0.3)


def test_beside_a_slow_wave_an_ordinary_breath_is_sought_among_ordinary_ones() -> None:
    """Blood pressure's wave may be the larger one: the breath's share is of what is no slower."""
    mixed = heart(both(wave(5.5, 12), wave(15, 8)))
    assert from_heart(79, mixed, BREATH).per_min == pytest.approx(15, abs=0.4)


def test_slower_than_four_a_minute_is_drift() -> None:
    slow = heart(restless(wave(3.0, 80)))
    assert from_heart(79, slow, BREATH) == Rate(per_min=None, why="unclear")


def test_a_breath_is_read_up_to_half_the_hearts_rate_and_thirty() -> None:
    fast = [
        CleanBeat(beat=b, verdict=Verdict.OK)
        for b in beats([500 + 20 * math.sin(math.tau * 0.48 * i * 0.5) for i in range(160)])
    ]
    assert from_heart(79, fast, BREATH).per_min == pytest.approx(28.8, abs=0.5)


def test_why_a_heart_tells_no_breath_at_the_edges() -> None:
    good = heart(wave(14, 30))
    end_s = good[-1].beat.beat_s
    assert from_heart(end_s + 5.0, good, BREATH).per_min is not None
    assert from_heart(end_s + 5.01, good, BREATH).why == "no_beats"
    for size_ms, why in ((2.7, "faint"), (3.0, "")):  # its spread: a root of two smaller
        assert from_heart(79, heart(wave(14, size_ms)), BREATH).why == why
    whole = waves.last_stretch(good, 19.0, 79.0)
    short = replace(BREATH, length_min_s=whole.length_s, beats_min=len(whole.beats))
    assert from_heart(79, good, short).why == ""
    assert from_heart(79, good, replace(short, beats_min=len(whole.beats) + 1)).why == "too_few"
    longer = replace(short, length_min_s=whole.length_s + 0.01)
    assert from_heart(79, good, longer).why == "too_few"
    tenth = [replace(b, verdict=Verdict.EXTRA) if i % 10 == 0 else b for i, b in enumerate(good)]
    share = waves.last_stretch(tenth, 19.0, 79.0).flagged_share
    assert from_heart(79, tenth, replace(BREATH, flagged_max=share)).why == ""
    assert from_heart(79, tenth, replace(BREATH, flagged_max=share - 0.001)).why == "flagged"


# ---- evenness


@pytest.mark.parametrize("start_s", [0.0, 3000.0])
def test_a_sine_is_wholly_even_and_its_size_is_in_beats_a_minute(start_s: float) -> None:
    found = evenness(start_s + 79, heart(wave(6, 40), 80, start_s), EVEN)
    assert found.share == pytest.approx(1, abs=0.02)
    assert found.per_min == pytest.approx(6, abs=0.1)
    assert found.sway_bpm == pytest.approx(2 * 40 * 60_000 / BASE_MS**2, rel=0.02)
    assert (found.at_s, found.why) == (start_s + 79, "")


def test_why_there_is_no_evenness_at_the_edges() -> None:
    good = heart(wave(6, 40))
    end_s = good[-1].beat.beat_s
    assert evenness(end_s + 5.0, good, EVEN).why == ""
    assert evenness(end_s + 5.01, good, EVEN) == Evenness(
        at_s=end_s + 5.01, share=None, why="no_beats"
    )
    whole = waves.last_stretch(good, 19.0, 79.0)
    filled = math.fsum(whole.rr_ms()) / 1000 / EVEN.window_s
    assert evenness(79, good, replace(EVEN, filled_min=filled)).why == ""
    assert evenness(79, good, replace(EVEN, filled_min=filled + 0.001)).why == "too_few"
    assert evenness(79, good, replace(EVEN, beats_min=len(whole.beats))).why == ""
    assert evenness(79, good, replace(EVEN, beats_min=len(whole.beats) + 1)).why == "too_few"
    some = [replace(b, verdict=Verdict.EXTRA) if i % 25 == 0 else b for i, b in enumerate(good)]
    share = waves.last_stretch(some, 19.0, 79.0).flagged_share
    assert evenness(79, some, replace(EVEN, flagged_max=share)).why == ""
    assert evenness(79, some, replace(EVEN, flagged_max=share - 0.001)).why == "flagged"
    for size_ms, why in ((4.0, "faint"), (4.5, "")):
        assert evenness(79, heart(wave(6, size_ms)), EVEN).why == why


# ---- stretches


def test_an_interval_that_began_before_the_window_is_not_in_it() -> None:
    row = [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats([1000.0] * 60)]
    assert [b.beat.beat_s for b in waves.last_stretch(row, 10.0, 13.0).beats] == [11.0, 12.0, 13.0]
    assert [b.beat.beat_s for b in waves.last_stretch(row, 10.1, 13.9).beats] == [12.0, 13.0]


def test_a_hole_of_three_seconds_is_bridged_and_a_longer_one_ends_the_stretch() -> None:
    def holed(size_s: float) -> int:
        early = beats([1000.0] * 10)
        late = beats([1000.0] * 10, 1, 10.0 + size_s)
        row = [CleanBeat(beat=b, verdict=Verdict.OK) for b in early + late]
        return len(waves.last_stretch(row, 0.0, 100.0).beats)

    assert holed(3.0) == 20
    assert holed(3.1) == 10


def test_the_middles_are_where_the_intervals_are() -> None:
    row = [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats([1000.0, 800.0, 600.0])]
    found = waves.last_stretch(row, 0.0, 10.0)
    assert found.middles_s() == pytest.approx([0.5, 1.4, 2.1])
    assert found.rr_ms() == [1000.0, 800.0, 600.0]
    assert (found.start_s, found.end_s, found.length_s) == pytest.approx((0.0, 2.4, 2.4))
    none = waves.last_stretch([], 0.0, 1.0)
    assert (none.start_s, none.end_s, none.flagged_share) == (0.0, 0.0, 0.0)


# ---- waves


def test_a_level_has_neither_a_mean_nor_a_slope() -> None:
    t = np.array([3.0, 4.0, 6.0, 7.5, 11.0])
    flat = waves.level(t, 5 + 2 * t)
    assert flat == pytest.approx(np.zeros(5), abs=1e-9)
    bump = np.array([0.0, 1.0, -1.0, 2.0, 0.5])
    found = waves.level(t, bump)
    assert found.mean() == pytest.approx(0, abs=1e-9)
    slope, offset = np.polyfit(t, bump, 1)
    assert found == pytest.approx(bump - slope * t - offset)
    assert waves.level([1.0, 1.0, 1.0], [1.0, 2.0, 6.0]) == pytest.approx([-2.0, -1.0, 3.0])


def test_a_grid_goes_from_its_low_end_to_its_high_one() -> None:
    assert waves.grid(0.1, 0.2, 0.02) == pytest.approx([0.1, 0.12, 0.14, 0.16, 0.18, 0.2])
    assert waves.grid(0.1, 0.05, 0.02) == pytest.approx([0.1])


def test_power_is_that_of_the_windowed_transform() -> None:
    dice = np.random.default_rng(5)
    t = 100 + np.cumsum(dice.uniform(0.6, 1.1, 40))
    flat = waves.level(t, dice.normal(0, 20, 40))
    hz = waves.grid(0.05, 0.4, 0.01)
    length_s = t[-1] - t[0]
    window = np.sin(math.pi * (t - t[0]) / length_s) ** 2
    plain = [
        abs((window * flat * np.exp(-2j * math.pi * f * t)).sum() / window.sum()) ** 2 for f in hz
    ]
    assert waves.power(t, flat, hz) == pytest.approx(plain, rel=1e-9)
    assert waves.power(t, flat, hz[:1]) == pytest.approx(plain[:1], rel=1e-9)
    assert waves.shares(t, flat, hz[:1]) == pytest.approx([waves.fit(t, flat, 0.05).share])


def test_a_peak_is_refined_between_its_neighbours_and_has_its_lobes_share() -> None:
    hz = waves.grid(0.1, 0.2, 0.01)
    found = np.array([1.0, 1, 1, 4, 6, 5, 1, 1, 1, 1, 1])
    peak = waves.top(hz, found, 0.0151)
    assert peak is not None
    shift = 0.5 * (4 - 5) / (4 - 12 + 5)
    assert peak.hz == pytest.approx(0.14 + 0.01 * shift)
    assert peak.share == pytest.approx((4 + 6 + 5) / 23)
    narrow = waves.top(hz, found, 0.005)
    assert narrow is not None
    assert narrow.share == pytest.approx(6 / 23)
    alone = waves.top(hz[:3], np.array([1.0, 2.0, 1.0]), 1.0)
    assert alone is not None
    assert alone.hz == pytest.approx(0.11)
    assert alone.share == 1.0
    for edge in (np.array([3.0, 2, 1]), np.array([1.0, 2, 3])):
        assert waves.top(hz[:3], edge, 1.0) is None


def test_a_fit_tells_size_share_and_the_first_crest_after_time_nought() -> None:
    t = np.linspace(200, 260, 240, endpoint=False)
    flat = 7 * np.cos(2 * math.pi * 0.1 * (t - 203.0)) + 7 * np.sin(2 * math.pi * 0.25 * t)
    wave_ = waves.fit(t, flat, 0.1)
    assert wave_.hz == 0.1
    assert wave_.amplitude == pytest.approx(7)
    assert wave_.peak_s == pytest.approx(3.0)
    assert wave_.share == pytest.approx(0.5)
    assert waves.fit(t, 0 * flat, 0.1).share == 0.0
