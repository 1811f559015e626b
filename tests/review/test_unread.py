"""Seconds without a reading are drawn with their why, and coverage leaves them out."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review import sessions
from biocoach.review.record import Record, fold
from biocoach.review.unread import _Gaps, unread
from biocoach.settings import Settings
from biocoach.types import Begin, Entry, Fit, Gap, InputBody, Intervals, Link
from tests.signal.hearts import heart
from tests.strategies import proven

SETTINGS = Settings()
LEAST_S = SETTINGS.beats.silence_s
LENGTH_S, FROM_S, TO_S = 600.0, 200.0, 300.0
BEGIN = Begin(seed=1, settings_hash="", fit=Fit(), simulated=True)
Rows = list[tuple[float, InputBody]]


def noisy(rr_ms: list[float]) -> list[float]:
    """The same heart with every fourth interval of a hundred seconds torn in two parts."""
    ends = [end_ms / 1000 for end_ms in accumulate(rr_ms)]
    found: list[float] = []
    for number, (end_s, value) in enumerate(zip(ends, rr_ms, strict=True)):
        torn = number % 4 == 0 and FROM_S < end_s < TO_S
        found += [0.35 * value, 0.65 * value] if torn else [value]
    return found


def rows(rr_ms: list[float]) -> Rows:
    ends = accumulate(rr_ms)
    beats: Rows = [(e / 1000, Intervals(rr_ms=(v,))) for e, v in zip(ends, rr_ms, strict=True)]
    return [(0.0, BEGIN), *beats]


def review_of(given: Rows) -> dict[str, object]:
    entries = [
        Entry(
            person="me", writer="t", session="s", boot_id="b", at_s=at_s,
            wall_utc="2026-01-31T09:00:00.000Z", body=body, settings_hash="", number=number,
        )
        for number, (at_s, body) in enumerate(given)
    ]  # fmt: skip
    return sessions.review("s", entries, SETTINGS)


def test_flagged_beats_are_a_stretch_with_its_why_and_no_gap() -> None:
    found = review_of(rows(noisy(heart(LENGTH_S))))
    assert found["gaps"] == []
    assert isinstance(found["no_reading"], list)
    start, flagged = found["no_reading"]  # the rate's window fills first
    assert (start["start_s"], start["why"]) == (0.0, "too_few")
    assert flagged["why"] == "flagged"
    assert FROM_S < flagged["start_s"] < flagged["end_s"] < TO_S + 60  # flags count for a minute
    assert flagged["end_s"] - flagged["start_s"] > 30


def test_coverage_is_the_share_of_seconds_with_a_reading() -> None:
    given = rows(noisy(heart(LENGTH_S)))
    found = review_of(given)
    seconds = fold(given, SETTINGS).seconds
    read = sum(second.hr_bpm is not None for second in seconds)
    assert found["coverage"] == pytest.approx(read / len(seconds), abs=1e-4)
    assert read < 0.9 * len(seconds)


def test_what_a_gap_covers_is_not_told_twice() -> None:
    given = rows(heart(LENGTH_S))
    down: Rows = [(FROM_S, Link(up=False, reason="out_of_range")), (TO_S, Link(up=True))]
    kept = [row for row in given if not FROM_S <= row[0] <= TO_S]
    found = fold(sorted([*kept, *down], key=lambda row: row[0]), SETTINGS)
    (gap,) = found.gaps
    stretches = unread(found, LEAST_S)
    assert [s["why"] for s in stretches] == ["too_few", "too_few"]
    assert stretches[1]["start_s"] == pytest.approx(gap.end_s, abs=1.1)
    assert all(s["end_s"] <= gap.start_s or s["start_s"] >= gap.end_s for s in stretches)


def test_a_moment_is_too_short_to_be_told() -> None:
    found = fold(rows(heart(60)), SETTINGS)
    assert unread(found, least_s=30.0) == []
    (start,) = unread(found, least_s=LEAST_S)
    assert start["end_s"] - start["start_s"] > LEAST_S


def test_a_record_without_a_second_has_nothing_to_tell() -> None:
    assert unread(Record(gaps=[Gap(start_s=0, end_s=1, reason="no_beats")]), LEAST_S) == []
    assert Record().read_share == 0.0


spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 15)).map(
        lambda s: Gap(start_s=s[0] / 2, end_s=(s[0] + s[1]) / 2, reason="")
    ),
    max_size=8,
)


@proven(300)
@given(gaps=spans, at=st.integers(-1, 60))
def test_thousands_of_gaps_are_asked_as_each_would_be(gaps: list[Gap], at: int) -> None:
    """What is quick says what is plain."""
    found, at_s = _Gaps(gaps), at / 2
    assert found.hold(at_s) is any(g.start_s < at_s <= g.end_s for g in gaps)
    ended, begun = [g.end_s for g in gaps if g.end_s < at_s], [g.start_s for g in gaps]
    assert found.ended_before(at_s) == sorted(ended)[-1:]
    assert found.begins_from(at_s) == sorted(s for s in begun if s >= at_s)[:1]
