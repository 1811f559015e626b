"""Which parts of a recording are taken."""

from __future__ import annotations

import numpy as np

from biocoach.review.evaluation.recordings import Recording
from biocoach.review.evaluation.stretches import CLEAN_BEATS, QUIET_S, clean, local_median_ms, quiet
from tests.signal.hearts import heart


def dice() -> np.random.Generator:
    return np.random.default_rng(1)


def recording(rr_ms: list[float], symbols: tuple[str, ...] | None = None) -> Recording:
    return Recording(name="1", collection="made", rr_ms=np.array(rr_ms), symbols=symbols)


def test_a_quiet_heart_gives_quiet_stretches_of_35_minutes() -> None:
    whole = recording(heart(3 * 3600))
    found = quiet(whole, 9, dice())
    assert 2 <= len(found) <= 4
    assert all(abs(part.length_s - QUIET_S) < 2 for part in found)
    first = found[0]
    begin = int(np.searchsorted(np.cumsum(whole.rr_ms) / 1000, first.start_s + 0.01))
    assert (whole.rr_ms[begin : begin + 50] == first.rr_ms[:50]).all()
    assert len(quiet(whole, 1, dice())) == 1


def test_a_heart_that_wanders_or_jumps_gives_none() -> None:
    drifting = heart(3 * 3600, lambda t: 60 + 20 * (t % 1800 > 900))
    assert quiet(recording(drifting), 9, dice()) == []


def test_a_few_far_beats_are_mended_and_many_are_not_taken() -> None:
    rr_ms = heart(3 * 3600)
    few = [v * (1.6 if n % 200 == 0 else 1) for n, v in enumerate(rr_ms)]
    assert max(quiet(recording(few), 1, dice())[0].rr_ms) < 1100
    many = [v * (1.6 if n % 20 == 0 else 1) for n, v in enumerate(rr_ms)]
    assert quiet(recording(many), 9, dice()) == []


def test_clean_parts_have_no_far_beat_and_no_label_but_normal() -> None:
    rr_ms = heart(3600)
    symbols = ["N"] * (len(rr_ms) + 1)
    rr_ms[1000] *= 0.6
    symbols[2000] = "V"
    found = clean(recording(rr_ms, tuple(symbols)), 9, dice())
    assert found
    assert all(len(part.rr_ms) == CLEAN_BEATS for part in found)
    ends = np.cumsum(rr_ms) / 1000
    for part in found:
        first = int(np.searchsorted(ends, part.start_s + 0.01))
        assert not first <= 1000 < first + CLEAN_BEATS
        assert not first <= 2000 < first + CLEAN_BEATS
    assert len(clean(recording(rr_ms), 1, dice())) == 1


def test_a_local_median_by_hand() -> None:
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    assert local_median_ms(values)[5] == 6


def test_a_short_or_absurd_recording_gives_nothing() -> None:
    assert quiet(recording([800.0]), 9, dice()) == []
    assert quiet(recording([5000.0] * 100), 9, dice()) == []
    assert clean(recording([800.0] * 100), 9, dice()) == []
