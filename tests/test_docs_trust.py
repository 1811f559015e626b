"""The page on trust names every campaign and no other, and each test that it leans on is there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.faults.__main__ import CAMPAIGNS

ROOT = Path(__file__).parents[1]
TRUST = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:-1] for line in TRUST.splitlines() if line.startswith("| ")]
NAMES = re.compile(r"`([a-z0-9-]+)`")


def named() -> set[str]:
    """In the columns of campaigns and tests, not in the words beside them."""
    return {name for row in ROWS for name in NAMES.findall(row[1])}


def test_every_campaign_is_told_of() -> None:
    assert set(CAMPAIGNS) - named() == set()


def test_nothing_is_told_of_that_is_none() -> None:
    if sys.platform == "linux":
        assert named() - set(CAMPAIGNS) == set()


def test_each_test_is_there() -> None:
    found = re.findall(r"`(tests/[\w./]+)`", TRUST)
    assert len(found) > 20
    assert [path for path in found if not (ROOT / path).exists()] == []


def test_each_promise_has_a_dated_figure() -> None:
    promises = [row for row in ROWS if len(row) == 3 and "---" not in row[1]][1:]
    assert len(promises) > 20
    bare = [row[1] for row in promises if not re.search(r"\d{4}-\d\d-\d\d|an earlier tree", row[2])]
    assert bare == []
