"""A seeded share of what comes from outside, and all that once broke in."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.faults import hostile, hostile_files, hostile_records
from tests.faults.campaign import Order
from tests.faults.hostile_files import FILES
from tests.faults.hostile_records import RECORDS, harmless

TARGETS = RECORDS | FILES
ONCE = sorted(path for path in hostile.CORPUS.rglob("*") if path.is_file())


def test_nothing_from_outside_breaks_in() -> None:
    outcome = hostile.run(Order(count=400, seed=3))
    assert outcome.failures == []
    assert outcome.counts["kept"] > 60
    assert outcome.counts["refused"] > 60


@pytest.mark.parametrize("path", ONCE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_broke_in_does_not_any_more(path: Path) -> None:
    TARGETS[path.parent.name].take(path.read_bytes())


def test_what_once_broke_in_is_kept() -> None:
    assert {path.parent.name for path in ONCE} <= set(TARGETS)
    assert all(path.stat().st_size < 100_000 for path in ONCE)


@pytest.mark.parametrize("name", TARGETS)
def test_a_sample_is_taken_before_it_is_spoilt(name: str) -> None:
    """Of each target at least one, so that a refusal in the campaign tells something."""
    target = TARGETS[name]
    sealed = name in ("bundle", "reply")
    assert any(target.take(harmless(data) if sealed else data) for data in target.samples())


def test_the_same_seed_spoils_the_same_way() -> None:
    def some(seed: int) -> list[bytes]:
        dice = random.Random(seed)
        files = [target for name, target in FILES.items() if name not in ("vault", "certificate")]
        return [t.spoil(t.samples()[0], dice) for t in files for _ in range(20)]

    assert some(1) == some(1) != some(2)


def test_it_notices_what_breaks_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A vault that is believed, and a record whose sessions are folded as they come."""
    monkeypatch.setattr(hostile, "kept_in", lambda: tmp_path)
    monkeypatch.setattr(hostile_files, "from_text", json.loads)
    monkeypatch.setattr(hostile_records, "taken_whole", _gullible)
    found = [
        hostile._try((f"{name}/{seed}", 60)).failures
        for name, seed in (("a", 1), ("b", 2), ("c", 3))
    ]
    lines = [line for some in found for line in some]
    assert any(line.startswith("vault, ") for line in lines)
    assert {path.name for path in tmp_path.iterdir()} >= {"vault"}


def _gullible(journal: object, lines: list[str]) -> None:
    raise KeyError(lines[0])
