"""The cost of a strap's word: every word comes to the page, and is in the journal by then."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from biocoach.cli import word_told
from biocoach.clock import SystemClock
from biocoach.store import Key, open_store
from biocoach.types import Reading


def test_each_word_is_timed_and_kept(tmp_path: Path) -> None:
    took_s = asyncio.run(word_told.told_s(tmp_path, 6, SystemClock()))
    assert len(took_s) == 6
    journal = open_store(tmp_path, Key(word_told.KEY), writer="bench", clock=SystemClock())
    kept = [e.body for e in journal.read("bench") if isinstance(e.body, Reading)]
    journal.close()
    assert len(kept) == 6 + word_told.WARM


def test_p95_by_hand() -> None:
    assert word_told.p95([float(n) for n in range(1, 101)]) == 95
    assert word_told.p95([3.0]) == 3.0


def test_what_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    word_told.main(["3"])
    cost = json.loads(capsys.readouterr().out)
    assert cost["count"] == 3
    assert cost["took_s"] > 0
    assert cost["beside_s"] > 0
