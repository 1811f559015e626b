"""The journal, its sessions, settings documents and summaries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("boot_id", sa.String, nullable=False),
        sa.Column("at_s", sa.Float, nullable=False),
        sa.Column("wall_utc", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("settings_hash", sa.String, nullable=False),
        sa.Column("body_sha256", sa.String, nullable=False),
        sa.Column("chain_sha256", sa.String, nullable=False),
    )
    op.create_index("entries_by_session", "entries", ["session", "seq"])
    op.create_table(
        "sessions",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("session", sa.String, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("started_utc", sa.String, nullable=False),
        sa.Column("last_utc", sa.String, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("begun", sa.Boolean, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
    )
    op.create_index("sessions_by_first_seq", "sessions", ["first_seq"])
    op.create_table(
        "settings_documents",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("json", sa.Text, nullable=False),
    )
    op.create_table(
        "summaries",
        sa.Column("session", sa.String, primary_key=True),
        sa.Column("json", sa.Text, nullable=False),
    )
