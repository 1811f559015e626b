"""Resonance finders of hearts whose resonance is known, and of hearts that did not follow."""

from __future__ import annotations

import cmath
import csv
import gzip
import math
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from biocoach.settings import ResonanceSettings
from biocoach.signal import resonance
from biocoach.signal.resonance import Response, Trial, find, fullest_s, respond
from biocoach.types import CleanBeat, Verdict
from tests.data import shared
from tests.signal.hearts import beats, cleaned

SET = ResonanceSettings()
TRIALS = [
    Trial(per_min=rate, start_s=20 + 120 * i, end_s=140 + 120 * i)
    for i, rate in enumerate(SET.rates_per_min)
]


def pull_bpm(at_s: float, trial: Trial, best: float, sharp: float, size_bpm: float) -> float:
    """A resonator's answer to the pacer: largest, and in step, at ``best`` a minute."""
    pace = trial.per_min / best
    answer = (1j / sharp) / (1 - pace**2 + 1j * pace / sharp)
    turn = math.tau * trial.per_min / 60 * (at_s - trial.start_s - fullest_s(trial))
    return size_bpm * abs(answer) * math.cos(turn + cmath.phase(answer))


def paced_heart(
    base_ms: list[float], best: float, *, sharp: float = 5.0, size_bpm: float = 8.0
) -> list[CleanBeat]:
    at_s, rr = 0.0, []
    for base in base_ms:
        now = at_s + base / 2000
        trial = next((t for t in TRIALS if t.start_s <= now < t.end_s), None)
        pull = pull_bpm(now, trial, best, sharp, size_bpm) if trial else 0.0
        rr.append(60_000 / (60_000 / base + pull))
        at_s += rr[-1] / 1000
    return cleaned(beats(rr))


def base(noise_ms: float = 12.0, seed: int = 2) -> list[float]:
    dice = random.Random(seed)
    return [dice.gauss(900, noise_ms) for _ in range(720)]


@pytest.mark.parametrize("best", SET.rates_per_min)
def test_a_sharp_resonance_is_found(best: float) -> None:
    found = find(TRIALS, paced_heart(base(), best), SET)
    assert (found.per_min, found.why) == (best, "")
    assert found.edge is (best in (4.5, 6.5))
    at_best = next(r for r in found.responses if r.per_min == best)
    assert at_best.wave_bpm is not None
    assert at_best.wave_bpm == pytest.approx(16, rel=0.12)
    assert at_best.phase_deg == pytest.approx(0, abs=12)
    assert at_best.sway_bpm is not None
    assert at_best.sway_bpm >= at_best.wave_bpm * 0.9
    assert (at_best.paced_share or 0) > 0.8
    assert at_best.lf_ms2 == pytest.approx((8 * 900**2 / 60_000) ** 2 / 2, rel=0.25)


def test_phase_turns_from_ahead_to_late_through_the_resonance() -> None:
    found = find(TRIALS, paced_heart(base(), 5.5), SET)
    phases = {r.per_min: r.phase_deg or 0.0 for r in found.responses}
    assert phases[6.5] > 25
    assert phases[4.5] < -25


def test_rates_that_do_the_same_are_tied_and_none_is_best() -> None:
    found = find(TRIALS, paced_heart(base(25.0), 5.5, sharp=0.2, size_bpm=6.0), SET)
    assert (found.per_min, found.why) == (None, "tied")
    assert len(found.tied) >= 2
    assert found.tied == tuple(sorted(found.tied, reverse=True))


def test_the_phase_decides_where_the_size_can_not() -> None:
    def told(rate: float, wave: float, phase: float) -> Response:
        return Response(per_min=rate, wave_bpm=wave, error_bpm=1.0, phase_deg=phase)

    rows = [told(6.0, 12, 40), told(5.5, 11, -5), told(5.0, 6, 0)]
    assert resonance._choose(rows, SET) == (5.5, (6.0, 5.5), "phase")
    rows[0] = told(6.0, 12, 15)
    assert resonance._choose(rows, SET) == (None, (6.0, 5.5), "")
    rows[0] = told(6.0, 16, 60)
    assert resonance._choose(rows, SET) == (6.0, (), "size")


def test_a_heart_that_did_not_follow_has_no_resonance() -> None:
    found = find(TRIALS, paced_heart(base(30.0), 5.5, size_bpm=0.0), SET)
    assert (found.per_min, found.tied, found.why) == (None, (), "too_few_rates")
    assert {r.why for r in found.responses} == {"not_followed"}
    assert all(r.wave_bpm is None and r.in_step is not None for r in found.responses)


def test_trials_cut_short_torn_or_spoilt_are_out() -> None:
    good = paced_heart(base(), 5.5)
    short = replace(TRIALS[0], end_s=TRIALS[0].start_s + 70)
    assert respond(short, good, SET).why == "too_few"
    torn = [replace(b, beat=replace(b.beat, run=2)) if b.beat.beat_s > 100 else b for b in good]
    assert respond(TRIALS[0], torn, SET).why == "too_few"
    spoilt = [replace(b, verdict=Verdict.EXTRA) if i % 8 == 0 else b for i, b in enumerate(good)]
    assert respond(TRIALS[0], spoilt, SET).why == "flagged"
    assert respond(TRIALS[0], [], SET).why == "too_few"
    two = find(TRIALS[:2], good, SET)
    assert (two.per_min, two.why, two.edge) == (None, "too_few_rates", False) or two.edge
    assert find([], good, SET).why == "too_few_rates"


def test_a_breath_with_a_missing_beat_does_not_count() -> None:
    good = paced_heart(base(), 5.5)
    whole = respond(TRIALS[0], good, SET)
    at = next(i for i, b in enumerate(good) if b.beat.beat_s > 100)
    holed = [
        replace(b, verdict=Verdict.MISSED) if at <= i < at + 2 else b for i, b in enumerate(good)
    ]
    assert respond(TRIALS[0], holed, SET).breaths < whole.breaths


# ---- real hearts: quiet sitting or sleep with a paced sway laid on top


def _quiet(path: Path) -> list[float]:
    """The first 660 s of normal beats without a noise mark or a jump."""
    with gzip.open(path, "rt") as file:
        rows = [(float(r["beat_s"]), r["symbol"]) for r in csv.DictReader(file)]
    at = np.array([t for t, _ in rows])
    normal = np.array([s == "N" for _, s in rows])
    for start in np.arange(at[0] + 600, at[-1] - 660, 660):
        inside = (at >= start) & (at < start + 660)
        rr = np.diff(at[inside]) * 1000
        if normal[inside].all() and len(rr) > 400 and np.abs(np.diff(rr)).max() < 250:
            return [float(v) for v in rr]
    return []


def test_on_real_hearts_a_wrong_rate_is_rare_and_no_rate_comes_from_nothing() -> None:
    found: Counter[str] = Counter()
    for n in (1, 3, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27):
        quiet = _quiet(shared(f"rr/nsr2db_nsr{n:03d}.csv.gz"))
        if not quiet:
            continue
        best = SET.rates_per_min[n % 5]
        told = find(TRIALS, paced_heart(quiet, best, sharp=5.0, size_bpm=8.0), SET)
        far = told.per_min is not None and abs(told.per_min - best) > 0.5
        found["far" if far else "right" if told.per_min == best else told.why or "near"] += 1
        nothing = find(TRIALS, cleaned(beats(quiet)), SET)
        found["from nothing"] += nothing.per_min is not None
    assert found["right"] >= 10
    assert found["far"] == 0
    assert found["near"] <= 2
    assert found["from nothing"] == 0
