"""What a report needs of each session, so that it need not be folded again for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "thin_reviews",
        sa.Column("session", sa.String, primary_key=True),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
    )
