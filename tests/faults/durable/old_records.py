"""Records as earlier versions wrote them: today's journal over the steps of their day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import inspect

from biocoach.store import Key, migrate, open_store
from biocoach.store.database import Database
from biocoach.store.folder import JOURNAL
from tests.faults.durable.deeds import note_sent
from tests.store.support import CLOCK, begin, closed, ratings

_STEPS = sorted((migrate.SCRIPTS / "versions").glob("v*.py"))
EARLIER = tuple(step.name[1:5] for step in _STEPS[:-1])  # the revisions before today's
WITH_PICTURES, JOINED = "0002", "0004"


@contextmanager
def as_of(revision: str, place: Path) -> Iterator[None]:
    """The store of that day; ``place`` for a copy of its steps."""
    scripts = place / "steps"
    shutil.rmtree(scripts, ignore_errors=True)
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    for step in _STEPS:
        if step.name[1:5] > revision:
            (scripts / "versions" / step.name).unlink()
    with patch.object(migrate, "SCRIPTS", scripts), patch.object(migrate, "HEAD", revision):
        yield


def make(folder: Path, key: Key, revision: str) -> None:
    with as_of(revision, folder.parent):
        journal = open_store(folder, key, writer="before", clock=CLOCK)
        for name in ("s1", "s2"):
            journal.append([begin(name), *ratings(60, name), closed(name)])
            journal.put_summary(name, {"length_s": 1.0})
        journal.put_fact("fit", {"age": "adult"})
        if revision >= WITH_PICTURES:
            journal.attach("old", "image/png", b"a picture" * 500)
        if revision >= JOINED:
            note_sent(journal)
        journal.close()


def schema_of(folder: Path, key: Key) -> tuple[str | None, frozenset[str]]:
    """The revision that the file says it has, and each column that it really has."""
    database = Database(folder / JOURNAL, key)
    try:
        with database.reading() as connection:
            looked = inspect(connection)
            columns = frozenset(
                f"{table}.{column['name']}"
                for table in looked.get_table_names()
                for column in looked.get_columns(table)
            )
            return migrate.revision_of(connection), columns
    finally:
        database.close()
