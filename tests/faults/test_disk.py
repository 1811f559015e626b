"""A small seeded share of the disks that refuse, and that the campaign notices."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked and traced", allow_module_level=True)

from biocoach.backlog import Backlog
from biocoach.cli.screen import Screen
from biocoach.store import Trouble, erasing, errors, reserve
from tests.faults.durable import disk, image, refusals
from tests.faults.durable.bad_disks import WAYS
from tests.faults.durable.bad_times import live_through, start_read_only
from tests.faults.durable.tracing import why_not
from tests.store.support import KEY

TRACED = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is strace")
MOUNTED = pytest.mark.skipif(bool(image.why_not()), reason=image.why_not() or "it may mount")
LIMITED = WAYS["file size limit"]


@pytest.mark.parametrize("name", WAYS)
def test_a_session_on_a_disk_that_stops_to_take(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    if why := way.why_not():
        pytest.skip(why)
    assert live_through(way, tmp_path.resolve(), KEY, "share") == []


@MOUNTED
def test_a_start_on_a_read_only_disk(tmp_path: Path) -> None:
    assert start_read_only(tmp_path, KEY) == []


@TRACED
def test_a_share_of_the_single_refusals() -> None:
    found = disk.refusals("share", 12)
    assert found.failures == []
    assert found.counts["of them told"] > 0


# ---- what the campaign notices


def test_a_page_that_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Screen, "recording", lambda _self, _ok, _why: None)
    assert live_through(LIMITED, tmp_path, KEY, "proof") == ["the page was told []"]


def test_what_waits_and_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep_little(self: Backlog, steps: list[object]) -> None:
        keep(self, steps)  # type: ignore[arg-type]
        del self.entries[3:]

    keep = Backlog.keep
    monkeypatch.setattr(Backlog, "keep", keep_little)
    found = live_through(LIMITED, tmp_path, KEY, "proof")
    assert any("acknowledged entries are lost" in why for why in found)


def test_words_that_are_not_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    understood = [pair for pair in errors._MESSAGES if pair[1] is not Trouble.IO]
    monkeypatch.setattr(errors, "_MESSAGES", tuple(understood))
    found = live_through(LIMITED, tmp_path, KEY, "proof")
    assert "it ended with 1" in found


@MOUNTED
def test_a_full_disk_without_room_kept_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "RESERVE_BYTES", 1)
    found = live_through(WAYS["full tmpfs"], tmp_path, KEY, "proof")
    assert any("not erased on a full disk" in why for why in found)


@TRACED
def test_what_is_done_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = refusals.Bench(tmp_path, KEY)
    twice = dict(refusals.STEPS)
    twice["append"] = lambda journal: (refusals.STEPS["end"](journal), steps["append"](journal))
    steps = dict(refusals.STEPS)
    monkeypatch.setattr(refusals, "STEPS", twice)
    found = bench.try_(refusals.Refusal(call="fsync", error="EIO", number=1))
    assert any("not what it would have been" in why for why in found)


def test_bits_are_small_beside_the_room() -> None:
    """A line takes a page at the worst, and its index another."""
    assert erasing.BIT * 2 * 4096 < reserve.RESERVE_BYTES
