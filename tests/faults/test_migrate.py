"""A small seeded share of the cut migrations, and that the campaign notices a half."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("children are forked and killed", allow_module_level=True)

from biocoach.store import migrate
from tests.faults.campaign import Order
from tests.faults.durable import old_records
from tests.faults.durable.migrations import Old, run
from tests.faults.durable.tracing import why_not
from tests.store.support import KEY

TRACED = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is strace")
SPLIT = """
import biocoach.store.migrations.versions.v0002_attachments as whole
from alembic import op
revision, down_revision = whole.revision, whole.down_revision
def upgrade():
    whole.upgrade()
    op.get_bind().exec_driver_sql("COMMIT")
    op.get_bind().exec_driver_sql("BEGIN IMMEDIATE")
"""


def test_a_share_of_the_cuts() -> None:
    found = run(Order(count=24, seed=1))
    assert found.failures == []
    assert found.counts["cuts"] == 24
    assert found.counts["left as it was"] > 0
    assert found.counts["finished"] > 0


@TRACED
@pytest.mark.parametrize("revision", old_records.EARLIER)
def test_a_kill_at_each_call_to_the_disk(tmp_path: Path, revision: str) -> None:
    old = Old(tmp_path, KEY, revision)
    wrong: list[str] = []
    calls = old.recorded(random.Random(1), 0, wrong)
    assert len(calls) > 10
    for call, number in calls:
        wrong += old.kill_at(call, number)
    assert wrong == []


@TRACED
def test_the_campaign_notices_a_step_in_two_transactions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "v0002_attachments.py").write_text(SPLIT)
    old = Old(tmp_path / "old", KEY, "0001")
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    wrong: list[str] = []
    calls = old.recorded(random.Random(1), 40, wrong)
    assert any("a half" in why for why in wrong)
    assert any("the next start fails" in why for why in wrong)
    killed = [why for call, number in calls for why in old.kill_at(call, number)]
    assert any("a half" in why for why in killed)
