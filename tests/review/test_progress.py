"""Weeks of practice: recomputed here from the same summaries, by other means."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.review.progress import Asked, progress
from biocoach.settings import LearningSettings
from biocoach.types import Support
from tests.strategies import PROVEN

Json = dict[str, Any]
TODAY = date(2026, 6, 30)
NEEDED = LearningSettings().halves_min
LADDERS = (
    Ladder(id="l1", title="Away", steps=tuple(LadderStep(id=i, title=i.upper()) for i in "abc")),
    Ladder(id="l2", title="Alone", steps=(LadderStep(id="a", title="Another A"),)),
)
KINDS = [(where, used) for where in ("apart", "after_reunion") for used in (False, True)]


def way(half_s: float | None = 60.0, seen_s: float = 300.0, **more: Any) -> Json:
    kind = {"where": "apart", "used": False, "left_out": ""}
    return {"half_s": half_s, "seen_s": seen_s, "censored": half_s is None} | kind | more


def lived(
    name: str, day: str = "2026-06-01", ladder: str = "l1", step: str = "a",
    support: Support = Support.REGULATE, *ways: Json, **more: Any,
) -> Json:  # fmt: skip
    row = Practised(session=name, day=day, ladder=ladder, step=step, support=support, **more)
    return {
        "id": name, "started_utc": f"{day or '2020-01-01'}T12:00:00.000Z", "support": support.value,
        "step_title": f"{ladder}{step}", "practised": row.told(), "ways_back": list(ways),
    }  # fmt: skip


def told(summaries: list[Json], asked: Asked | None = None, ladders: Any = LADDERS) -> Json:
    return progress(summaries, ladders, asked or Asked(), TODAY, LearningSettings())


def group(found: Json, where: str = "apart", *, used: bool = False) -> Json:
    rows = [g for g in found["groups"] if (g["where"], g["used"]) == (where, used)]
    assert len(rows) == 1
    return dict(rows[0])


# ---- by hand


def test_medicine_that_slows_the_heart_is_counted_over_the_sessions_that_are_shown() -> None:
    rows = [
        lived(f"s{n}", f"2026-06-0{n}") | {"heart_slowing": n > 2} for n in range(1, 6)
    ]  # fmt: skip
    assert told(rows)["heart_slowing"] == {"of": 5, "with": 3}
    assert told(rows, Asked(until="2026-06-03"))["heart_slowing"] == {"of": 3, "with": 1}
    assert told(rows, Asked(until="2026-06-02"))["heart_slowing"] == {"of": 2, "with": 0}


def test_a_step_has_a_middle_once_there_are_enough_of_its_own_kind() -> None:
    rows = [
        lived(f"s{n}", "2026-06-01", "l1", "a", Support.REGULATE, way(10.0 * n))
        for n in range(1, 6)
    ]
    (step,) = group(told(rows))["steps"]
    assert (step["n"], step["median_s"], step["why"]) == (5, None, "too_few")
    rows.append(lived("s6", "2026-06-09", "l1", "a", Support.REGULATE, way(None, 200.0)))
    (step,) = group(told(rows))["steps"]
    assert (step["n"], step["not_by_end"], step["median_s"], step["why"]) == (6, 1, 30.0, "")
    assert step["low_s"] <= 30.0
    assert [(w["week"], w["n"], w["why"]) for w in step["weeks"]] == [
        ("2026-06-01", 5, "too_few"), ("2026-06-08", 1, "too_few"),
    ]  # fmt: skip


def test_what_was_cut_short_is_never_a_quick_way_back() -> None:
    rows = [
        lived(f"s{n}", "2026-06-01", "l1", "a", Support.REGULATE, way(None, 5.0)) for n in range(8)
    ]
    (step,) = group(told(rows))["steps"]
    assert (step["n"], step["not_by_end"], step["median_s"], step["why"]) == (
        8,
        8,
        None,
        "not_reached",
    )
    assert {w["half_s"] for w in step["ways"]} == {None}


def test_steps_stand_in_the_ladders_order_and_those_without_one_by_their_title() -> None:
    rows = [
        lived("s1", "2026-06-01", "", "", Support.REGULATE, way()),
        lived("s2", "2026-06-01", "l2", "a", Support.REGULATE, way()),
        lived("s3", "2026-06-02", "l1", "b", Support.REGULATE, way()),
        lived("s4", "2026-06-02", "gone", "b", Support.REGULATE, way()),
    ]
    found = told(rows)
    assert [s["title"] for s in group(found)["steps"]] == ["B", "Another A", "", "goneb"]
    assert found["loose"] == 2
    rows[0]["step_title"] = rows[3]["step_title"] = "To the shop"
    (_, _, loose) = group(told(rows))["steps"]
    assert (loose["title"], loose["n"], loose["ladder"]) == ("To the shop", 2, "")


def test_what_was_practised_before_a_step_was_made_harder_is_no_part_of_it() -> None:
    harder = replace(LADDERS[0], steps=(replace(LADDERS[0].steps[0], earlier=("s1",)),))
    rows = [
        lived("s1", "2026-06-01", "l1", "a", Support.REGULATE, way()),
        lived("s2", "2026-06-02", "l1", "a", Support.REGULATE, way()),
    ]
    found = told(rows, ladders=(harder,))
    assert group(found)["n"] == 1
    assert found["left_out"]["earlier"] == 1
    marks = found["ladders"][0]["marks"]
    assert [(m["session"], m["first"], m["earlier"]) for m in marks] == [
        ("s1", True, True), ("s2", False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "how"),
    [
        ({"stayed": True, "beyond_plan": False}, "done"),
        ({"stayed": False, "beyond_plan": None}, "not_done"),
        ({"stayed": None, "beyond_plan": True}, "not_done"),
        ({"stayed": True, "beyond_plan": None}, "unknown"),
        ({"stayed": None, "beyond_plan": False}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_mark_says_what_is_known_and_nothing_else(row: Json, how: str) -> None:
    found = told([lived("s1", too_much=True, **row)])
    (mark,) = found["ladders"][0]["marks"]
    assert (mark["how"], mark["too_much"], mark["week"]) == (how, True, "2026-06-01")


def test_the_first_time_on_a_stair_is_the_first_at_all_not_the_first_that_is_shown() -> None:
    rows = [
        lived("s1", "2026-03-01"),
        lived("s2", "2026-06-01"),
        lived("s3", "2026-06-02", step="b"),
    ]
    (stairs, _) = told(rows, Asked(since="2026-05-01"))["ladders"]
    assert [step["first_day"] for step in stairs["steps"]] == ["2026-03-01", "2026-06-02", None]
    marks = stairs["marks"]
    assert [(m["session"], m["first"]) for m in marks] == [("s2", False), ("s3", True)]


def test_what_still_runs_has_no_day_or_was_not_read_again_is_told_apart() -> None:
    old = {"id": "s4", "started_utc": "2026-01-01T12:00:00.000Z", "support": "ask"}
    found = told([lived("s1", open=True), lived("s2", ""), lived("s3"), old])
    assert [m["session"] for m in found["ladders"][0]["marks"]] == ["s3"]
    assert (found["left_out"]["undated"], found["unread"]) == (1, 1)


def test_weeks_go_without_a_hole_from_what_was_asked_for_to_its_end() -> None:
    rows = [lived("s1", "2026-05-05"), lived("s2", "2026-06-24")]
    assert told(rows)["weeks"][:2] == ["2026-05-04", "2026-05-11"]
    assert told(rows)["weeks"][-1] == "2026-06-29"
    assert len(told(rows)["weeks"]) == 9
    some = told(rows, Asked(since="2026-04-01", until="2026-05-31"))
    assert (some["weeks"][0], some["weeks"][-1], some["first_day"]) == (
        "2026-03-30", "2026-05-25", "2026-05-05",
    )  # fmt: skip
    assert told([])["weeks"] == []
    assert told(rows, Asked(since="2026-06-01", until="2026-05-01"))["weeks"] == []


def test_what_a_clock_that_was_wrong_put_beyond_today_has_a_week_too() -> None:
    rows = [lived("s1", "2026-06-30"), lived("s2", "2026-07-20", "l1", "a", Support.ASK, way())]
    assert told(rows)["weeks"][-1] == "2026-07-20"
    assert told(rows, Asked(until="2026-07-04"))["weeks"][-1] == "2026-06-29"
    assert told(rows, Asked(until="2030-01-01"))["weeks"][-1] == "2026-07-20"


def test_a_step_that_was_put_away_is_named_where_it_was_asked_for() -> None:
    steps = (replace(LADDERS[0].steps[0], put_away=True), *LADDERS[0].steps[1:])
    ladders = (replace(LADDERS[0], steps=steps),)
    rows = [lived("s1", "2026-01-05")]
    asked = Asked(since="2026-06-01", ladder="l1", step="a")
    for one, there in ((asked, True), (replace(asked, step="b"), False)):
        (stairs,) = told(rows, one, ladders)["ladders"]
        assert any(one["put_away"] for one in stairs["steps"]) is there


def test_a_step_that_was_put_away_keeps_its_stair_where_it_was_practised() -> None:
    steps = tuple(replace(step, put_away=True) for step in LADDERS[0].steps)
    found = told([lived("s1", step="b")], ladders=(replace(LADDERS[0], steps=steps),))
    assert found["ladders"][0]["steps"] == [
        {"id": "b", "title": "B", "put_away": True, "first_day": "2026-06-01"}
    ]


# ---- over drawn records

days = st.dates(date(2026, 1, 1), TODAY).map(lambda day: day.isoformat())
ways = st.builds(
    lambda half, seen, where, used, out: way(half, seen, where=where, used=used, left_out=out),
    st.none() | st.floats(1, 900), st.floats(0, 1800),
    st.sampled_from(["apart", "after_reunion"]), st.booleans(),
    st.sampled_from(["", "", "", "", "away", "not_told"]),
)  # fmt: skip
maybe = st.none() | st.booleans()
sessions = st.builds(
    lambda day, ladder, step, support, ways, stayed, beyond, much: (
        (day, ladder, step, support, *ways),
        {"stayed": stayed, "beyond_plan": beyond, "too_much": much},
    ),
    days | st.just(""), st.sampled_from(["l1", "l1", "l2", "", "gone"]), st.sampled_from("aab"),
    st.sampled_from(list(Support)), st.lists(ways, max_size=5), maybe, maybe, st.booleans(),
)  # fmt: skip
records = st.lists(sessions, max_size=30).map(
    lambda drawn: [lived(f"s{n}", *one, **more) for n, (one, more) in enumerate(drawn)]
)
asks = st.builds(
    Asked, since=st.just("") | days, until=st.just("") | days,
    ladder=st.sampled_from(["", "", "l1", "l2"]), step=st.sampled_from(["", "", "a", "b"]),
    support=st.sampled_from(["", "", "regulate", "observe"]),
)  # fmt: skip
KNOWN = {("l1", "a"), ("l1", "b"), ("l1", "c"), ("l2", "a")}


def place(row: Json) -> tuple[str, str]:
    at = (row["practised"]["ladder"], row["practised"]["step"])
    return at if at in KNOWN else ("", "")


def in_it(row: Json, asked: Asked) -> bool:
    day = row["practised"]["day"]
    if day == "" or (asked.since and day < asked.since) or (asked.until and day > asked.until):
        return False
    ladder, step = place(row)
    wanted = [(asked.ladder, ladder), (asked.step, step), (asked.support, row["support"])]
    return all(ask in ("", has) for ask, has in wanted)


def half_left(ways: list[Json]) -> float | None:
    """The product-limit estimate, straight from its definition (Kaplan & Meier 1958)."""
    left = 1.0
    for at_s in sorted({w["half_s"] for w in ways if w["half_s"] is not None}):
        lengths = [w["seen_s"] if w["half_s"] is None else w["half_s"] for w in ways]
        left *= 1 - sum(w["half_s"] == at_s for w in ways) / sum(one >= at_s for one in lengths)
        if left <= 0.5 + 1e-9:
            return float(at_s)
    return None


@given(rows=records, asked=asks)
@PROVEN
def test_each_way_back_is_in_one_group_and_step_alone_and_its_middle_is_its_own(
    rows: list[Json], asked: Asked
) -> None:
    found = told(rows, asked)
    chosen = [row for row in rows if in_it(row, asked)]
    counted: Counter[Any] = Counter()
    for where, used in KINDS:
        own = group(found, where, used=used)
        for step in own["steps"]:
            raw = [
                w | {"session": row["id"]}
                for row in chosen
                for w in row["ways_back"]
                if not w["left_out"] and (w["where"], w["used"]) == (where, used)
                and place(row) == (step["ladder"], step["step"])
                and (step["ladder"] or row["step_title"] == step["title"])
            ]  # fmt: skip
            told_ways = [(w["session"], w["half_s"], w["seen_s"]) for w in step["ways"]]
            mine = [(w["session"], w["half_s"], w["seen_s"]) for w in raw]
            assert Counter(told_ways) == Counter(mine)
            assert step["not_by_end"] == sum(w["half_s"] is None for w in raw)
            assert step["median_s"] == (half_left(raw) if len(raw) >= NEEDED else None)
            assert (step["why"] == "too_few") == (len(raw) < NEEDED)
            assert sum(week["n"] for week in step["weeks"]) == step["n"] == len(raw)
            counted.update(told_ways)
        assert own["n"] == sum(step["n"] for step in own["steps"])
    every = [w for row in chosen for w in row["ways_back"]]
    assert sum(counted.values()) == sum(not w["left_out"] for w in every)
    for why in ("away", "not_told"):
        assert found["left_out"][why] == sum(w["left_out"] == why for w in every)


@given(rows=records, asked=asks)
@PROVEN
def test_each_practised_session_is_one_mark_on_its_own_stair(
    rows: list[Json], asked: Asked
) -> None:
    found = told(rows, asked)
    for ladder in found["ladders"]:
        mine = [r for r in rows if in_it(r, asked) and place(r)[0] == ladder["id"]]
        assert {m["session"] for m in ladder["marks"]} == {r["id"] for r in mine}
        assert len(ladder["marks"]) == len(mine)
        stairs = {step["id"] for step in ladder["steps"]}
        assert {m["step"] for m in ladder["marks"]} <= stairs
        firsts = Counter(m["step"] for m in ladder["marks"] if m["first"])
        assert all(n == 1 for n in firsts.values())
        for mark in ladder["marks"]:
            assert date.fromisoformat(mark["week"]).weekday() == 0
            since = date.fromisoformat(mark["day"]) - date.fromisoformat(mark["week"])
            assert timedelta() <= since < timedelta(days=7)
            assert mark["week"] in found["weeks"]
