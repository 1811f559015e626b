"""Kaplan-Meier medians of half-recovery: by hand, by brute force, and never pooled."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.recovery_over_time import median_of, recovery_over_time
from biocoach.review.what_helps import WhatHelps
from biocoach.settings import HelpsSettings, LearningSettings
from tests.strategies import proven

SET = LearningSettings()
LENGTHS = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=6, max_size=40)


def test_the_textbook_s_example() -> None:
    """Freireich 1963, weeks of remission with 6-MP, as in Gehan 1965: worked by hand.

    The curve is 0.857 (6), 0.807 (7), 0.753 (10), 0.690 (13), 0.627 (16), 0.538 (22), 0.448 (23).
    """
    halves = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    cut = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = median_of(halves, cut, SET)
    assert (found.median_s, found.low_s, found.high_s, found.why) == (23.0, 13.0, None, "")


def test_cut_short_is_neither_left_out_nor_taken_for_quick() -> None:
    halves = [30.0, 40.0, 50.0, 60.0, 70.0]
    assert median_of(halves, [500.0] * 4, SET).median_s == 70.0  # left out it would be 50
    assert median_of(halves, [500.0] * 6, SET).why == "not_reached"
    assert median_of([], [500.0] * 6, SET).why == "not_reached"


def test_nothing_is_claimed_from_few() -> None:
    assert median_of([30.0] * (SET.halves_min - 1), [], SET).why == "too_few"
    same = median_of([30.0] * SET.halves_min, [], SET)
    assert (same.median_s, same.low_s, same.high_s) == (30.0, None, None)


def brute(halves: list[int], cut: list[int]) -> Fraction | None:
    """The median by the definition, in whole fractions."""
    left = Fraction(1)
    for t in sorted(set(halves)):
        at_risk = sum(h >= t for h in halves) + sum(c >= t for c in cut)
        left *= 1 - Fraction(halves.count(t), at_risk)
        if left <= Fraction(1, 2):
            return Fraction(t)
    return None


@given(LENGTHS)
@proven(200)
def test_it_is_the_definition_s_median(rows: list[tuple[int, bool]]) -> None:
    halves = [t for t, reached in rows if reached]
    cut = [t for t, reached in rows if not reached]
    found, wanted = median_of(halves, cut, SET), brute(halves, cut)
    assert found.median_s == wanted
    assert (found.why == "not_reached") == (wanted is None)
    if found.median_s is not None:
        assert found.low_s is None or found.low_s <= found.median_s
        assert found.high_s is None or found.high_s >= found.median_s


@given(LENGTHS, st.integers(1, 100))
@proven(50)
def test_a_later_end_of_what_was_cut_short_never_makes_it_quicker(
    rows: list[tuple[int, bool]], more: int
) -> None:
    halves = [t for t, reached in rows if reached]
    cut = [t for t, reached in rows if not reached]
    first = median_of(halves, cut, SET).median_s
    later = median_of(halves, [t + more for t in cut], SET).median_s
    assert later is None or (first is not None and later >= first)


# ---- the groups


def way(half_s: float | None, where: str = "apart", **more: Any) -> dict[str, Any]:
    return {
        "where": where,
        "half_s": half_s,
        "censored": half_s is None,
        "seen_s": 200.0,
        "used": False,
        "asked": False,
        "offered": False,
        "left_out": "",
        **more,
    }


def session(*ways: dict[str, Any], simulated: bool = False) -> dict[str, Any]:
    return {"id": "s", "simulated": simulated, "ways_back": list(ways)}


def told(*rows: dict[str, Any], simulated: bool = False) -> dict[tuple[str, bool], Any]:
    found = recovery_over_time(rows, SET, simulated=simulated)
    return {(g["where"], g["used"]): g for g in found["groups"]}


def test_where_and_with_or_without_a_practice_are_four_things() -> None:
    groups = told(
        session(*(way(30.0) for _ in range(6)), way(None)),
        session(*(way(90.0, used=True, asked=n < 2) for n in range(6))),
        session(*(way(60.0, "after_reunion") for _ in range(6))),
        session(way(45.0, "after_reunion", used=True), way(45.0, offered=True)),
    )
    assert list(groups) == [
        ("apart", False), ("apart", True), ("after_reunion", False), ("after_reunion", True),
    ]  # fmt: skip
    assert [g["median_s"] for g in groups.values()] == [30.0, 90.0, 60.0, None]
    assert [g["n"] for g in groups.values()] == [8, 6, 6, 1]
    assert [g["not_by_end"] for g in groups.values()] == [1, 0, 0, 0]
    assert groups["apart", True]["asked"] == 2
    assert groups["apart", False]["offered"] == 1
    assert groups["after_reunion", True]["why"] == "too_few"


def test_simulated_and_real_are_never_mixed() -> None:
    rows = [session(*[way(30.0)] * 6), session(*[way(90.0)] * 6, simulated=True)]
    assert told(*rows)["apart", False]["median_s"] == 30.0
    assert told(*rows, simulated=True)["apart", False]["median_s"] == 90.0


def test_what_could_not_be_counted_is_told() -> None:
    found = recovery_over_time(
        [session(way(20.0, left_out="away"), way(None, left_out="not_told")), {"id": "old"}],
        SET,
        simulated=False,
    )
    assert (found["away"], found["not_told"], found["unread"]) == (1, 1, 1)
    assert sum(g["n"] for g in found["groups"]) == 0


def test_medicine_that_slows_the_heart_is_counted_by_what_each_session_said() -> None:
    """Of those that may have a way back: where such medicine hid the rise, there is none."""
    apart = {"went_apart": True, "coverage": 0.9, "elsewhere": None}
    rows = [
        session(way(30.0)) | apart | {"heart_slowing": True},
        session(way(30.0)) | apart | {"heart_slowing": False},
        session() | apart | {"heart_slowing": True},
        session(way(30.0)) | apart,  # an earlier version's: not known
        session() | apart | {"coverage": 0.0, "heart_slowing": True},
        session() | apart | {"went_apart": False, "heart_slowing": True},
        session() | apart | {"elsewhere": {"dated": True}, "heart_slowing": True},
        session(way(30.0), simulated=True) | apart | {"heart_slowing": True},
    ]
    found = recovery_over_time(rows, SET, simulated=False)
    assert found["heart_slowing"] == {"of": 3, "with": 2}
    helps = WhatHelps(HelpsSettings()).told(
        [row | {"ways_back": [], "step": "a"} for row in rows], simulated=False
    )
    assert helps["heart_slowing"] == {"of": 3, "with": 2}


@pytest.mark.parametrize("rows", [[], [{"id": "old"}]])
def test_nothing_yet(rows: list[dict[str, Any]]) -> None:
    groups = recovery_over_time(rows, SET, simulated=False)["groups"]
    assert [g["why"] for g in groups] == ["too_few"] * 4
