"""The cohort's arithmetic, against values that others have printed or that a slower way gives."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.study.cohort import Cohort
from biocoach.review.study.columns import (
    ACTIVATIONS,
    COHORT,
    RECORDINGS,
    RECOVERIES,
    checked,
)
from biocoach.review.study.curve import shares_left
from biocoach.review.study.reliability import PAIRS_MIN, icc, split_half
from biocoach.review.study.work import key_of, made_by, result_of
from biocoach.settings import Settings
from biocoach.store.codec import canonical
from biocoach.types import Refusal

# Remission in weeks under 6-MP (Freireich 1963), "+" cut; its curve stands in every textbook.
ENDED = [6.0, 6, 6, 7, 10, 13, 16, 22, 23]
CUT = [6.0, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_the_curve_is_that_of_the_textbooks() -> None:
    times = [6.0, 7, 10, 13, 16, 22, 23]
    left = [round(row["value"], 4) for row in shares_left(ENDED, CUT, times)]
    assert left == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    (at_23,) = shares_left(ENDED, CUT, [23.0])
    assert (round(at_23["low"], 3), round(at_23["high"], 3)) == (
        0.188,
        0.680,
    )  # R, survival, log-log


def test_beyond_what_anybody_saw_nothing_is_said() -> None:
    assert shares_left([10.0], [20.0], [30.0]) == [{"why": "not_reached"}]
    assert shares_left([10.0, 20.0], [], [30.0]) == [{"value": 0.0}]


@given(
    st.lists(st.integers(1, 9), max_size=12), st.lists(st.integers(1, 9), max_size=12),
    st.integers(1, 9),
)  # fmt: skip
def test_the_curve_is_the_product_of_its_steps(halves: list[int], cut: list[int], at: int) -> None:
    left = Fraction(1)
    for time in sorted({t for t in halves if t <= at}):
        risk = sum(t >= time for t in halves + cut)
        left *= 1 - Fraction(halves.count(time), risk)
    (found,) = shares_left([float(t) for t in halves], [float(t) for t in cut], [float(at)])
    if "why" in found:
        assert at > max([*halves, *cut], default=0)
    else:
        assert found["value"] == pytest.approx(float(left))
        assert found.get("low", 0.0) <= found["value"] <= found.get("high", 1.0)


# Shrout & Fleiss 1979, table 2: six targets, four judges; ICC(1,1) = .17.
JUDGED = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def test_icc_is_that_of_shrout_and_fleiss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biocoach.review.study.reliability.PAIRS_MIN", 6)
    found = icc(JUDGED)
    assert found.value == pytest.approx(0.1657, abs=5e-4)
    assert found.low == pytest.approx(-0.1329, abs=5e-4)
    assert found.high == pytest.approx(0.7226, abs=5e-4)


def test_too_few_and_all_the_same_are_said() -> None:
    assert icc(JUDGED).why == "too_few"
    assert split_half([(1.0, 1.0)] * (PAIRS_MIN - 1)).why == "too_few"
    assert split_half([(1.0, 1.0)] * PAIRS_MIN).why == "no_spread"
    assert icc([(1.0, 1.0)] * PAIRS_MIN).why == "no_spread"


def test_split_half_is_stepped_up() -> None:
    pairs = [(float(n), float(n + (5 if n % 2 else -5))) for n in range(30)]
    a, b = zip(*pairs, strict=True)
    n, mean_a, mean_b = len(a), sum(a) / len(a), sum(b) / len(b)
    over = sum((x - mean_a) * (y - mean_b) for x, y in pairs) / n
    r = over / math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) * n
    found = split_half(pairs)
    assert found.value == pytest.approx(2 * r / (1 + r))
    assert found.low is not None
    assert found.high is not None
    assert found.low < 2 * r / (1 + r) < found.high < 1


# ---- what may come in


def recording(**more: Any) -> dict[str, Any]:
    plain = {
        "recording": "a", "status": "read", "simulated": False, "person": "p", "site": "s",
        "strap": "", "watched_s": 7200, "read_s": 7200, "length_s": 7200.0, "unknown_share": 0.1,
        "flagged_share": 0.02, "beats": 100, "activations": 4, "mean_hr_bpm": 60.0,
        "rmssd_ms": 30.0, "odd_hr_bpm": 60.0, "even_hr_bpm": 61.0, "odd_rmssd_ms": 30.0,
        "even_rmssd_ms": 31.0,
    }  # fmt: skip
    return plain | more


def way(recording: str, half_s: float | None, **more: Any) -> dict[str, Any]:
    plain = {
        "recording": recording, "activation": 1, "where": "apart", "half_s": half_s,
        "censored": half_s is None, "seen_s": 500.0, "used": False, "left_out": "",
    }  # fmt: skip
    return plain | more


def half_median(cohort: Cohort, where: str, used: bool = False) -> dict[str, Any]:
    (found,) = [
        f for f in cohort.figures()
        if (f["figure"], f["where"], f["used"]) == ("half_median", where, used)
    ]  # fmt: skip
    return found


@pytest.mark.parametrize("bad", [{"status": "refused"}, {"status": "failed"}, {"simulated": True}])
def test_a_bad_row_never_reaches_the_cohort(bad: dict[str, Any]) -> None:
    cohort = Cohort(Settings().learning)
    cohort.take_recording(recording())
    cohort.take_recording(recording(recording="b", **bad))
    for name in ("a", "b"):
        cohort.take_recovery(way(name, 10.0))
    assert half_median(cohort, "apart")["n"] == 1
    rate = next(f for f in cohort.figures() if f["figure"] == "activations_an_hour")
    assert (rate["n"], rate["value"]) == (1, 2.0)


def test_apart_after_reunion_and_not_by_the_end_are_never_one() -> None:
    cohort = Cohort(Settings().learning)
    cohort.take_recording(recording())
    for number in range(6):
        cohort.take_recovery(way("a", 20.0 + number))
        cohort.take_recovery(way("a", 200.0 + number, where="after_reunion"))
        cohort.take_recovery(way("a", 5.0, used=True))
        cohort.take_recovery(way("a", None))
    found = half_median(cohort, "apart")
    assert (found["n"], found["events"], found["value"]) == (12, 6, 25.0)
    assert half_median(cohort, "after_reunion")["value"] == 202.0
    cohort.take_recovery(way("a", None))
    assert half_median(cohort, "apart")["why"] == "not_reached"
    cohort.take_recovery(way("a", 1.0, left_out="away"))
    assert cohort.left_out == {"away": 1}


# ---- a worker is not believed


GOOD: dict[str, Any] = {
    "activation": 1, "onset_s": 1.0, "alarm_s": 2.0, "peak_s": 3.0, "end_s": None, "peak_bpm": 90.0,
    "level_bpm": 60.0, "baseline_bpm": 60.0, "threshold": 2.5, "kind": "quick", "movement": "still",
    "label": "", "recording": "a",
}  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        {"onset_s": math.nan}, {"onset_s": "1"}, {"onset_s": True}, {"activation": -1},
        {"activation": 1.5}, {"kind": None}, {"kind": "a\nb"}, {"more": 1},
    ],
)  # fmt: skip
def test_a_row_must_be_as_its_columns_say(odd: dict[str, Any]) -> None:
    assert checked(GOOD, ACTIVATIONS) == ""
    assert checked(GOOD | odd, ACTIVATIONS)
    assert checked(GOOD, RECOVERIES)


@pytest.mark.parametrize(
    "pieces",
    [
        [{"piece": "", "reading": {}, "activations": [], "recoveries": []}],
        [{"piece": 1}],
        ["a"],
        [{"piece": "", "device": "", "person": "", "reading": {"beats": 1}, "activations": [],
          "recoveries": []}],
    ],
)  # fmt: skip
def test_a_result_that_makes_no_sense_is_a_reason(pieces: list[Any]) -> None:
    found = result_of(canonical({"made_by": made_by(), "of": "x", "pieces": pieces}), "x")
    assert not isinstance(found, Refusal)
    assert all("makes no sense" in piece["why"] for piece in found)


def test_a_result_of_another_content_or_version_is_refused() -> None:
    text = canonical({"made_by": made_by(), "of": "x", "pieces": []})
    assert isinstance(result_of(text, "y"), Refusal)
    assert isinstance(result_of(text.replace("1:", "0:", 1), "x"), Refusal)
    assert isinstance(result_of("{", "x"), Refusal)


def test_another_version_or_other_settings_have_another_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = key_of("x")
    monkeypatch.setattr("biocoach.review.study.work.STUDY_VERSION", 2)
    assert key_of("x") != before


def test_the_page_tells_every_column() -> None:
    page = (Path(__file__).parents[3] / "docs" / "beyond.md").read_text(encoding="utf-8")
    for columns in (RECORDINGS, ACTIVATIONS, RECOVERIES, COHORT):
        assert "\n".join(f"| `{c.name}` | {c.says} |" for c in columns) in page
