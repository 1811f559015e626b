"""Specificity, sensitivity and labels, from verdicts written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from biocoach.review.evaluation.artifacts import (
    injected,
    labelled_cases,
    labels,
    premature,
    spoiled_cases,
)
from biocoach.review.evaluation.folding import Folders, Outcome
from biocoach.review.evaluation.recordings import Recording
from biocoach.review.evaluation.stretches import Stretch
from biocoach.settings import Settings
from tests.signal.hearts import heart


def outcome(kept: NDArray[np.bool_]) -> Outcome:
    return Outcome(kept=tuple(kept.tolist()), rates_bpm=(), scores=(), alarms=())


def part() -> Stretch:
    rr_ms = np.array(heart(700)[:600])
    return Stretch(name="1", collection="made", start_s=0, rr_ms=rr_ms)


def test_a_cleaner_that_sees_all_and_one_that_sees_nothing() -> None:
    cases = spoiled_cases([part()], np.random.default_rng(1))
    perfect = [
        outcome(~c.spoiled.touched if c.spoiled else np.ones(len(c.rr_ms), bool)) for c in cases
    ]
    found = injected(cases, perfect)
    assert found["specificity"] == 1.0
    assert {row["sensitivity"] for row in found["kinds"].values()} == {1.0}
    assert found["rmssd_error_95"] == 0.0
    assert all(row["rmssd_error_95"] < 0.25 for row in found["kinds"].values())
    blind = injected(cases, [outcome(np.ones(len(c.task.rr_ms), bool)) for c in cases])
    assert {row["sensitivity"] for row in blind["kinds"].values()} == {0.0}
    assert blind["kinds"]["missed"]["rmssd_error_95"] > 1


def test_a_flag_on_the_next_interval_counts_and_one_further_does_not() -> None:
    cases = spoiled_cases([part()], np.random.default_rng(1))
    for late, share in ((0, 1.0), (1, 0.0)):
        outcomes = []
        for case in cases:
            kept = np.ones(len(case.task.rr_ms), bool)
            for first, count in case.spoiled.spans if case.spoiled else ():
                kept[first + count + late] = False
            outcomes.append(outcome(kept))
        assert injected(cases, outcomes)["kinds"]["extra"]["sensitivity"] == share


def labelled(name: str = "1") -> Recording:
    rr_ms = np.full(100, 1000.0)
    rr_ms[50], rr_ms[51] = 600, 1400  # early
    rr_ms[70] = 950  # a ventricular beat that is not early
    symbols = ["N"] * 101
    symbols[51] = "V"
    symbols[71] = "V"
    return Recording(name=name, collection="mitdb", rr_ms=rr_ms, symbols=tuple(symbols))


def test_premature_is_early_by_the_normal_ones_near_it() -> None:
    assert list(premature(labelled())) == [51]


def test_labels_by_hand() -> None:
    kept = np.ones(100, bool)
    kept[51] = False  # the interval after the early beat
    kept[10] = False  # a normal one
    cases = labelled_cases([labelled(), labelled("201")])  # 201 fibrillates
    (row,) = labels(cases, [outcome(kept)]).values()
    assert row["records"] == 1
    assert row["premature_noticed"]["n"] == 1
    assert row["premature_noticed"]["share"] == 1.0
    assert row["normal_kept_sparse"]["n"] == 96
    assert row["normal_kept_sparse"]["share"] == pytest.approx(95 / 96)


def test_dense_ectopy_is_not_sparse() -> None:
    symbols = tuple("NNNV" * 25 + "N")
    rr_ms = np.array([600.0 if s == "V" else 1000.0 for s in symbols[1:]])
    recording = Recording(name="1", collection="made", rr_ms=rr_ms, symbols=symbols)
    cases = labelled_cases([recording])
    row = labels(cases, [outcome(np.ones(100, bool))])["made"]
    assert row["premature_noticed"]["share"] == 0.0
    assert row["premature_noticed"]["n"] > 20
    assert row["premature_noticed_sparse"] == {"n": 0, "share": None, "share_95": None}


def test_the_real_cleaner_notices_most_of_it() -> None:
    cases = spoiled_cases([part()], np.random.default_rng(1))
    with Folders(Settings(), processes=0) as folders:
        found = injected(cases, folders.fold_all([c.task for c in cases]))
    assert found["specificity"] > 0.97
    assert all(row["sensitivity"] > 0.8 for row in found["kinds"].values())
