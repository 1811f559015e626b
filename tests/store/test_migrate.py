"""Migrations: the schema they make is the one the code uses, and a half-done one leaves nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from biocoach.store import Journal, StoreError, Trouble, migrate
from biocoach.store.database import Database
from biocoach.store.schema import HEAD, metadata
from tests.store.support import ROOT, Place, begin, ratings, tamper

BREAKS_HALFWAY = """
import sqlalchemy as sa
from alembic import op
revision = "0006"
down_revision = "0005"
def upgrade():
    op.create_table("half", sa.Column("a", sa.Integer))
    op.execute("UPDATE entries SET person = 'half'")
    raise RuntimeError("the power went")
"""
KILLED_HALFWAY = """
import os, signal
import biocoach.store.migrations.versions.v0002_attachments as whole
revision, down_revision = whole.revision, whole.down_revision
def upgrade():
    whole.upgrade()
    os.kill(os.getpid(), signal.SIGKILL)
"""
OPEN_WITH = """
import sys
from pathlib import Path
from biocoach.store import migrate, open_store
from tests.store.support import CLOCK, KEY, PLAIN
migrate.SCRIPTS = Path(sys.argv[3])
key = KEY if sys.argv[2] == "encrypted" else PLAIN
open_store(Path(sys.argv[1]), key, writer="child", clock=CLOCK)
"""
STEP = "v0002_attachments.py"


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_make_the_schema_of_the_code(journal: Journal) -> None:
    with journal._database.reading() as connection:
        assert migrate.revision_of(connection) == HEAD
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def scripts_of(tmp_path: Path) -> Path:
    """A copy of the steps, to be changed."""
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    return scripts


@pytest.fixture
def old_place(file_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A record that a version before the attachments has written."""
    scripts = scripts_of(tmp_path / "old")
    for later in (STEP, "v0003_thin_reviews.py", "v0004_synced.py", "v0005_clinic.py"):
        (scripts / "versions" / later).unlink()
    with monkeypatch.context() as before:
        before.setattr(migrate, "SCRIPTS", scripts)
        before.setattr(migrate, "HEAD", "0001")
        journal = file_place.open()
        journal.append([begin(), *ratings(5)])
        journal.put_fact("fit", {"age": "adult"})
        assert "attachments" not in tables(journal._database)
        journal.close()
    return file_place


def is_whole(journal: Journal) -> None:
    assert len(list(journal.read("s1"))) == 6
    assert journal.fact("fit") == {"age": "adult"}
    assert journal.attach("a", "image/png", b"x") is None
    report = journal.verify()
    assert (report.entries, report.problems) == (8, ())


def test_a_record_from_before_the_attachments_goes_on(old_place: Place) -> None:
    is_whole(old_place.open())


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_in_the_middle_of_a_step_leaves_the_old_record(
    old_place: Place, tmp_path: Path
) -> None:
    scripts = scripts_of(tmp_path)
    (scripts / "versions" / STEP).write_text(KILLED_HALFWAY)
    command = [sys.executable, "-c", OPEN_WITH, str(old_place.folder), old_place.kind, str(scripts)]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    database = Database(old_place.folder / "journal.db", old_place.key)
    assert "attachments" not in tables(database)
    with database.reading() as connection:
        assert migrate.revision_of(connection) == "0001"
    database.close()
    is_whole(old_place.open())


def test_a_step_that_fails_leaves_the_old_schema(
    file_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = file_place.open()
    kept = journal.append([begin()])
    scripts = scripts_of(tmp_path)
    (scripts / "versions" / "v0006_half.py").write_text(BREAKS_HALFWAY)
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    monkeypatch.setattr(migrate, "HEAD", "0006")
    with pytest.raises(RuntimeError, match="the power went"):
        migrate.upgrade(journal._database)
    assert "half" not in tables(journal._database)
    with journal._database.reading() as connection:
        assert migrate.revision_of(connection) == HEAD
    assert list(journal.read("s1")) == kept


def test_a_first_start_that_fails_leaves_an_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = scripts_of(tmp_path)
    (scripts / "versions" / "v0006_half.py").write_text(BREAKS_HALFWAY)
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    database = Database(tmp_path / "journal.db", None)
    with pytest.raises(RuntimeError, match="the power went"):
        migrate.upgrade(database)
    assert tables(database) == set()
    database.close()


def test_a_newer_schema_is_left_alone(file_place: Place) -> None:
    journal = file_place.open()
    tamper(journal, "UPDATE alembic_version SET version_num = '9999'")
    journal.close()
    with pytest.raises(StoreError, match="9999") as caught:
        file_place.open()
    assert caught.value.code is Trouble.NEWER
