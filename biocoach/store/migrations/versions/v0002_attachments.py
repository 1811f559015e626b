"""Pictures and voices of one's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("wall_utc", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("id", sa.String),
        sa.Column("length", sa.Integer),
        sa.Column("sha256", sa.String),
        sa.Column("content", sa.LargeBinary),
    )
