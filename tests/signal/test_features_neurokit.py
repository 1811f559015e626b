"""Our running sums say what NeuroKit2 says of the same beats: to 1e-9, whatever came before."""

from __future__ import annotations

import math
import random
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.settings import FeatureSettings
from biocoach.signal.features import FeatureWindows
from biocoach.types import CleanBeat, Features, Verdict
from tests.signal.hearts import beats
from tests.strategies import proven

SAME = 1e-9
SETTINGS = FeatureSettings(hr_window_s=60.0)  # one window for all three figures


def theirs(rows: list[CleanBeat], now_s: float) -> dict[str, float]:
    """NeuroKit2's time domain of the kept beats in the window that ends at ``now_s``.

    One more beat is handed over in front where a difference reaches back to it: the mean and
    the spread are then taken of the window alone, as ours are.
    """
    import neurokit2 as nk  # some seconds to import, so only here

    kept = [c for c in rows if c.verdict is Verdict.OK]
    inside = [c for c in kept if c.beat.beat_s > now_s - 60]
    before = [c for c in kept if c.beat.beat_s <= now_s - 60][-1:]

    def time_domain(part: list[CleanBeat]) -> dict[str, float]:
        rri = [c.beat.rr_ms for c in part]
        times = [c.beat.beat_s for c in part]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its histogram of few or equal beats
            found = nk.hrv_time({"RRI": rri, "RRI_Time": times}, sampling_rate=1000)
        return {str(k): float(v) for k, v in found.iloc[0].items()}

    found = time_domain(inside)
    return found | {"HRV_RMSSD": time_domain([*before, *inside])["HRV_RMSSD"]}


def assert_same(ours: Features, rows: list[CleanBeat], now_s: float) -> None:
    found = theirs(rows, now_s)
    assert ours.hr_bpm == pytest.approx(60000 / found["HRV_MeanNN"], rel=SAME)
    assert ours.rmssd_ms == pytest.approx(found["HRV_RMSSD"], rel=SAME)
    assert ours.sdnn_ms == pytest.approx(found["HRV_SDNN"], rel=SAME)


def steady(dice: random.Random, count: int, mean_ms: float, spread_ms: float) -> list[float]:
    return [mean_ms + dice.gauss(0, spread_ms) for _ in range(count)]


@given(
    st.integers(0, 10**6),
    st.floats(450, 1100),
    st.floats(0.05, 60),
    st.frozensets(st.integers(0, 150), max_size=2),
    st.sampled_from([0.0, 0.003, 12.0]),
)
@proven(60)
def test_the_same_after_thousands_of_wild_beats_a_flag_and_a_gap(
    seed: int, mean_ms: float, spread_ms: float, flagged: frozenset[int], gap_s: float
) -> None:
    """A calm minute after three thousand beats that jump about, in one run or after a gap."""
    dice = random.Random(seed)
    wild = [dice.uniform(300, 2000) for _ in range(3000)]
    calm = steady(dice, math.ceil(75_000 / mean_ms), mean_ms, spread_ms)
    first = [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats(wild)]
    start_s = first[-1].beat.beat_s + gap_s
    second = [
        CleanBeat(beat=b, verdict=Verdict.MISSED if i in flagged else Verdict.OK)
        for i, b in enumerate(beats(calm, 2 if gap_s else 1, start_s))
    ]
    windows = FeatureWindows(SETTINGS)
    for place, clean in enumerate([*first, *second]):
        windows.add(clean)
        if place % 2:  # trimmed as a session trims: again and again
            windows.at(math.floor(clean.beat.beat_s))
    now_s = math.ceil(second[-1].beat.beat_s)
    ours = windows.at(now_s)
    assert ours.rmssd_ms is not None
    assert_same(ours, second if gap_s else [*first, *second], now_s)


@pytest.mark.parametrize("tick_ms", [1000 / 1024, 1.0, 0.1, 0.001])
def test_the_same_in_every_unit_that_straps_and_files_use(tick_ms: float) -> None:
    dice = random.Random(11)
    rr = [round(v / tick_ms) * tick_ms for v in steady(dice, 4000, 820.0, 45.0)]
    rows = [CleanBeat(beat=b, verdict=Verdict.OK) for b in beats(rr)]
    windows = FeatureWindows(SETTINGS)
    for place, clean in enumerate(rows):
        windows.add(clean)
        now_s = math.ceil(clean.beat.beat_s)
        ours = windows.at(now_s)
        if place % 500 == 499:
            assert_same(ours, rows[: place + 1], now_s)


def test_nothing_is_left_of_what_has_gone() -> None:
    """A perfectly even minute after the wildest: its spread is zero, not what was left over."""
    dice = random.Random(3)
    rr = [dice.uniform(300, 2000) for _ in range(5000)] + [800.3] * 100
    windows = FeatureWindows(SETTINGS)
    for beat in beats(rr):
        windows.add(CleanBeat(beat=beat, verdict=Verdict.OK))
        windows.at(math.floor(beat.beat_s))
    ours = windows.at(math.ceil(beat.beat_s))
    assert ours.rmssd_ms == 0.0
    assert ours.sdnn_ms == 0.0
    assert ours.hr_bpm == pytest.approx(60000 / 800.3, rel=SAME)
