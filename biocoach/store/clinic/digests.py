"""A caseload in one query: a row for each client whom one sees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from biocoach.store.clinic import audit
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.engine import ClinicEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """``document`` None: none was made yet, or not since something was withdrawn."""

    client: UUID
    alias: str
    made_by: str
    made: datetime | None
    document: Any


_QUERY = text("""
  SELECT c.client, c.alias, d.made_by, d.made, d.json
  FROM clinic.clients c LEFT JOIN clinic.digests d ON d.client = c.client
  WHERE c.client IN (SELECT clinic.overseen())
  ORDER BY c.alias
""")


def digests_for(engine: ClinicEngine, member: UUID, *, deed: UUID | None = None) -> list[Digest]:
    """Each client whom this member sees, by alias. ``deed``: a look at the caseload that was noted
    before, in the last 12 hours; without one this look is noted. Raises StoreError,
    NotAllowedError: they were disabled."""
    deed = deed or audit.begin(engine, member, What.CASELOAD)
    with engine.as_member(member, deed=deed) as connection:
        rows = connection.execute(_QUERY).all()
    return [
        Digest(
            client=row.client, alias=row.alias, made_by=row.made_by or "", made=row.made,
            document=None if row.json is None else json.loads(row.json),
        )
        for row in rows
    ]  # fmt: skip
