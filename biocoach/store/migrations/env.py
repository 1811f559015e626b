"""Runs the steps on the connection it is handed, inside that connection's transaction.

There is no command line and no alembic.ini: store.migrate is the only caller.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite's DDL is transactional once BEGIN is sent by hand, which store.database does.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
