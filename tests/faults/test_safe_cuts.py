"""A small seeded share of the cuts while a record is kept safe, and proof that they would show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked and traced", allow_module_level=True)

from biocoach.store import days, restoring
from tests.faults.durable.safe_cuts import cut
from tests.faults.durable.tracing import why_not

if why_not():
    pytest.skip(why_not(), allow_module_level=True)


@pytest.mark.parametrize("name", ["restore", "the day's backup again", "erase"])
def test_a_share_of_the_cuts(name: str, tmp_path: Path) -> None:
    assert cut(tmp_path, name, "share", 6).failures == []


def mere_renames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_move", Path.rename)


def the_word_is_not_synced(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the backups of before have to go."""
    monkeypatch.setattr(days, "sync_folder", lambda _folder: None)


@pytest.mark.parametrize(
    ("left_out", "name", "count"),
    [(mere_renames, "restore", 30), (the_word_is_not_synced, "erase", 12)],
)
def test_it_would_notice(
    monkeypatch: pytest.MonkeyPatch,
    left_out: Callable[[pytest.MonkeyPatch], None],
    name: str,
    count: int,
    tmp_path: Path,
) -> None:
    left_out(monkeypatch)
    assert cut(tmp_path, name, "proof", count).failures
