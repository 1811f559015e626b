"""Features: the plain formulas over the same beats, windows that never cross a gap."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import FeatureSettings
from biocoach.signal.features import FeatureWindows
from biocoach.types import CleanBeat, Verdict
from tests.signal.hearts import beats, heart
from tests.strategies import proven


def fed(rr: list[float], bad: frozenset[int] = frozenset(), run: int = 1) -> list[CleanBeat]:
    return [
        CleanBeat(beat=beat, verdict=Verdict.ECTOPIC if i in bad else Verdict.OK)
        for i, beat in enumerate(beats(rr, run))
    ]


def naive(rows: list[CleanBeat], now_s: float) -> tuple[float | None, float | None]:
    """H20 and RMSSD60 by their definitions; None where there is nothing to divide by."""
    fast = [c for c in rows if now_s - 20 < c.beat.beat_s and c.verdict is Verdict.OK]
    pairs = [
        b.beat.rr_ms - a.beat.rr_ms
        for a, b in itertools.pairwise(rows)
        if b.beat.beat_s > now_s - 60 and a.verdict is b.verdict is Verdict.OK
    ]
    hr = 60000 * len(fast) / math.fsum(c.beat.rr_ms for c in fast) if fast else None
    square = math.fsum(d * d for d in pairs)
    return hr, math.sqrt(square / len(pairs)) if pairs else None


@given(
    st.lists(st.floats(400, 1500), min_size=5, max_size=400),
    st.frozensets(st.integers(0, 400), max_size=3),
)
@proven(150)
def test_running_sums_equal_the_plain_formulas(rr: list[float], bad: frozenset[int]) -> None:
    windows, rows, now_s = FeatureWindows(FeatureSettings()), fed(rr, bad), 0
    for place, clean in enumerate(rows):
        windows.add(clean)
        if clean.beat.beat_s < now_s + 1:
            continue
        now_s = math.ceil(clean.beat.beat_s)
        features, (hr, rmssd) = windows.at(now_s), naive(rows[: place + 1], now_s)
        if features.hr_bpm is not None:
            assert features.hr_bpm == pytest.approx(hr, rel=1e-9)
        if features.rmssd_ms is not None:
            assert features.rmssd_ms == pytest.approx(rmssd, rel=1e-9)


def test_a_day_of_sums_does_not_drift() -> None:
    rows = fed(heart(86_400, 70, jitter_ms=12))
    windows = FeatureWindows(FeatureSettings())
    for clean in rows:
        windows.add(clean)
        windows.at(int(clean.beat.beat_s))
    now_s = math.ceil(rows[-1].beat.beat_s)
    features, (hr, rmssd) = windows.at(now_s), naive(rows, now_s)
    assert features.hr_bpm == pytest.approx(hr, rel=1e-9)
    assert features.rmssd_ms == pytest.approx(rmssd, rel=1e-9)


def test_neurokit_says_the_same_on_the_same_beats() -> None:
    import neurokit2 as nk  # some seconds to import, so only here

    rr = heart(58, 66, seed=5)
    windows = FeatureWindows(FeatureSettings(hr_window_s=60.0))
    for clean in fed(rr):
        windows.add(clean)
    peaks = np.concatenate([[0.0], np.cumsum(rr)])
    theirs = nk.hrv_time({"RRI": np.asarray(rr), "RRI_Time": peaks[1:] / 1000}, 1000).iloc[0]
    ours = windows.at(59)
    assert ours.rmssd_ms == pytest.approx(theirs["HRV_RMSSD"], rel=1e-9)
    assert ours.hr_bpm == pytest.approx(60000 / theirs["HRV_MeanNN"], rel=1e-9)
    assert np.std(rr, ddof=1) == pytest.approx(theirs["HRV_SDNN"], rel=1e-9)


def test_windows_never_cross_a_gap() -> None:
    windows = FeatureWindows(FeatureSettings())
    for clean in fed(heart(120, 60)):
        windows.add(clean)
    before = windows.at(120)
    fast = beats(heart(25, 100), run=2, start_s=122.0)
    for beat in fast:
        windows.add(CleanBeat(beat=beat, verdict=Verdict.OK))
    after = windows.at(147)
    assert before.hr_bpm == pytest.approx(60, abs=2)
    assert after.hr_bpm == pytest.approx(100, abs=3)
    assert after.rmssd_ms is not None  # 40 differences of its own
    assert after.rmssd_ms < 60  # the step between the runs is none of them


def test_missing_is_a_value_with_its_reason() -> None:
    windows = FeatureWindows(FeatureSettings())
    assert windows.at(1).why == "no_beats"
    for clean in fed(heart(8)):
        windows.add(clean)
    assert windows.at(8).why == "too_few"
    assert windows.at(8).hr_bpm is None
    assert windows.at(200).why == "no_beats"
    assert windows.at(200).coverage == 0


@pytest.mark.parametrize(
    ("every", "hr", "rmssd"),
    [(0, True, True), (40, True, True), (14, True, False), (6, False, False)],
)
def test_flags_take_hrv_first_and_then_the_rate(every: int, hr: bool, rmssd: bool) -> None:
    windows, rr = FeatureWindows(FeatureSettings()), heart(100)
    bad = frozenset(range(0, len(rr), every)) if every else frozenset()
    for clean in fed(rr, bad):
        windows.add(clean)
    features = windows.at(100)
    assert (features.hr_bpm is not None) is hr
    assert (features.rmssd_ms is not None) is rmssd
    assert features.why == ("" if hr else "flagged")


def test_coverage_is_the_share_that_kept_beats_fill() -> None:
    windows = FeatureWindows(FeatureSettings())
    for clean in fed([1000.0] * 40):
        windows.add(clean)
    assert windows.at(40).coverage == 1.0
    assert windows.at(46).coverage == pytest.approx(0.7)
    assert windows.at(46).hr_bpm == pytest.approx(60.0)
    assert windows.at(50).hr_bpm is None
