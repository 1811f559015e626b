"""Who sees whom: an admin's work. Each change is a deed in its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from biocoach.store.clinic import audit
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.store.clinic.people import must_change
from biocoach.store.clinic.troubles import NotAllowedError

_ASSIGNED = text(
    "SELECT 1 FROM clinic.assignments "
    "WHERE client = :client AND therapist = :therapist AND until IS NULL"
)
_SUPERVISED = text(
    "SELECT 1 FROM clinic.supervision "
    "WHERE supervisor = :supervisor AND therapist = :therapist AND until IS NULL"
)


def assign(engine: ClinicEngine, admin: UUID, client: UUID, therapist: UUID) -> None:
    """The therapist sees this client from now on. A second time changes nothing."""
    with engine.as_member(admin) as connection:
        query = text(
            "INSERT INTO clinic.assignments (client, therapist, clinic) "
            "SELECT c.client, m.member, c.clinic FROM clinic.clients c JOIN clinic.members m "
            "ON m.clinic = c.clinic AND 'therapist' = ANY (m.roles) "
            "WHERE c.client = :client AND m.member = :therapist "
            "ON CONFLICT (therapist, client) WHERE until IS NULL DO NOTHING"
        )
        said = {"client": client, "therapist": therapist}
        if _made(connection, query, _ASSIGNED, said):
            audit.append(connection, What.ASSIGN, client, str(therapist))


def unassign(engine: ClinicEngine, admin: UUID, client: UUID, therapist: UUID) -> None:
    with engine.as_member(admin) as connection:
        query = (
            "UPDATE clinic.assignments SET until = clock_timestamp() "
            "WHERE client = :client AND therapist = :therapist AND until IS NULL"
        )
        must_change(connection, query, {"client": client, "therapist": therapist})
        audit.append(connection, What.UNASSIGN, client, str(therapist))


def supervise(engine: ClinicEngine, admin: UUID, supervisor: UUID, therapist: UUID) -> None:
    """The supervisor sees whom this therapist sees. A second time changes nothing."""
    with engine.as_member(admin) as connection:
        query = text(
            "INSERT INTO clinic.supervision (supervisor, therapist, clinic) "
            "SELECT s.member, t.member, s.clinic FROM clinic.members s JOIN clinic.members t "
            "ON t.clinic = s.clinic AND 'therapist' = ANY (t.roles) "
            "WHERE s.member = :supervisor AND 'supervisor' = ANY (s.roles) "
            "AND t.member = :therapist "
            "ON CONFLICT (supervisor, therapist) WHERE until IS NULL DO NOTHING"
        )
        said = {"supervisor": supervisor, "therapist": therapist}
        if _made(connection, query, _SUPERVISED, said):
            audit.append(connection, What.SUPERVISE, None, f"{supervisor} {therapist}")


def unsupervise(engine: ClinicEngine, admin: UUID, supervisor: UUID, therapist: UUID) -> None:
    with engine.as_member(admin) as connection:
        query = (
            "UPDATE clinic.supervision SET until = clock_timestamp() "
            "WHERE supervisor = :supervisor AND therapist = :therapist AND until IS NULL"
        )
        must_change(connection, query, {"supervisor": supervisor, "therapist": therapist})
        audit.append(connection, What.UNSUPERVISE, None, f"{supervisor} {therapist}")


def _made(
    connection: Connection, new: TextClause, there: TextClause, said: Mapping[str, UUID]
) -> bool:
    """False: the tie holds already. Raises NotAllowedError: it may not be made."""
    if connection.execute(new, said).rowcount:
        return True
    if connection.execute(there, said).first() is None:
        raise NotAllowedError
    return False
