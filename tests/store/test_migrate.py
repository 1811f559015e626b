"""Migrations: the schema they make is the one the code uses, and a half-done one leaves nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from biocoach.store import Journal, StoreError, Trouble, migrate
from biocoach.store.database import Database
from biocoach.store.schema import HEAD, metadata
from tests.store.support import Place, begin, tamper

BREAKS_HALFWAY = """
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.create_table("half", sa.Column("a", sa.Integer))
    op.execute("UPDATE entries SET person = 'half'")
    raise RuntimeError("the power went")
"""


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_make_the_schema_of_the_code(journal: Journal) -> None:
    with journal._database.reading() as connection:
        assert migrate.revision_of(connection) == HEAD
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_a_step_that_fails_leaves_the_old_schema(
    file_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = file_place.open()
    kept = journal.append([begin()])
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "v0002_half.py").write_text(BREAKS_HALFWAY)
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    monkeypatch.setattr(migrate, "HEAD", "0002")
    with pytest.raises(RuntimeError, match="the power went"):
        migrate.upgrade(journal._database)
    assert "half" not in tables(journal._database)
    with journal._database.reading() as connection:
        assert migrate.revision_of(connection) == "0001"
    assert list(journal.read("s1")) == kept


def test_a_first_start_that_fails_leaves_an_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "v0002_half.py").write_text(BREAKS_HALFWAY)
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
