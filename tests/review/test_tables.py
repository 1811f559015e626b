"""Numbers in text: separators, decimal commas, and what could mean two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review import filetimes, tables
from biocoach.types import Intervals, Refusal
from tests.review.support import (
    HEART,
    Look,
    folded,
    good,
    refused,
    rr_of,
    table,
    times_s,
    with_pairs,
)
from tests.strategies import proven


def test_a_semicolon_table_is_read_by_its_header(imported: Look) -> None:
    rows = [
        (str(v).replace(".", ","), f"{t:.3f}") for v, t in zip(HEART, times_s(150), strict=True)
    ]
    found = imported(table("rr_ms;t_s", rows, by=";"))
    assert good(found).kind == "csv"
    assert rr_of(found) == HEART
    assert len(folded(found).gaps) == 1
    found = imported(table("rr_ms;t", rows, by=";"))
    assert rr_of(found) == HEART
    assert folded(found).gaps == []
    found = imported(table('"t_s"\t"rr_ms"', [(t, v) for v, t in rows], by="\t"))
    assert rr_of(found) == HEART


COMMAS = {
    "ms": "".join(f"{v}\n" for v in HEART),
    "seconds": "".join(f"{v / 1000:.4f}\n" for v in HEART),
    "a table": "rr_ms\n" + "".join(f"{v}\n" for v in HEART),
    "pairs": with_pairs(times_s()),
    "pairs with semicolons": with_pairs(times_s()).replace(" ", ";"),
    "pairs with tabs": with_pairs(times_s()).replace(" ", "\t"),
}


@pytest.mark.parametrize("name", COMMAS)
def test_a_decimal_comma_is_a_decimal_point(imported: Look, name: str) -> None:
    found = imported(COMMAS[name].replace(".", ","))
    assert good(found).kind == good(imported(COMMAS[name])).kind
    assert rr_of(found) == pytest.approx(HEART)


@pytest.mark.parametrize("by", [",", ", ", ";", "; ", "\t", " "])
@pytest.mark.parametrize("unit", [1.0, 1000.0])
def test_a_comma_between_time_and_interval_stays_one(imported: Look, by: str, unit: float) -> None:
    rows = zip(times_s(hole_at=150), HEART, strict=True)
    found = imported("".join(f"{t:.3f}{by}{v * unit / 1000:.4f}\n" for t, v in rows))
    assert good(found).kind == "time-rr"
    assert rr_of(found) == pytest.approx(HEART)
    assert len(folded(found).gaps) == 1


def test_whole_seconds_and_whole_milliseconds_with_a_comma_between(imported: Look) -> None:
    rows = zip(times_s(hole_at=150), HEART, strict=True)
    found = imported("".join(f"{int(t)},{v:.0f}\n" for t, v in rows))
    assert good(found).kind == "time-rr"
    assert rr_of(found) == [round(v) for v in HEART]


AMBIGUOUS = {
    "points too": "1.012,5\n1.030,5\n1.095,0\n",
    "either": "0,812\n1,830\n2,795\n3,842\n",
    "thousands": "rr_ms;t_s\n1,012;1\n998,5;2\n1,003;3\n",
    "more columns": "rr_ms,t_s\n812,5,0,8\n830,2,1,6\n795,0,2,4\n",
    "three": "0,5,0,812\n1,3,0,830\n2,1,0,795\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_could_mean_two_things_is_refused(imported: Look, name: str) -> None:
    refused(imported(AMBIGUOUS[name]))


def test_a_column_rr_ms_that_holds_seconds_is_read_and_said(imported: Look) -> None:
    found = good(imported("rr_ms\n" + "0.8\n" * 50))
    assert rr_of(found) == [800.0] * 50
    assert [p.line for p in found.problems] == [0]
    assert "seconds" in found.problems[0].why


def test_a_quote_that_is_never_closed_costs_its_own_line(imported: Look) -> None:
    rows = ["rr_ms,note", *(f"{v},ok" for v in HEART)]
    rows[10] = f'{HEART[9]},"so'
    rows[20] = '"oops,ok'
    found = good(imported("\n".join(rows)))
    assert [p.line for p in found.problems] == [21]
    assert rr_of(found) == HEART[:19] + HEART[20:]


def test_a_long_preface_does_not_hide_the_header(imported: Look) -> None:
    rows = [f"{v},{t:.3f}" for v, t in zip(HEART, times_s(), strict=True)]
    found = good(imported("\n".join(["# a long story"] * 500 + ["rr_ms,t_s", *rows])))
    assert found.kind == "csv"
    assert rr_of(found) == HEART


NUMBERS = st.one_of(
    st.floats(allow_nan=True).map(repr),
    st.integers(-(10**15), 10**15).map(str),
    st.sampled_from(
        ["812", "812,5", "0.8", "0,8", "1.012,5", "", "rr_ms", "t_s", "arrival_s", '"']
    ),
)
TABLES = st.builds(
    lambda head, by, rows: "\n".join([*head, *(by.join(row) for row in rows)]),
    st.sampled_from([(), ("rr_ms",), ("t_s,rr_ms",), ("rr_ms;arrival_s",), ("# x", "t_s\trr_ms")]),
    st.sampled_from([",", ";", "\t", " ", ", "]),
    st.lists(st.lists(NUMBERS, max_size=3), max_size=30),
)


@given(st.one_of(TABLES, st.text()))
@proven(400)
def test_whatever_a_text_holds_it_is_read_or_refused_in_a_line(text: str) -> None:
    rows = tables.read(text)
    if isinstance(rows, Refusal):
        assert rows.why
        assert "\n" not in rows.why
        return
    assert len(rows.rr_ms) == len(rows.times) == len(rows.lines)
    assert all(v > 0 for v in rows.rr_ms)
    if rows.timed and rows.rr_ms:
        inputs, _ = filetimes.stamped(rows)
        told = [v for _, body in inputs if isinstance(body, Intervals) for v in body.rr_ms]
        assert told == rows.rr_ms
        stamps = [at_s for at_s, _ in inputs]
        assert stamps == sorted(stamps)
        assert stamps[0] >= 0
