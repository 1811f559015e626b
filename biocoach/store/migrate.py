"""Brings a journal's schema up to date, in one transaction: all of it or none."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.schema import HEAD

SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Does nothing when the schema is the newest this version knows."""
    with database.reading() as connection:
        if revision_of(connection) == HEAD:
            return
    with database.writing() as connection:
        apply(connection)


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for an empty file."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def apply(connection: Connection, *, begins: str | None = None) -> None:
    """Runs the missing steps inside the caller's transaction. ``begins``: the last step that an
    empty database is taken to have behind it, since its tables are none of this side's."""
    # Alembic costs a quarter of a second to import, and most starts don't need it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    found = revision_of(connection)
    if found is not None and found not in known:
        raise StoreError(Trouble.NEWER, f"its schema is {found}, this version knows {HEAD}")
    if begins is not None:
        command.stamp(config, begins)
    command.upgrade(config, "head")
