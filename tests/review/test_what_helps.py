"""What helps me: which ways back count, for which practice, and when nothing is said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review import settling_model
from biocoach.review.settled import Effect, Settled
from biocoach.review.settling_model import effects
from biocoach.review.what_helps import WhatHelps, matched, settled
from biocoach.settings import HelpsSettings
from tests.strategies import proven

Json = dict[str, Any]
SET = replace(HelpsSettings(), draws=1000)  # enough here, and quicker


def way(half_s: float | None = 60.0, *begun: tuple[str, float], **more: Any) -> Json:
    return {
        "where": "apart",
        "half_s": half_s,
        "seen_s": 300.0,
        "amplitude_bpm": 15.0,
        "up_s": 80.0,
        "begun": [{"practice": name, "after_s": at_s} for name, at_s in begun],
        "left_out": "",
        **more,
    }


def session(*ways: Json, name: str = "s", step: str = "a", **more: Any) -> Json:
    plain = {"id": name, "step": step, "simulated": False, "suds_before": None}
    return plain | {"ways_back": list(ways)} | more


def told(*summaries: Json, simulated: bool = False, **settings: Any) -> dict[str, Json]:
    """By where: each practice's row by its name."""
    found = WhatHelps(replace(SET, **settings)).told(summaries, simulated=simulated)
    json.dumps(found, allow_nan=False)
    return {
        group["where"]: {row["practice"]: row for row in group["practices"]}
        for group in found["groups"]
    }


def life(factor: float, count: int = 120, seed: int = 1, **more: Any) -> list[Json]:
    """Sessions in turn with breathing, which changes the length by so much, and with none."""
    dice = np.random.default_rng(seed)
    return [
        session(
            way(
                round(exp(log(60) + 0.5 * dice.normal() + (log(factor) if n % 2 else 0)), 1),
                *([("breath", -20.0)] if n % 2 else []),
                **more,
            ),
            name=str(n),
        )
        for n in range(count)
    ]


# ---- which practice a way back is with


@pytest.mark.parametrize(
    ("begun", "practice", "length_s", "cut"),
    [
        ([], "", 60, False),
        ([("p", -1)], "p", 60, False),
        ([("p", 0)], "p", 60, False),
        # Begun on the way back: until then it was without.
        ([("p", 20)], "", 20, True),
        ([("p", 60)], "", 60, False),
        # Another one: until then it was with the first.
        ([("p", -5), ("q", 20)], "p", 20, True),
        ([("q", 20), ("p", -5)], "p", 20, True),
        ([("p", -5), ("p", 20)], "p", 60, False),
        ([("p", -5), ("p", 20), ("q", 30)], "p", 30, True),
        ([("p", 20), ("q", 30)], "", 20, True),
        # Two of them before: the one that ran when it began.
        ([("p", -30), ("q", -5)], "q", 60, False),
        ([("q", -5), ("p", -30)], "q", 60, False),
        ([("p", -30), ("q", -5), ("p", 10)], "q", 10, True),
    ],
)
def test_a_practice_counts_from_where_it_began(
    begun: list[tuple[str, float]], practice: str, length_s: float, cut: bool
) -> None:
    (row,) = settled([session(way(60.0, *begun))], "apart")
    assert (row.practice, row.length_s, row.cut) == (practice, length_s, cut)


@pytest.mark.parametrize(
    ("begun", "length_s"), [([], 300), ([("p", -5)], 300), ([("p", 20)], 20), ([("p", 400)], 300)]
)
def test_one_that_did_not_come_half_way_is_cut(
    begun: list[tuple[str, float]], length_s: float
) -> None:
    (row,) = settled([session(way(None, *begun))], "apart")
    assert (row.length_s, row.cut) == (length_s, True)


def test_a_way_back_is_matched_by_what_was_known_before() -> None:
    first = session(way(amplitude_bpm=20.0, up_s=55.0), name="one", step="b", suds_before=50)
    rows = settled([first, session(way(), way(amplitude_bpm=0.2, up_s=0.0), name="two")], "apart")
    assert [(row.day, row.step, row.place) for row in rows] == [
        ("one", "b", 0.0), ("two", "a", 0.5), ("two", "a", 1.0),
    ]  # fmt: skip
    assert rows[0].known == pytest.approx((log(20), log(55), 2.0))
    assert rows[1].known[2] is None
    assert rows[2].known[:2] == (0.0, 0.0)


def test_what_can_not_count_is_left_out() -> None:
    rows = [
        way(left_out="away"), way(None, left_out="not_told"), way(where="after_reunion"),
        way(amplitude_bpm=None), way(None, up_s=None), way(None, seen_s=0.0), way(30.0, ("p", 0.0)),
    ]  # fmt: skip
    assert [row.length_s for row in settled([session(*rows)], "apart")] == [30.0]


def test_half_way_at_once_is_the_quickest_of_all_and_counts() -> None:
    (row,) = settled([session(way(0.0))], "apart")
    assert (row.length_s, row.cut) == (0.0, False)


# ---- enough of both, in the same steps


def with_and_without(steps_with: Sequence[str], steps_without: Sequence[str]) -> list[Json]:
    having = [
        session(way(60.0, ("p", -5.0)), name=f"w{n}", step=s) for n, s in enumerate(steps_with)
    ]
    return having + [session(way(), name=f"o{n}", step=s) for n, s in enumerate(steps_without)]


@pytest.mark.parametrize(
    ("steps_with", "steps_without", "used", "without", "enough"),
    [
        ("a" * 8, "a" * 8, 8, 8, True),
        ("a" * 7, "a" * 8, 7, 8, False),
        ("a" * 8, "a" * 7, 8, 7, False),
        ("a" * 40, "b" * 40, 0, 0, False),  # never in a step that also has none
        ("a" * 40 + "b" * 7, "b" * 40, 7, 40, False),
        ("a" * 5 + "b" * 5, "a" * 4 + "b" * 4 + "c" * 9, 10, 8, True),
        ("a" * 40, "", 0, 0, False),
    ],
)
def test_nothing_is_said_before_there_is_enough_of_both(
    steps_with: str, steps_without: str, used: int, without: int, enough: bool
) -> None:
    summaries = with_and_without(steps_with, steps_without)
    assert matched(settled(summaries, "apart"), "p") == (used, without)
    row = told(*summaries)["apart"]["p"]
    assert (row["n"], row["used"], row["without"]) == (len(steps_with), used, without)
    assert (row["says"] != "not_enough") is enough
    assert (row["factor"] is not None) is enough


def test_each_practice_needs_enough_of_its_own() -> None:
    often = with_and_without("a" * 12, "a" * 12)
    seldom = [session(way(60.0, ("q", -5.0)), name=f"q{n}") for n in range(3)]
    rows = told(*often, *seldom)["apart"]
    assert {name: row["says"] for name, row in rows.items()} == {
        "p": "cant_tell",
        "q": "not_enough",
    }
    assert rows["q"]["factor"] is rows["q"]["low"] is rows["q"]["high"] is None


def test_they_come_by_how_often_they_were_used_whatever_they_do() -> None:
    summaries = [
        *life(0.3),
        *[session(way(60.0, ("long", -5.0)), name=f"l{n}") for n in range(70)],
        *[session(way(60.0, (name, -5.0)), name=name) for name in ("b", "a")],
    ]
    assert list(told(*summaries)["apart"]) == ["long", "breath", "a", "b"]


# ---- what is said


@pytest.mark.parametrize(
    ("factor", "says"), [(0.4, "quicker"), (1.0, "cant_tell"), (2.5, "slower")]
)
def test_it_says_what_is_so(factor: float, says: str) -> None:
    row = told(*life(factor))["apart"]["breath"]
    assert row["says"] == says
    assert row["low"] <= factor <= row["high"]
    if says == "cant_tell":
        assert row["low"] <= 1 <= row["high"]


def test_a_few_ways_back_claim_nothing_however_quick() -> None:
    assert told(*life(0.6, 16))["apart"]["breath"]["says"] == "cant_tell"


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.6, 0.99, "quicker"), (0.6, 0.996, "cant_tell"), (0.6, 1.0, "cant_tell"),
        (1.01, 1.6, "slower"), (1.004, 1.6, "cant_tell"),
    ],
)  # fmt: skip
def test_an_end_that_is_shown_as_1_is_no_claim(
    monkeypatch: pytest.MonkeyPatch, low: float, high: float, says: str
) -> None:
    end = Effect(factor=(low * high) ** 0.5, low=low, high=high, mean=0.0, deviation=0.1)
    monkeypatch.setattr(settling_model, "effects", lambda rows, settings: {"breath": end})
    row = told(*life(1.0))["apart"]["breath"]
    assert (row["says"], row["low"], row["high"]) == (says, round(low, 2), round(high, 2))


def test_apart_and_after_the_reunion_are_two_questions() -> None:
    found = told(*life(0.4), *life(2.5, where="after_reunion"))
    assert found["apart"]["breath"]["says"] == "quicker"
    assert found["after_reunion"]["breath"]["says"] == "slower"


def test_simulated_and_real_are_never_pooled() -> None:
    rows = [*life(0.4), *({**s, "simulated": True} for s in life(2.5))]
    assert told(*rows)["apart"]["breath"]["says"] == "quicker"
    assert told(*rows, simulated=True)["apart"]["breath"]["says"] == "slower"
    real, made = (WhatHelps(SET).quickness(rows, simulated=told) for told in (False, True))
    assert real["breath"][0] < 0 < made["breath"][0]


def test_what_an_earlier_version_read_waits_to_be_read_again() -> None:
    fourth = {"where": "apart", "half_s": 20.0, "seen_s": 99.0, "used": True, "left_out": ""}
    fifth = fourth | {"amplitude_bpm": 12.0, "begun": []}
    old = [session(fourth, name="4"), session(fifth, name="5"), {"id": "3", "simulated": False}]
    found = WhatHelps(SET).told([*old, session(name="none"), session(way())], simulated=False)
    assert found["unread"] == 3
    assert found["groups"][0]["without"] == 1


@pytest.mark.parametrize("summaries", [[], [session()], [session(way(None, seen_s=0.0))]])
def test_nothing_yet(summaries: list[Json]) -> None:
    found = WhatHelps(SET).told(summaries, simulated=False)
    assert found["needed"] == {"used": 8, "without": 8}
    assert [(g["where"], g["without"], g["practices"]) for g in found["groups"]] == [
        ("apart", 0, []), ("after_reunion", 0, []),
    ]  # fmt: skip
    assert WhatHelps(SET).quickness(summaries, simulated=False) == {}


# ---- for choosing by trying


def test_quickness_is_what_is_believed_of_those_that_were_used_while_apart() -> None:
    rows = [*life(0.4), *[session(way(30.0, ("reunion", -5.0), where="after_reunion"))] * 9]
    found = WhatHelps(SET).quickness(rows, simulated=False)
    assert list(found) == ["breath"]
    mean, deviation = found["breath"]
    assert mean == pytest.approx(log(0.4), abs=0.3)
    assert 0 < deviation < SET.effect_sd


def test_of_one_that_was_used_once_little_is_believed() -> None:
    ((mean, deviation),) = (
        WhatHelps(SET).quickness([session(way(10.0, ("p", -5.0)))], simulated=False).values()
    )
    assert abs(mean) < 0.1
    assert deviation == pytest.approx(SET.effect_sd, rel=0.1)


def test_the_same_ways_back_are_not_reckoned_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counting(rows: Sequence[Settled], settings: HelpsSettings) -> Any:
        asked.append(len(rows))
        return effects(rows, settings)

    monkeypatch.setattr(settling_model, "effects", counting)
    helper, rows = WhatHelps(replace(SET, draws=50)), life(0.6, 30)
    first = helper.quickness(rows, simulated=False)
    assert helper.quickness([dict(s) for s in rows], simulated=False) == first
    assert asked == [30]
    told = helper.told(rows, simulated=False)
    assert helper.told(rows, simulated=False) == told
    assert asked == [30]
    for n in range(1, 12):
        helper.quickness(rows[n:], simulated=False)
    assert asked == list(range(30, 18, -1))
    for n in (11, 8, 5):  # the newest are remembered, the oldest no more
        helper.quickness(rows[n:], simulated=False)
    assert len(asked) == 12
    helper.quickness(rows, simulated=False)
    assert len(asked) == 13


BEGUN = st.fixed_dictionaries(
    {"practice": st.sampled_from(["p", "q"]), "after_s": st.floats(-1e4, 1e4)}
)
WAYS = st.fixed_dictionaries(
    {
        "where": st.sampled_from(["apart", "after_reunion", "not_said"]),
        "half_s": st.one_of(st.none(), st.floats(0, 1e4)),
        "seen_s": st.floats(0, 1e4),
        "amplitude_bpm": st.one_of(st.none(), st.floats(-5, 200)),
        "up_s": st.one_of(st.none(), st.floats(0, 1e4)),
        "begun": st.lists(BEGUN, max_size=3),
        "left_out": st.sampled_from(["", "", "away"]),
    }
)
SESSIONS = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "step": st.sampled_from(["", "a"]),
        "simulated": st.booleans(),
        "suds_before": st.one_of(st.none(), st.integers(0, 100)),
        "ways_back": st.lists(WAYS, max_size=4),
    }
)


@given(st.lists(SESSIONS, max_size=6))
@proven(150)
def test_whatever_was_lived_it_can_be_told(summaries: list[Json]) -> None:
    found = told(*summaries, used_min=1, without_min=1, warm_up=3, draws=30)
    for rows in found.values():
        for row in rows.values():
            if row["says"] == "not_enough":
                continue
            assert 0 <= row["low"] <= row["factor"] <= row["high"]
            ends = {"quicker": row["high"] < 1, "slower": row["low"] > 1}
            assert ends.get(row["says"], row["low"] <= 1 <= row["high"])
