"""The rule about skips is itself held to."""

from __future__ import annotations

import pytest

from tests.conftest import not_allowed


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("a: Skipped: no recordings at X (../shared is missing)", False),
        ("b: Skipped: needs hardware: a Bluetooth radio", False),
        ("c: Skipped: no chromium", True),
        ("d: Skipped: ", True),
    ],
)
def test_only_two_reasons_count_in_ci(line: str, wrong: bool) -> None:
    assert bool(not_allowed([line])) == wrong
