"""A small seeded share of the power cuts, and that the campaign notices what it is there for."""

from __future__ import annotations

import os
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
from tests.faults.durable.powercut import cut_sessions
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
