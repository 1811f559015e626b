"""The ECG beside the strap's RR: made, with its beats known, and a real ride."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from biocoach.cli.app import app
from biocoach.review import ecg
from biocoach.review.agreement import Found, figures, windows
from biocoach.settings import EcgSettings
from biocoach.types import Beat, CleanBeat, Ecg, InputBody, Verdict
from devices import heart_rate
from tests.data import shared
from tests.ecg_maker import RATE_HZ, SAMPLES, frames, samples
from tests.real_ecg import ride
from tests.review.support import HEAD
from tests.signal.hearts import heart

SET = EcgSettings()
LENGTH_S = 130.0
BEATS_S = [0.4 + float(t) for t in np.cumsum(heart(LENGTH_S - 1.5)) / 1000]


def strap(times_s: Sequence[float], late_s: float = 0.0) -> list[CleanBeat]:
    return [
        CleanBeat(beat=Beat(beat_s=b + late_s, rr_ms=1000 * (b - a), run=1), verdict=Verdict.OK)
        for a, b in pairwise(times_s)
    ]


def checked(given: Sequence[tuple[float, InputBody]], beats: Sequence[CleanBeat]) -> dict[str, Any]:
    found = ecg.check(given, beats, SET)
    assert found is not None
    return found


def test_peaks_are_found_to_the_millisecond() -> None:
    (strip,) = ecg.strips(frames(samples(BEATS_S, LENGTH_S), late_s=0.0), SET)
    assert strip.rate_hz == pytest.approx(RATE_HZ, rel=1e-4)
    found = ecg.peaks(strip, SET)
    true = np.array([t for t in BEATS_S if found.start_s + 0.1 <= t <= found.end_s - 0.5])
    near = np.array([found.times_s[np.abs(found.times_s - t).argmin()] for t in true])
    off_ms = 1000 * (near - true)
    assert np.abs(off_ms - np.median(off_ms)).max() < 3  # a sample is 7.7 ms
    assert abs(np.median(off_ms)) < 15  # what the radio adds
    assert len(found.times_s) == pytest.approx(len(true), abs=2)
    assert all(q is not None and q > 0.95 for _, _, q in found.pieces)


def test_the_strap_agrees_with_its_ecg() -> None:
    part = checked(frames(samples(BEATS_S, LENGTH_S)), strap(BEATS_S, 1.7))
    told = part["agreement"]
    assert part["why"] is None
    assert (part["strips"], part["quality"]["pieces"]) == (1, part["quality"]["usable"])
    assert told["agreeing_share"] == 1.0
    assert (told["missed"], told["extra"]) == (0, 0)
    assert told["p95_abs_ms"] < 5
    assert [w["offset_s"] for w in part["windows"]] == pytest.approx([-1.65] * 2, abs=0.1)
    assert json.loads(json.dumps(part)) == part


def test_a_hole_splits_the_ecg_and_nothing_across_it_is_compared() -> None:
    whole = frames(samples(BEATS_S, LENGTH_S))
    torn = whole[:100] + whole[104:]
    hole = (100 * SAMPLES / RATE_HZ, 104 * SAMPLES / RATE_HZ)
    assert [len(s.times_s) // SAMPLES for s in ecg.strips(torn, SET)] == [100, len(whole) - 104]
    part = checked(torn, strap(BEATS_S))
    assert part["strips"] == 2
    assert part["agreement"]["missed"] == part["agreement"]["extra"] == 0
    inside = sum(hole[0] <= t <= hole[1] for t in BEATS_S)
    assert inside >= 2
    assert part["agreement"]["intervals"] < len(BEATS_S) - inside


def test_a_clock_that_jumps_begins_a_new_strip() -> None:
    whole = frames(samples(BEATS_S, LENGTH_S))
    jumped = [
        (at, replace(f, timestamp_ns=f.timestamp_ns + (10**15 if i >= 50 else 0)))
        for i, (at, f) in enumerate(whole)
    ]
    first, second = ecg.strips(jumped, SET)
    assert first.times_s[-1] < second.times_s[0] < first.times_s[-1] + 0.3


def test_too_short_noise_and_none_are_refused_with_a_reason() -> None:
    some = frames(samples(BEATS_S, LENGTH_S))
    short = checked(some[:15], strap(BEATS_S))
    assert (short["agreement"], short["quality"], short["windows"]) == (None, None, [])
    assert short["why"] == "no 13 s of ECG without a hole"
    noise = checked(frames(samples([], 60.0, noise_uv=300)), strap(BEATS_S))
    assert noise["agreement"] is None
    assert noise["quality"]["usable"] == 0
    assert noise["why"] == "the ECG is too noisy to be read"
    flat = checked(frames([0] * 6000), strap(BEATS_S))
    assert flat["quality"]["usable"] == 0
    alone = checked(some, [])
    assert alone["agreement"] is None
    assert alone["why"] == "no strap intervals beside the ECG"
    assert {w["why"] for w in alone["windows"]} == {"no interval to compare"}
    assert ecg.check([], strap(BEATS_S), SET) is None
    empty = Ecg(raw=b"", timestamp_ns=1, samples_uv=())
    assert ecg.strips([(0.0, empty)], SET) == []


def test_analyze_tells_it(tmp_path: Path) -> None:
    lines: list[tuple[float, str]] = []
    for at_s, frame in frames(samples(BEATS_S, LENGTH_S)):
        lines.append(
            (at_s, f'{{"at_s": {at_s:.3f}, "notify": "pmd-data", "hex": "{frame.raw.hex()}"}}')
        )
    for before, here in pairwise(BEATS_S):
        raw = heart_rate.encode(66, [round(1024 * (here - before))])
        lines.append(
            (here + 0.3, f'{{"at_s": {here + 0.3:.3f}, "notify": "2a37", "hex": "{raw.hex()}"}}')
        )
    text = "\n".join([HEAD, *(line for _, line in sorted(lines))])
    path = tmp_path / "with_ecg.jsonl"
    path.write_text(text + "\n")
    ran = CliRunner().invoke(app, ["analyze", str(path), "--json"])
    assert ran.exit_code == 0, ran.output
    part = json.loads(ran.stdout)["ecg"]
    assert part["agreement"]["agreeing_share"] > 0.99
    assert part["agreement"]["missed"] == part["agreement"]["extra"] == 0
    assert part["agreement"]["median_abs_ms"] < 3
    bare = tmp_path / "without.jsonl"
    bare.write_text("\n".join(line for line in text.splitlines() if "pmd-data" not in line) + "\n")
    ran = CliRunner().invoke(app, ["analyze", str(bare), "--json"])
    assert "ecg" not in json.loads(ran.stdout)


# ---- a real H10, an indoor ride of 58 minutes


@pytest.fixture(scope="module")
def real() -> ecg.Peaks:
    (strip,) = ecg.strips(ride(shared("ecg/polar_h10_pmd_frames.bin.gz")), SET)
    assert strip.rate_hz == pytest.approx(130.06, abs=0.01)
    return ecg.peaks(strip, SET)


def test_a_real_ride_can_be_read(real: ecg.Peaks) -> None:
    good = sum(q is not None and q >= SET.template_min for _, _, q in real.pieces)
    assert len(real.pieces) == 346
    assert good / len(real.pieces) > 0.97
    rate_bpm = 60 / np.median(np.diff(real.times_s))
    assert 140 < rate_bpm < 180


def test_on_real_peaks_what_was_spoilt_is_found(real: ecg.Peaks) -> None:
    usable = [(a, b) for a, b, q in real.pieces if q is not None and q >= SET.template_min]
    given = Found(real.times_s, usable)
    same = figures(windows(given, strap(real.times_s.tolist(), -2.3), SET), SET)
    assert (same["agreeing_share"], same["missed"], same["extra"]) == (1.0, 0, 0)
    fewer = real.times_s.tolist()
    gone = [p for p in range(400, 8400, 400) if any(a <= fewer[p] < b for a, b in usable)]
    for place in reversed(gone):
        del fewer[place]
    told = figures(windows(given, strap(fewer, -2.3), SET), SET)
    assert (told["missed"], told["extra"]) == (len(gone), 0)
