"""The clinic's tables, on PostgreSQL; a record of one's own has none of them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"

TEXTS = Path(__file__).parents[1] / "clinic_0005"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for text in sorted(TEXTS.glob("*.sql")):
        connection.exec_driver_sql(
            text.read_text(encoding="utf-8"), execution_options={"no_parameters": True}
        )
