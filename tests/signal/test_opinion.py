"""The second opinion beside ours: the same beats are compared, and only what both could read."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from biocoach.review.analysis import own_reading
from biocoach.settings import FeatureSettings, OpinionSettings, Settings
from biocoach.signal.opinion import Comparison
from biocoach.signal.pipeline import Context, Pipeline
from biocoach.types import (
    CleanBeat,
    Output,
    Prior,
    Quality,
    Reading,
    Second,
    SecondOpinion,
    Verdict,
)
from tests.signal.hearts import beats, heart

SETTINGS = OpinionSettings()


def compared(rr: list[float], bad: frozenset[int] = frozenset()) -> Comparison:
    comparison = Comparison(SETTINGS, FeatureSettings())
    for place, beat in enumerate(beats(rr)):
        verdict = Verdict.ECTOPIC if place in bad else Verdict.OK
        comparison.add(CleanBeat(beat=beat, verdict=verdict))
    return comparison


def opinion_of(rr: list[float], hr: float = 0.0, share: float = 1.0) -> SecondOpinion:
    """NeuroKit2's reading of the last two minutes, moved by so much."""
    found = own_reading([rr])
    ends = [beat.beat_s for beat in beats(rr)]
    from_s = next(t for t in ends if t > ends[-1] - 120)
    return SecondOpinion(
        hr_bpm=found["hr_bpm"] + hr,
        rmssd_ms=found["rmssd_ms"] * share,
        from_s=from_s,
        until_s=ends[-1],
    )


RR = heart(118, 66)


@pytest.mark.parametrize(
    ("hr", "share", "differs"),
    [(0, 1.0, False), (2.5, 1.2, False), (3.5, 1, True), (-3.5, 1, True), (0, 1.4, True),
     (0, 0.6, True)],
)  # fmt: skip
def test_it_differs_by_more_than_three_beats_or_a_third(
    hr: float, share: float, differs: bool
) -> None:
    assert compared(RR).differs(opinion_of(RR, hr, share), hrv=True) is differs


def test_a_rise_is_no_disagreement() -> None:
    """The two minutes of the answer are compared, not the seconds in which it comes."""
    rising = heart(118, lambda t: 60 + 40 * t / 118)
    comparison = compared(rising + [600.0] * 30)
    assert not comparison.differs(opinion_of(rising), hrv=True)


def test_what_one_could_not_read_is_no_disagreement() -> None:
    whole = opinion_of(RR, share=2.0)
    assert compared(RR).differs(whole, hrv=True)
    assert not compared(RR).differs(replace(whole, rmssd_ms=None), hrv=True)
    assert not compared(RR).differs(replace(whole, hr_bpm=None), hrv=True)
    assert not compared(RR).differs(whole, hrv=False)  # a rhythm that has no RMSSD
    assert not compared(RR, frozenset(range(0, 120, 14))).differs(whole, hrv=True)
    assert not compared(RR, frozenset(range(0, 120, 7))).differs(
        replace(whole, hr_bpm=1.0), hrv=True
    )
    assert not Comparison(SETTINGS, FeatureSettings()).differs(whole, hrv=True)


def test_an_answer_that_comes_too_late_is_left_out() -> None:
    late = opinion_of(RR, share=2.0)
    assert compared(RR + heart(100)).differs(late, hrv=True)
    assert not compared(RR + heart(260)).differs(late, hrv=True)


def test_differences_across_a_gap_are_none() -> None:
    comparison = Comparison(SETTINGS, FeatureSettings())
    slow, fast = heart(50, 50), heart(50, 100)
    for beat in [*beats(slow, 1), *beats(fast, 2, 55.0)]:
        comparison.add(CleanBeat(beat=beat, verdict=Verdict.OK))
    found = own_reading([slow, fast])
    opinion = SecondOpinion(
        hr_bpm=found["hr_bpm"], rmssd_ms=found["rmssd_ms"], from_s=0.0, until_s=120.0
    )
    assert not comparison.differs(opinion, hrv=True)
    assert found["rmssd_ms"] < 60  # the step of 600 ms between the runs is in neither


def tick(pipeline: Pipeline, at_s: int) -> Second:
    outputs: list[Output] = pipeline.tick(at_s, Context())
    return next(o for o in outputs if isinstance(o, Second))


def test_a_disagreement_caps_the_quality_for_fifteen_seconds_and_says_so() -> None:
    pipeline, at_s, due, rr = Pipeline(Settings(), Prior(), False), 0.0, 1, heart(150, 66)
    seconds: list[Second] = []
    for value in rr:
        at_s += value / 1000
        pipeline.reading(at_s, Reading(raw=b"", bpm=66, rr_1024=(round(value * 1.024),)))
        while due <= at_s:
            seconds.append(tick(pipeline, due))
            if due == 120:
                odd = replace(opinion_of(rr), hr_bpm=90.0, from_s=5.0, until_s=119.0)
                pipeline.second_opinion(120.2, odd)
            due += 1
    assert {s.quality for s in seconds[30:120]} == {Quality.GOOD}
    capped = [s.at_s for s in seconds if s.quality is Quality.FAIR and s.at_s > 30]
    assert capped == list(range(121, 136))
    assert {s.quality_why for s in seconds[120:135]} == {"second_opinion"}
    assert {s.quality_why for s in [*seconds[:120], *seconds[135:]]} == {""}
    assert all(s.hr_bpm is not None for s in seconds[120:135])  # a cap takes no reading away


# ---- NeuroKit2's edges


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ([], "too_few"),
        ([[]], "too_few"),
        ([[800.0]], "too_few"),
        ([[800.0, 810.0] * 5] * 20, "too_few"),  # many runs, each too short for its medians
        ([[800.0] * 100], "too_even"),
        ([[800.0] * 50 + [1600.0] + [800.0] * 49], "too_even"),  # the missed beat it would not see
        ([[math.nan, math.inf, -5.0, 0.0] * 30], "too_few"),
    ],
)
def test_where_neurokit_has_no_reading_it_says_why(runs: list[list[float]], why: str) -> None:
    assert own_reading(runs) == {"hr_bpm": None, "rmssd_ms": None, "why": why}


def test_a_silence_is_not_filled_with_a_beat() -> None:
    rr = heart(60, 66)
    silent = [*rr[:30], 8000.0, *rr[30:]]
    assert own_reading([silent]) == own_reading([rr[:30], rr[30:]])


def test_a_missed_beat_is_mended_by_its_own_cleaning() -> None:
    rr = heart(118, 66)
    missed = [*rr[:60], rr[60] + rr[61], *rr[62:]]
    found, true = own_reading([missed]), own_reading([rr])
    assert found["rmssd_ms"] == pytest.approx(true["rmssd_ms"], rel=0.1)
    assert found["hr_bpm"] == pytest.approx(true["hr_bpm"], abs=0.2)
