"""One rule for the days of every command."""

from __future__ import annotations

from datetime import date

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from biocoach.cli.days import day_of_text, day_or_none


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert day_of_text("--since", day.isoformat()) == day


def test_an_option_may_be_left_out() -> None:
    assert day_or_none("--since", "") is None


ODD = [
    "20261105", "2026-W01-1", "2026-1-5", "2026-02-30", "2026-01-05 ", "2026-01-05\n", "",
    "\u0662\u0660\u0662\u0666-01-05", "1899-12-31", "2201-01-01", "0001-01-01", "9999-12-31",
    "\udcff",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_any_other_form_is_wrong_use(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        day_of_text("--until", text)
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.startswith("biocoach: --until ")
