"""docs/exports.md names every format, and the tables that there are."""

from __future__ import annotations

from pathlib import Path

from biocoach.cli.taking_out import FORMATS
from biocoach.review.exporting.edf import NONE, START_PARTS, TEXT_BYTES
from biocoach.review.exporting.fhir_codes import KNOWN

PAGE = (Path(__file__).parents[1] / "docs/exports.md").read_text(encoding="utf-8")


def test_every_format_has_its_row_and_no_other() -> None:
    rows = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert rows == list(FORMATS)


def test_its_figures_are_the_program_s() -> None:
    assert f"{NONE}" in PAGE
    assert f"1/{START_PARTS} s" in PAGE
    assert f"{TEXT_BYTES} bytes" in PAGE
    assert all(code in PAGE for _, code, _ in KNOWN.values())
