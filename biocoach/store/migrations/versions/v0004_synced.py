"""Which lines' bodies a clinic has."""

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
