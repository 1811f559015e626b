"""Which lines' bodies a clinic has, and a way to find the erased among them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "synced",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sure", sa.Boolean, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":  # a clinic's tables are their own
        gone = sa.text("body IS NULL")
        op.create_index("entries_erased", "entries", ["seq"], sqlite_where=gone)
