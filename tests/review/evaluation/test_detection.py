"""Hits, misses and rates, from outcomes written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from biocoach.review.evaluation.detection import (
    AMPLITUDES_BPM,
    Quiet,
    Rises,
    arithmetic,
    rise_cases,
    sittings,
)
from biocoach.review.evaluation.folding import Alarm, Outcome
from biocoach.review.evaluation.stretches import Stretch


def alarm(alarm_s: float, end_s: float | None = None) -> Alarm:
    return Alarm(
        onset_s=alarm_s - 10,
        alarm_s=alarm_s,
        end_s=end_s,
        reference_s=None,
        half_s=None,
        half_plain_s=None,
        censored=True,
    )


def outcome(*alarms: Alarm, scores: tuple[float | None, ...] = ()) -> Outcome:
    return Outcome(kept=(), rates_bpm=(), scores=scores, alarms=alarms)


def stretch(collection: str = "made", seconds: int = 2100) -> Stretch:
    rr_ms = np.full(seconds, 1000.0)
    return Stretch(name="1", collection=collection, start_s=0, rr_ms=rr_ms)


def test_a_rise_is_noticed_only_in_time() -> None:
    case = rise_cases([stretch()], np.random.default_rng(1))[0]
    at_s = case.rise.at_s
    assert 700 <= at_s <= 1200
    assert case.delay_s(outcome(alarm(at_s + 40))) == pytest.approx(40)
    assert case.delay_s(outcome(alarm(at_s + 121))) is None
    assert case.delay_s(outcome(alarm(at_s - 1))) is None
    assert case.delay_s(outcome(alarm(at_s + 90), alarm(at_s + 30))) == pytest.approx(30)
    assert case.under_way(outcome(alarm(at_s - 50, at_s + 5)))
    assert case.under_way(outcome(alarm(at_s - 50)))
    assert not case.under_way(outcome(alarm(at_s - 50, at_s - 5)))


def test_figures_of_rises_by_hand() -> None:
    cases = rise_cases([stretch(), stretch()], np.random.default_rng(1))
    assert len(cases) == 2 * len(AMPLITUDES_BPM)
    first = cases[0].rise.at_s
    outcomes = [outcome() for _ in cases]
    outcomes[0] = outcome(alarm(first + 50))  # 8 bpm: one of two
    outcomes[1] = outcome(alarm(first - 9))  # 12 bpm: none, one could not
    rows = Rises(cases=cases, outcomes=outcomes).figures()
    assert [(r["bpm"], r["n"], r["noticed"]) for r in rows] == [
        (8, 2, 1), (12, 2, 0), (16, 2, 0), (20, 2, 0),
    ]  # fmt: skip
    assert rows[0]["sensitivity"] == 0.5
    assert rows[0]["latency_median_s"] == pytest.approx(50)
    assert rows[1]["latency_median_s"] is None
    assert rows[1]["missed_in_an_open_alarm"] == 1


def test_false_alarms_by_the_hour_and_by_collection() -> None:
    parts = [stretch("a"), stretch("a"), stretch("b")]
    found = Quiet(
        stretches=parts, outcomes=[outcome(alarm(900)), outcome(), outcome(alarm(1), alarm(2))]
    ).figures()
    assert found["hours"] == pytest.approx(1.5)  # the baseline's five minutes don't count
    assert found["per_hour"] == pytest.approx(2)
    assert found["by_collection"]["a"]["per_hour"] == pytest.approx(1)
    assert found["by_collection"]["b"]["alarms"] == 2
    assert found["by_collection"]["a"]["per_hour_95"] == pytest.approx((0.02532, 5.57164), abs=1e-4)


def test_arithmetic_is_scored_after_sitting() -> None:
    people = {"1": {"sitting": np.full(120, 1000.0), "maths": np.full(100, 1000.0)}, "2": {}}
    (case,) = sittings(people)
    assert case.rest_s == 360
    assert case.strain_s == 420
    assert len(case.task.rr_ms) == 360 + 60 + 100
    # low 0 in the second half of sitting, high 1 after the first 20 s of arithmetic
    scores = [9.0] * 361 + [0.0] * 60 + [5.0] * 20 + [1.0] * 79 + [None]
    found = arithmetic([case], [outcome(alarm(430), scores=tuple(scores))])
    assert found.areas == {"1": 1.0}
    assert len(found.low["1"]) == 60
    assert set(found.high["1"]) == {1.0}
    assert found.noticed == 1
    figures = found.figures(np.random.default_rng(1))
    assert figures["area_mean_95"] == pytest.approx((1, 1))


def test_a_person_without_a_score_is_counted_and_not_scored() -> None:
    (case,) = sittings({"1": {"sitting": np.full(120, 1000.0), "maths": np.full(100, 1000.0)}})
    figures = arithmetic([case], [outcome(scores=(None,) * 520)]).figures(np.random.default_rng(1))
    assert (figures["people"], figures["people_scored"]) == (1, 0)
    assert figures["area_mean"] is None
