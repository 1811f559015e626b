"""The numbers: parts add up over any days, and nothing is said of what is not known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.packet.document import SCHEMA, packet
from biocoach.review.packet.first import CELLS
from biocoach.review.packet.material import Span, span_of
from biocoach.review.recovery_over_time import recovery_over_time
from biocoach.review.thin import thinned
from biocoach.settings import PACKET, LearningSettings
from tests.review.packet.support import ALL, LAST, START, empty, hostile, material, of_days
from tests.strategies import PROVEN

Json = dict[str, Any]
DAYS = st.integers(0, ALL.days - 1)


def test_it_is_plain_json_and_the_same_each_time() -> None:
    one = packet(material())
    assert one["schema"] == SCHEMA
    text = json.dumps(one, allow_nan=False)
    assert json.loads(text) == json.loads(json.dumps(packet(material()), allow_nan=False))
    assert len(one["sessions"]) == len(material().sessions(ALL)) >= 5


@given(DAYS, DAYS)
@PROVEN
def test_over_any_days_the_parts_add_up(first: int, last: int) -> None:
    since, until = sorted((first, last))
    start = START.date()
    made = of_days(start + timedelta(days=since), start + timedelta(days=until))
    found = packet(made)
    rows = made.rows(made.span)
    steps, grid, urges = found["steps"], found["grid"], found["urges"]
    assert steps["planned"] == len(rows) == found["read_first"]["sessions"] == grid["n"]
    assert steps["stayed"] + steps["not_stayed"] + steps["unknown"] == steps["planned"]
    assert sum(steps["came"].values()) == steps["planned"]
    assert sorted(CELLS) == sorted(grid["cells"])
    names = [name for cell in grid["cells"].values() for name in cell]
    assert sorted(names) == sorted(row.session for row in rows)  # each once
    assert sum(grid["why"].values()) == len(grid["cells"]["unknown"])
    assert sum(urges["beyond_plan"].values()) == len(rows)
    expected = steps["expected"]
    assert expected["fell"] + expected["rose"] <= expected["n"] <= len(rows)
    assert (expected["before_pct"] is None) is (expected["n"] == 0)
    own = [s for s in made.summaries if s["id"] in {page["id"] for page in found["sessions"]}]
    _same_ways(found["way_back"]["groups"], own)


def _same_ways(groups: list[Json], summaries: list[Json]) -> None:
    known = recovery_over_time(summaries, LearningSettings(), simulated=True)["groups"]
    for one, other in zip(groups, known, strict=True):
        assert {key: one[key] for key in other} == other
        assert one["up_s"]["n"] <= one["n"]
        if one["n"] < LearningSettings().halves_min:
            assert one["why"] == "too_few"
            assert one["median_s"] is one["up_s"]["median"] is one["high_bpm"]["median"] is None


def test_of_nothing_no_number_is_made() -> None:
    found = packet(empty())
    assert found["sessions"] == []
    assert found["urges"]["urges"] is None
    assert found["urges"]["act_share"] is None
    assert found["steps"]["expected"]["before_pct"] is None
    assert found["moments"] == {"rated": 0, "hardest": None, "borne": None, "bodies": []}
    assert found["foot"]["coverage"] == {"median": None, "least": None}
    assert all(one["median_s"] is None for one in found["way_back"]["groups"])


def test_real_and_simulated_are_never_together() -> None:
    found = packet(replace(material(), simulated=False))
    assert all(one["n"] == 0 for one in found["way_back"]["groups"])


def test_a_session_that_was_not_read_is_unknown_and_not_calm() -> None:
    """Its rows leave the figures; how many they are is told."""
    whole = material()
    lost = whole.sessions(ALL)[0]["id"]
    found = packet(replace(whole, read=lambda name: None if name == lost else whole.read(name)))
    assert found["unreadable"] == 1
    assert lost not in {page["id"] for page in found["sessions"]}


@pytest.mark.parametrize(("read_apart", "cell"), [(0.7, "unknown"), (0.9, "not")])
def test_a_heart_that_was_not_read_did_not_stay_low(read_apart: float, cell: str) -> None:
    whole = material()

    def read(name: str) -> Any:
        found = whole.read(name)
        assert found is not None
        told = found.told
        return replace(found, told=told | {"activations": [], "read_apart": read_apart})

    cells = packet(replace(whole, read=read))["grid"]["cells"]
    assert cells["high_rose"] == cells["low_rose"] == []
    said = [name for name, found in cells.items() if found and name not in ("away", "unknown")]
    assert bool(said) is (cell == "not")


def test_far_away_is_kept_apart_whatever_the_heart_did() -> None:
    whole = material()
    summaries = [
        s | {"practised": s["practised"] | {"away": True}} if s.get("practised") else s
        for s in whole.summaries
    ]
    cells = packet(replace(whole, summaries=summaries))["grid"]["cells"]
    assert {name for name, found in cells.items() if found} == {"away"}


def test_check_ins_that_are_missing_are_told_as_missing() -> None:
    whole = material()
    summaries = [
        s | {"practised": s["practised"] | {"hard": True}} if s.get("practised") else s
        for s in whole.summaries
    ]
    hard = replace(whole, summaries=summaries)
    none = packet(hard)["read_first"]["check_ins"]
    assert (none["recorded"], none["could_tell"]) == (0, len(hard.rows(ALL)))
    first, second = (row.session for row in hard.rows(ALL)[:2])
    said = {"session": first, "presence": "here", "suds": 20, "words": "", "date": "2026-01-07"}
    skipped = {"session": second, "presence": None, "suds": None, "words": "", "date": ""}
    told = packet(replace(hard, check_ins=[said, skipped]))["read_first"]["check_ins"]
    assert (told["recorded"], told["skipped"]) == (1, 1)


def test_the_best_borne_is_another_than_the_hardest_and_was_borne() -> None:
    found = packet(material())["moments"]
    assert found["hardest"]["distress"] >= found["borne"]["distress"]
    assert found["hardest"] != found["borne"]
    assert found["borne"]["borne"] is True


def test_the_work_can_be_ended_after_any_session() -> None:
    seen = []

    def tell(done: int, of: int) -> None:
        seen.append((done, of))
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        packet(material(), tell)
    assert [done for done, _ in seen] == [0, 1, 2]


def test_the_days_are_the_last_four_weeks_beside_the_four_before() -> None:
    today = date(2026, 3, 29)
    span = span_of(None, None, today)
    assert span == Span(since=date(2026, 3, 2), until=today)
    assert span.before == Span(since=date(2026, 2, 2), until=date(2026, 3, 1))
    assert span_of(today, today - timedelta(days=1), today) is None
    one = span_of(today, today, today)
    assert one is not None
    assert (one.days, one.before.days) == (1, 1)
    assert not one.holds("")


@given(st.lists(st.none() | st.floats(40, 200), min_size=0, max_size=3000))
@PROVEN
def test_a_gap_stays_a_gap_in_the_chart(rates: list[float | None]) -> None:
    n = len(rates)
    column = dict.fromkeys(("hr_bpm", "lo_bpm", "hi_bpm", "movement_mg"), rates)
    found = thinned({"t_s": list(range(n)), **column}, PACKET.chart_points)
    assert len(found["t_s"]) <= PACKET.chart_points
    for at, value in zip(found["t_s"], found["hr_bpm"], strict=True):
        here = rates[at : at + found["every_s"]]
        known = [rate for rate in here if rate is not None]
        assert (value is None) is (2 * len(known) <= len(here))
        if value is not None:
            assert min(known) - 0.06 <= value <= max(known) + 0.06


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def test_the_worst_that_can_be_written_stays_data() -> None:
    assert any("#eval" in text for text in strings(packet(hostile())))
    assert LAST.date() == ALL.until
