"""A small seeded share of the power cuts, and that the campaign notices what it is there for."""

from __future__ import annotations

import os
import random
import shutil
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
from tests.faults.durable.children import Say
from tests.faults.durable.cut_nodes import write_out
from tests.faults.durable.powercut import cut_sessions
from tests.faults.durable.recorded_cuts import Recording
from tests.faults.durable.tracing import why_not
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


def test_what_is_traced_is_what_was_done(tmp_path: Path) -> None:
    """Every kind of call, as the system makes it; where all came through, all is as it is."""
    root = tmp_path / "disk"
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / name).write_bytes(name.encode() * 9)

    def work(say: Say) -> None:
        _do_all_kinds(root)
        say("done")

    found = Recording(root, work)
    for call in found.calls:
        if call.name != "sendto":
            found.disk.take(call)
    write_out(found.disk._top, tmp_path / "after", random.Random(1), 1.0)
    assert seen(tmp_path / "after") == seen(root)
    assert {"link", "rename", "unlink", "rmdir", "write"} <= {call.name for call in found.calls}
    assert {call.number for call in found.calls if call.name == "write"} >= {-1, 0, 4}


def _do_all_kinds(root: Path) -> None:
    with (root / "a").open("r+b") as file:  # over what is there, and from its middle
        file.write(b"xx")
        file.seek(4)
        file.write(b"yy")
    with (root / "b").open("ab") as file:
        file.write(b"zz")
    os.link(root / "a", root / "second")
    os.link(root / "a", root / "third", follow_symlinks=False)
    (root / "f" / "g").mkdir(parents=True)
    (root / "f" / "g" / "x").write_bytes(b"1")
    (root / "f").rename(root / "F")
    (root / "third").rename(root / "F" / "third")
    shutil.copytree(root / "F", root / "copy", copy_function=_plainly)
    shutil.rmtree(root / "F")
    with (root / "c").open("r+b") as file:
        (root / "c").unlink()
        (root / "c").write_bytes(b"another")
        file.write(b"nobody's")


def _plainly(source: str, to: str) -> str:
    Path(to).write_bytes(Path(source).read_bytes())
    return to


def seen(root: Path) -> dict[str, tuple[bytes, int]]:
    files = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
    return {name: (path.read_bytes(), path.stat().st_nlink) for name, path in files.items()}
