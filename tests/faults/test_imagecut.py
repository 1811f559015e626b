"""A small seeded share of the cuts on a real file system, and that the campaign notices."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked", allow_module_level=True)

from biocoach.store import Journal
from tests.faults.campaign import Order
from tests.faults.durable import imagecut
from tests.faults.durable.image import why_not

NEEDED = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there are loop devices")


@NEEDED
def test_a_share_of_the_cuts(tmp_path: Path) -> None:
    found = imagecut.cut_image(tmp_path, "share", 6)
    assert found.failures == []
    assert found.counts["acknowledged entries"] > 0


def lazy(journal: Journal) -> None:
    journal._database.run("PRAGMA synchronous = NORMAL")


@NEEDED
def test_the_campaign_notices_commits_that_are_not_synced(tmp_path: Path) -> None:
    found = imagecut.cut_image(tmp_path, "proof", 12, weaken=lazy)
    assert any("acknowledged entries are lost" in why for why in found.failures)


def test_what_a_machine_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagecut, "why_not", lambda: "no losetup")
    found = imagecut.run(Order(count=1, seed=1))
    assert found.last_line() == "skipped: no losetup; 0 failures"
