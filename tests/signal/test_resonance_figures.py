"""The figures of one pace, on hearts whose answer to each breath is written down beforehand."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from biocoach.settings import ResonanceSettings
from biocoach.signal import resonance, waves
from biocoach.signal.resonance import Response, Trial, find, fullest_s, respond
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats

SET = ResonanceSettings()
SIX = Trial(per_min=6.0, start_s=20.0, end_s=140.0)
BREATHS = 9  # of ten seconds, after the first thirty


def hearts_rate(rate_bpm: Callable[[float], float], length_s: float = 200.0) -> list[CleanBeat]:
    """Beats whose rate is exactly that at the middle of each."""
    at_s, rr = 0.0, []
    while at_s < length_s:
        span_s = 60 / rate_bpm(at_s)
        for _ in range(4):
            span_s = 60 / rate_bpm(at_s + span_s / 2)
        rr.append(1000 * span_s)
        at_s += span_s
    return [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats(rr)]


def swaying(sizes_bpm: list[float], late_deg: float = 0.0) -> list[CleanBeat]:
    """A wave in each breath of SIX, of the next of these sizes; highest so much after fullest."""

    def rate(at_s: float) -> float:
        size = sizes_bpm[max(0, int((at_s - SIX.start_s) // 10)) % len(sizes_bpm)]
        turn = math.tau * (at_s - SIX.start_s - fullest_s(SIX)) / 10 - math.radians(late_deg)
        return 66 + size * math.cos(turn)

    return hearts_rate(rate)


@pytest.mark.parametrize("in_share", [0.3, 0.4, 0.5, 0.6])
@pytest.mark.parametrize("per_min", [4.5, 6.0])
def test_the_chest_is_fullest_where_the_first_harmonic_of_its_triangle_is(
    in_share: float, per_min: float
) -> None:
    trial = Trial(per_min=per_min, start_s=0.0, end_s=120.0, in_share=in_share)
    turns = np.arange(2000) / 2000
    chest = np.where(turns < in_share, turns / in_share, (1 - turns) / (1 - in_share))
    harmonic = -np.angle(np.fft.rfft(chest)[1]) / math.tau % 1
    assert fullest_s(trial) == pytest.approx(60 / per_min * harmonic, rel=0.002)


@pytest.mark.parametrize("late_deg", [-120.0, -40.0, 0.0, 40.0, 90.0])
def test_a_wave_that_comes_late_is_as_large_and_its_lateness_is_told(late_deg: float) -> None:
    found = respond(SIX, swaying([6.0], late_deg), SET)
    assert found.phase_deg == pytest.approx(late_deg, abs=2)
    assert found.wave_bpm == pytest.approx(12, rel=0.02)
    assert found.sway_bpm == pytest.approx(12, rel=0.05)
    assert found.error_bpm == pytest.approx(0, abs=0.2)
    assert found.why == ""
    assert BREATHS - found.breaths in (0, 1)  # a slow beat may lie across the trial's end
    assert found.in_step == pytest.approx(1, abs=0.01)


def test_the_error_is_that_of_the_mean_over_breaths() -> None:
    sizes = [3.0, 5.0, 8.0, 4.0, 7.0]
    counted = [2 * sizes[(i + 3) % 5] for i in range(BREATHS)]
    found = respond(SIX, swaying(sizes, 30), SET)
    assert found.wave_bpm == pytest.approx(statistics.fmean(counted), rel=0.03)
    error_bpm = statistics.stdev(counted) / math.sqrt(BREATHS)
    assert found.error_bpm == pytest.approx(error_bpm, rel=0.1)


def test_waves_out_of_step_with_the_pacer_take_each_other_away() -> None:
    """Every other breath the heart does the opposite: as large a sway, and no answer."""
    found = respond(SIX, swaying([6.0, -6.0]), SET)
    assert (found.wave_bpm, found.error_bpm, found.sway_bpm, found.phase_deg) == (None,) * 4
    assert found.why == "not_followed"
    assert found.in_step == pytest.approx(
        1 / BREATHS, abs=0.03
    )  # one more of the one than the other


def test_power_beside_the_pace_is_not_the_paces() -> None:
    def both(at_s: float) -> float:
        turn = math.tau * (at_s - SIX.start_s - fullest_s(SIX))
        return 66 + 4 * math.cos(turn * 0.1) + 4 * math.cos(turn * 0.05)

    half = respond(SIX, hearts_rate(both), SET)
    alone = respond(SIX, swaying([4.0]), SET)
    assert half.paced_share == pytest.approx(0.5, abs=0.05)
    assert alone.paced_share == pytest.approx(1, abs=0.02)
    # The whole power of a wave of 4 bpm at 66 is half the square of its size in ms.
    size_ms = 4 * 60_000 / 66**2
    assert alone.lf_ms2 == pytest.approx(size_ms**2 / 2, rel=0.05)
    assert half.lf_ms2 == pytest.approx(size_ms**2, rel=0.08)


def test_what_is_just_enough_is_enough() -> None:
    good = swaying([6.0], 40)
    assert respond(SIX, good, replace(SET, breaths_min=BREATHS)).why == ""
    short = respond(SIX, good, replace(SET, breaths_min=BREATHS + 1))
    assert short == Response(per_min=6.0, why="too_few")
    flagged = [replace(b, verdict=Verdict.EXTRA) if i % 40 == 0 else b for i, b in enumerate(good)]
    inside = [b for b in flagged if 51 < b.beat.beat_s <= 140]
    share = sum(b.verdict is Verdict.EXTRA for b in inside) / len(inside)
    assert respond(SIX, flagged, replace(SET, flagged_max=share * 1.2)).why == ""
    exact = waves.last_stretch(flagged, 50.0, 140.0).flagged_share
    assert respond(SIX, flagged, replace(SET, flagged_max=exact)).why == ""
    assert respond(SIX, flagged, replace(SET, flagged_max=share * 0.8)).why == "flagged"


def test_a_trial_ended_early_is_measured_by_what_was_to_be_and_a_longer_one_by_itself() -> None:
    good = swaying([6.0])
    assert respond(replace(SIX, end_s=SIX.start_s + 104), good, SET).why == ""
    assert respond(replace(SIX, end_s=SIX.start_s + 100), good, SET).why == "too_few"
    late = [b for b in good if b.beat.beat_s > 80]
    assert respond(SIX, late, SET).why == "too_few"
    assert (
        respond(replace(SIX, end_s=180.0), [b for b in good if b.beat.beat_s > 70], SET).why == ""
    )


@pytest.mark.parametrize(("at_s", "wide_s", "lost"), [(85.0, 1.0, 1), (80.0, 1.5, 2)])
def test_a_hole_costs_the_breath_it_is_in_and_at_an_edge_both(
    at_s: float, wide_s: float, lost: int
) -> None:
    whole = swaying([6.0], 40)
    assert respond(SIX, whole, SET).breaths == BREATHS
    near = (at_s - wide_s, at_s + wide_s)
    holed = [
        replace(b, verdict=Verdict.MISSED) if near[0] < b.beat.beat_s < near[1] else b
        for b in whole
    ]
    assert respond(SIX, holed, SET).breaths == BREATHS - lost


def told(rate: float, wave: float, error: float = 1.0, phase: float = 0.0) -> Response:
    return Response(per_min=rate, wave_bpm=wave, error_bpm=error, phase_deg=phase)


def test_larger_is_by_more_than_two_errors_of_the_difference() -> None:
    assert resonance._larger(told(6, 20, 3), told(5, 9.9, 4), SET)  # an error of 5 between them
    assert not resonance._larger(told(6, 20, 3), told(5, 10.1, 4), SET)


def test_a_phase_is_nearer_by_twenty_degrees_either_way() -> None:
    rows = [told(6.0, 12, phase=-25), told(5.5, 11, phase=4)]
    assert resonance._choose(rows, SET) == (5.5, (6.0, 5.5), "phase")
    rows = [told(6.0, 12, phase=-23), told(5.5, 11, phase=4)]
    assert resonance._choose(rows, SET) == (None, (6.0, 5.5), "")
    assert resonance._choose([told(6.0, 12), told(5.5, 12, phase=20)], SET)[0] == 6.0


def test_the_fastest_and_the_slowest_that_were_read_are_edges() -> None:
    """One trial a rate, at each of which the heart sways as it is told to."""
    rates = (6.5, 6.0, 5.5, 5.0)
    trials = [
        Trial(per_min=r, start_s=150.0 * i, end_s=150.0 * i + 120) for i, r in enumerate(rates)
    ]

    def best(of: float) -> resonance.Resonance:
        def rate(at_s: float) -> float:
            trial = trials[min(3, int(at_s // 150))]
            turn = math.tau * trial.per_min / 60 * (at_s - trial.start_s - fullest_s(trial))
            return 66 + (8 if trial.per_min == of else 4) * math.cos(turn)

        return find(trials, hearts_rate(rate, 600), SET)

    for of, edge in zip(rates, (True, False, False, True), strict=True):
        found = best(of)
        assert (found.per_min, found.tied, found.because, found.why) == (of, (), "size", "")
        assert found.edge is edge
        assert [r.per_min for r in found.responses] == list(rates)
    assert find(trials[:3], [], SET).why == "too_few_rates"
