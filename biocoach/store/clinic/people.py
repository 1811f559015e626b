"""Who is in a clinic: an admin's work. Each change is a deed in its transaction.

The rules on rows hold for all of it: what is asked of somebody else's clinic finds nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from biocoach.store.clinic import audit
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.store.clinic.secrets_of import Secret, new_secret
from biocoach.store.clinic.troubles import NotAllowedError
from biocoach.types import Refusal

NAME_LETTERS = 200
DEVICE_HOURS, MEMBER_HOURS = 24, 7 * 24  # how long an invitation is good for


class Role(StrEnum):
    """A practitioner is a client, and nothing else; the others can be one person."""

    PRACTITIONER = "practitioner"
    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Invited(StrEnum):
    DEVICE = "device"  # a client's computer
    MEMBER = "member"  # a person, who makes their credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    member: UUID
    clinic: UUID
    name: str
    roles: tuple[Role, ...]
    disabled: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """``practitioner``: the member that they themself are."""

    client: UUID
    practitioner: UUID
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    device: UUID
    client: UUID
    name: str
    made: datetime
    revoked: datetime | None


def add_member(
    engine: ClinicEngine, admin: UUID, name: str, roles: Sequence[Role]
) -> UUID | Refusal:
    """One of the staff; they take up their place by an invitation."""
    if why := _unfit(name):
        return Refusal(why=why)
    if not roles or Role.PRACTITIONER in roles:
        return Refusal(why="a member of the staff is a therapist, a supervisor or an admin")
    member = uuid4()
    with engine.as_member(admin) as connection:
        _insert_member(connection, admin, member, name, roles)
        audit.append(connection, What.MEMBER, None, f"{member} {','.join(sorted(roles))}")
    return member


def set_roles(engine: ClinicEngine, admin: UUID, member: UUID, roles: Sequence[Role]) -> None:
    """Raises NotAllowedError: not an admin of theirs, or a client's."""
    if not roles or Role.PRACTITIONER in roles:
        raise NotAllowedError
    with engine.as_member(admin) as connection:
        query = (
            "UPDATE clinic.members SET roles = :roles WHERE member = :member AND roles <> :client"
        )
        said = {"roles": list(roles), "member": member, "client": [Role.PRACTITIONER]}
        must_change(connection, query, said)
        audit.append(connection, What.MEMBER, None, f"{member} {','.join(sorted(roles))}")


def disable(engine: ClinicEngine, admin: UUID, member: UUID) -> None:
    """From now on nothing is open to them, whatever they hold."""
    with engine.as_member(admin) as connection:
        query = "UPDATE clinic.members SET disabled = now() WHERE member = :m AND disabled IS NULL"
        must_change(connection, query, {"m": member})
        audit.append(connection, What.DISABLE, None, str(member))


def add_client(engine: ClinicEngine, admin: UUID, alias: str) -> Client | Refusal:
    """``alias``: what the clinic calls them; theirs alone in this clinic."""
    if why := _unfit(alias):
        return Refusal(why=why)
    client, practitioner = uuid4(), uuid4()
    try:
        with engine.as_member(admin) as connection:
            _insert_member(connection, admin, practitioner, alias, [Role.PRACTITIONER])
            query = text(
                "INSERT INTO clinic.clients (client, clinic, practitioner, alias) "
                "SELECT :client, clinic, :practitioner, :alias FROM clinic.members "
                "WHERE member = :admin"
            )
            said = {"client": client, "practitioner": practitioner, "alias": alias, "admin": admin}
            connection.execute(query, said)
            audit.append(connection, What.CLIENT, client)
    except IntegrityError:
        return Refusal(why=f"there is a client called {alias!r} already; choose another name")
    return Client(client=client, practitioner=practitioner, alias=alias)


def rename_client(engine: ClinicEngine, admin: UUID, client: UUID, alias: str) -> Refusal | None:
    if why := _unfit(alias):
        return Refusal(why=why)
    try:
        with engine.as_member(admin) as connection:
            query = "UPDATE clinic.clients SET alias = :alias WHERE client = :client"
            must_change(connection, query, {"alias": alias, "client": client})
            audit.append(connection, What.CLIENT, client, "renamed")
    except IntegrityError:
        return Refusal(why=f"there is a client called {alias!r} already; choose another name")
    return None


def invite(engine: ClinicEngine, admin: UUID, member: UUID, kind: Invited) -> Secret:
    """A secret to hand to that member, good once: DEVICE for a day, MEMBER for a week. It is kept
    as its hash alone. Raises NotAllowedError."""
    secret = new_secret()
    hours = DEVICE_HOURS if kind is Invited.DEVICE else MEMBER_HOURS
    with engine.as_member(admin) as connection:
        query = (
            "INSERT INTO clinic.invitations (hash, clinic, member, kind, expires) "
            "SELECT :hash, m.clinic, m.member, :kind, now() + make_interval(hours => :hours) "
            "FROM clinic.members m WHERE m.member = :member AND m.disabled IS NULL "
            "AND (:kind <> 'device' OR 'practitioner' = ANY (m.roles))"
        )
        said = {"hash": secret.hash, "member": member, "kind": kind.value, "hours": hours}
        must_change(connection, query, said)
        client = connection.execute(
            text("SELECT client FROM clinic.clients WHERE practitioner = :m"), {"m": member}
        ).scalar()
        audit.append(connection, What.INVITE, client, f"{kind} {member}")
    return secret


def revoke_device(engine: ClinicEngine, member: UUID, device: UUID) -> None:
    """By an admin, or by the client whose computer it is. Its token is worth nothing afterwards."""
    with engine.as_member(member) as connection:
        query = text(
            "UPDATE clinic.devices SET revoked = now() WHERE device = :device AND revoked IS NULL "
            "RETURNING client"
        )
        client = connection.execute(query, {"device": device}).scalar()
        if client is None:
            raise NotAllowedError
        audit.append(connection, What.REVOKE, client, str(device))


# ---- who there is


def member_of(engine: ClinicEngine, member: UUID) -> Member | None:
    """Themself; None for those who were disabled."""
    return next((one for one in members(engine, member) if one.member == member), None)


def members(engine: ClinicEngine, member: UUID) -> list[Member]:
    """Those whom this member may know, by name."""
    query = text("SELECT member, clinic, name, roles, disabled FROM clinic.members ORDER BY name")
    with engine.as_member(member) as connection:
        return [
            Member(**{**row._mapping, "roles": tuple(Role(role) for role in row.roles)})
            for row in connection.execute(query)
        ]


def clients(engine: ClinicEngine, member: UUID) -> list[Client]:
    """Those whom this member sees, by alias; an admin the names of all."""
    query = text("SELECT client, practitioner, alias FROM clinic.clients ORDER BY alias")
    with engine.as_member(member) as connection:
        return [Client(**row._mapping) for row in connection.execute(query)]


def client_of(engine: ClinicEngine, member: UUID, client: UUID) -> Client | None:
    """One of ``clients``; None: there is nobody of that id for this member."""
    query = text("SELECT client, practitioner, alias FROM clinic.clients WHERE client = :client")
    with engine.as_member(member) as connection:
        row = connection.execute(query, {"client": client}).first()
    return None if row is None else Client(**row._mapping)


def devices(engine: ClinicEngine, member: UUID, client: UUID) -> list[Device]:
    """The oldest first: for an admin, and for the client."""
    query = text(
        "SELECT device, client, name, made, revoked FROM clinic.devices WHERE client = :client "
        "ORDER BY made"
    )
    with engine.as_member(member) as connection:
        rows = connection.execute(query, {"client": client})
        return [Device(**row._mapping) for row in rows]


# ---- inside


def _insert_member(
    connection: Connection, admin: UUID, member: UUID, name: str, roles: Sequence[Role]
) -> None:
    query = (
        "INSERT INTO clinic.members (member, clinic, name, roles) "
        "SELECT :member, clinic, :name, :roles FROM clinic.members WHERE member = :admin"
    )
    said = {"member": member, "name": name, "roles": [r.value for r in roles], "admin": admin}
    must_change(connection, query, said)


def must_change(connection: Connection, query: str, said: Mapping[str, Any]) -> None:
    """Raises NotAllowedError: no row did, so it is not there for whoever asks."""
    if connection.execute(text(query), said).rowcount == 0:
        raise NotAllowedError


def _unfit(name: str) -> str:
    if not name.strip() or len(name) > NAME_LETTERS:
        return f"a name has 1 to {NAME_LETTERS} letters"
    return "" if name.isprintable() else "a name has letters that can be printed"
