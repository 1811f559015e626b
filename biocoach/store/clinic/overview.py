"""What pages tell of clients beside their records: who was heard from, who has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from biocoach.store.clinic.audit import Deed
from biocoach.store.clinic.engine import ClinicEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A client's journal that goes on, and when their computer last spoke of it."""

    journal: str
    heard: datetime


def clinic_of(engine: ClinicEngine, member: UUID) -> str:
    """Its name."""
    with engine.as_member(member) as connection:
        found = connection.execute(text("SELECT name FROM clinic.clinics")).scalar()
    return str(found or "")


def sees(engine: ClinicEngine, member: UUID, client: UUID) -> bool:
    """Whether this member may read that client's copy, by a deed that says so."""
    query = text("SELECT EXISTS (SELECT FROM clinic.seen() s WHERE s = :client)")
    with engine.as_member(member) as connection:
        return bool(connection.execute(query, {"client": client}).scalar())


def heard_from(engine: ClinicEngine, member: UUID) -> dict[UUID, Heard]:
    """By client, of those whom this member sees: the newest journal that none took the place of."""
    return _heard(engine, member, None)


def heard_of(engine: ClinicEngine, member: UUID, client: UUID) -> Heard | None:
    """The same of one client; None: of nothing of theirs, or of nobody whom this member sees."""
    return _heard(engine, member, client).get(client)


def _heard(engine: ClinicEngine, member: UUID, client: UUID | None) -> dict[UUID, Heard]:
    query = text(
        "SELECT DISTINCT ON (j.client) j.client, j.journal, j.heard FROM clinic.journals j "
        "WHERE (CAST(:client AS uuid) IS NULL OR j.client = :client) "
        "AND NOT EXISTS (SELECT FROM clinic.journals k "
        "WHERE k.client = j.client AND k.before = j.journal) ORDER BY j.client, j.made DESC"
    )
    with engine.as_member(member) as connection:
        rows = connection.execute(query, {"client": client}).all()
    return {row.client: Heard(journal=row.journal, heard=row.heard) for row in rows}


def looked(engine: ClinicEngine, member: UUID) -> dict[UUID, datetime]:
    """When this member last opened each client's record."""
    query = text(
        "SELECT client, max(at) AS at FROM clinic.deeds "
        "WHERE member = :member AND what = 'open' AND client IS NOT NULL GROUP BY client"
    )
    with engine.as_member(member) as connection:
        rows = connection.execute(query, {"member": member}).all()
    return {row.client: row.at for row in rows}


def tied(
    engine: ClinicEngine, member: UUID
) -> tuple[dict[UUID, list[UUID]], dict[UUID, list[UUID]]]:
    """For an admin: therapists by client, and supervisors by therapist, as they are now."""
    seeing = text("SELECT client, therapist FROM clinic.assignments WHERE until IS NULL")
    over = text("SELECT therapist, supervisor FROM clinic.supervision WHERE until IS NULL")
    with engine.as_member(member) as connection:
        assigned = _by_first(connection.execute(seeing).all())
        supervised = _by_first(connection.execute(over).all())
    return assigned, supervised


def latest_deeds(
    engine: ClinicEngine,
    member: UUID,
    *,
    client: UUID | None = None,
    looks: bool = False,
    before: int = 0,
    most: int,
) -> list[Deed]:
    """What this member may know of, the latest first. ``before``: a number; 0: from the end.
    ``looks``: with looks at the lists that the client stood in, as the client may know them."""
    query = text(
        "SELECT number, deed, member, what, client, at, detail, hash FROM clinic.deeds "
        "WHERE (:before = 0 OR number < :before) "
        "AND (CAST(:client AS uuid) IS NULL OR client = :client OR (:looks AND what = 'caseload')) "
        "ORDER BY number DESC LIMIT :most"
    )
    with engine.as_member(member) as connection:
        said = {"before": before, "client": client, "looks": looks, "most": most}
        rows = connection.execute(query, said)
        return [Deed(**row._mapping) for row in rows]


def _by_first(rows: Any) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for one, other in rows:
        found.setdefault(one, []).append(other)
    return found


def with_credentials(engine: ClinicEngine, admin: UUID) -> set[UUID]:
    """For an admin: who has taken up their place, by an invitation of theirs."""
    query = text("SELECT DISTINCT member FROM clinic.deeds WHERE what IN ('accept', 'sign_in')")
    with engine.as_member(admin) as connection:
        return {row.member for row in connection.execute(query)}
