"""A session's ways back: what each one says of itself for recovery over sessions."""

from __future__ import annotations

from typing import Any

import pytest

from biocoach.review import sessions
from biocoach.types import Activation, InputBody, PracticeLog, PracticeMoment, Recovery
from tests.review.test_sessions import SETTINGS, journal, review

Json = dict[str, Any]


def ways(*more: tuple[float, InputBody], until_s: float = 1e9) -> list[Json]:
    entries = journal("separation", *more, until_s=until_s)
    found: list[Json] = sessions.summary("s", entries, SETTINGS)["ways_back"]
    return found


def truth() -> list[tuple[Activation, Recovery]]:
    record = sessions.folded(journal("separation"), SETTINGS)
    return [(a, record.recoveries[a.number]) for a in record.activations]


def test_it_says_how_high_the_rise_was_and_for_how_long_it_had_been_up() -> None:
    for way, (activation, recovery) in zip(ways(), truth(), strict=True):
        assert recovery.reference_s is not None
        assert recovery.peak_bpm is not None
        assert recovery.ground_bpm is not None
        assert way["up_s"] == pytest.approx(recovery.reference_s - activation.onset_s, abs=0.1)
        assert way["up_s"] > 30
        rise_bpm = recovery.peak_bpm - recovery.ground_bpm
        assert way["amplitude_bpm"] == pytest.approx(rise_bpm, abs=0.1)


def test_on_the_rise_nothing_of_it_is_known_yet() -> None:
    onset_s = review("separation")["activations"][0]["onset_s"]
    (way,) = ways(until_s=onset_s + 60)
    assert (way["up_s"], way["amplitude_bpm"], way["seen_s"]) == (None, None, 0.0)


@pytest.mark.parametrize("before_s", [120, 15, 0, -5])
def test_a_practice_begins_so_long_before_the_way_back_or_after(before_s: float) -> None:
    reference_s = review("separation")["activations"][0]["recovery"]["reference_s"]
    began = PracticeLog(practice="orienting", moment=PracticeMoment.STARTED)
    (way, other) = ways((reference_s - before_s, began))
    assert way["begun"] == [{"practice": "orienting", "after_s": -before_s}]
    assert way["used"]
    assert other["begun"][0]["after_s"] < 0  # nobody stopped it


def test_what_is_cut_short_was_never_seen_for_longer_than_it_took() -> None:
    """Wherever the record ends: half-way is not there yet, and by then it truly was not."""
    _, whole = truth()[0]
    assert whole.reference_s is not None
    assert whole.half_plain_s is not None
    ends = [
        way
        for more_s in range(5, int(whole.half_plain_s) + 60, 3)
        for way in ways(until_s=whole.reference_s + more_s)[:1]
    ]
    cut = [way["seen_s"] for way in ends if way["half_s"] is None and way["seen_s"] > 0]
    assert len(cut) > 3
    assert ends[-1]["half_s"] is not None
    assert cut == sorted(cut)
    assert whole.half_plain_s - 4 < max(cut) <= whole.half_plain_s
