"""A small seeded share of the power cuts, and that the campaign notices what it is there for."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked and traced", allow_module_level=True)

from biocoach.store import Journal, database
from biocoach.store import folder as folders
from tests.faults.campaign import Outcome
from tests.faults.durable import cut_deeds, cut_files
from tests.faults.durable.cut_disk import CutDisk
from tests.faults.durable.powercut import cut_sessions
from tests.faults.durable.tracing import Call, why_not
from tests.store.support import PLAIN

if why_not():
    pytest.skip(why_not(), allow_module_level=True)

Cut = Callable[[Path, str, int], Outcome]
KINDS: list[Cut] = [cut_files.cut, cut_deeds.cut, cut_sessions]


@pytest.mark.parametrize("cut", KINDS)
def test_a_share_of_the_cuts(cut: Cut, tmp_path: Path) -> None:
    assert cut(tmp_path, "share", 25).failures == []


def lazy(journal: Journal) -> None:
    journal._database.run("PRAGMA synchronous = NORMAL")


def test_the_campaign_notices_commits_that_are_not_synced(tmp_path: Path) -> None:
    found = cut_sessions(tmp_path, "proof", 40, weaken=lazy)
    assert sum("acknowledged entries are lost" in why for why in found.failures) > 10


def test_the_campaign_notices_files_that_are_not_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    found = cut_files.cut(tmp_path, "proof", 40)
    assert any("vault.json" in why for why in found.failures)
    assert any("the page's secret" in why for why in found.failures)


def test_the_campaign_notices_a_folder_whose_name_is_not_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inside_only(folder: Path) -> None:
        if (folder / folders.VAULT).exists():
            real(folder)

    real = folders.sync_folder
    monkeypatch.setattr(folders, "sync_folder", inside_only)
    found = cut_sessions(tmp_path, "first", 40)
    assert any("the way to the key is lost" in why for why in found.failures)


def test_words_that_were_taken_back_stay_away(tmp_path: Path) -> None:
    assert cut_deeds.cut_one(tmp_path, "say and take back", PLAIN, "share", 40).failures == []


def test_the_campaign_notices_words_that_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they would where the emptied write-ahead log is not synced."""
    monkeypatch.setattr(database, "_sync", lambda _path: None)
    found = cut_deeds.cut_one(tmp_path, "say and take back", PLAIN, "proof", 80)
    assert any("what was erased is back" in why for why in found.failures)


# ---- the model


def states(calls: list[Call], root: Path) -> set[bytes | None]:
    """What a file ``a`` may hold after the calls and a cut."""
    found: set[bytes | None] = set()
    for seed in range(200):
        after = root.with_name(f"after-{len(calls)}-{seed}")
        disk = CutDisk(root)
        for call in calls:
            disk.take(call)
        disk.after_cut(random.Random(seed), after)
        found.add((after / "a").read_bytes() if (after / "a").exists() else None)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "a").write_bytes(b"old")
    return tmp_path / "disk"


def call(name: str, path: Path, **more: object) -> Call:
    return Call(name=name, path=str(path), **more)  # type: ignore[arg-type]


def test_what_was_synced_is_there(root: Path) -> None:
    write = call("pwrite64", root / "a", data=b"new", number=0)
    assert states([write], root) == {b"old", b"new"}
    assert states([write, call("fsync", root / "a")], root) == {b"new"}


def test_each_sector_of_a_write_is_there_or_not(root: Path) -> None:
    write = call("pwrite64", root / "a", data=b"n" * 1024, number=0)
    found = states([write], root)
    assert {b"old", b"n" * 1024, b"n" * 512} <= found
    assert b"old" + bytes(509) + b"n" * 512 in found
    assert b"n" * 512 + bytes(512) in found  # the length without the data


def test_a_new_length_may_not_be_there(root: Path) -> None:
    assert states([call("ftruncate", root / "a", number=1)], root) == {b"old", b"o"}


def test_a_rename_is_sure_once_its_folder_is_synced(root: Path) -> None:
    calls = [
        call("openat", root / "a.new", flags="O_WRONLY|O_CREAT|O_EXCL"),
        call("write", root / "a.new", data=b"new", number=-1),
        call("fsync", root / "a.new"),
        call("rename", root / "a.new", to=str(root / "a")),
    ]
    assert states(calls, root) == {b"old", b"new"}
    assert states([*calls, call("fsync", root)], root) == {b"new"}


def test_a_name_that_was_taken_away_may_be_there_still(root: Path) -> None:
    calls = [call("unlink", root / "a")]
    assert states(calls, root) == {b"old", None}
    assert states([*calls, call("fsync", root)], root) == {None}
