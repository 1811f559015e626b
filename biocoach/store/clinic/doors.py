"""Before anybody is signed in: what a secret opens, looked up by its hash; and credentials.

Only narrow functions of the database are asked here, which give what the secret is for and no more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from biocoach.store.clinic import audit
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.store.clinic.people import NAME_LETTERS
from biocoach.store.clinic.secrets_of import hash_of, issued, new_token
from biocoach.store.clinic.troubles import NotAllowedError
from biocoach.syncing.wire import SPEAKS, Join, Joined, Refused

Json = dict[str, Any]
KINDS = ("passkey", "password", "totp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose a device is: ``member`` is the client themself."""

    device: UUID
    client: UUID
    member: UUID
    clinic: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """``data`` is the server's own JSON: a public key with a counter, a salted hash, a seed."""

    credential: UUID
    member: UUID
    kind: str
    data: Json


def join(engine: ClinicEngine, said: Join) -> Joined | Refused:
    """A client's computer joins by its invitation; the token is shown once. Raises StoreError."""
    if said.speaks != SPEAKS:
        return Refused(why="older" if said.speaks < SPEAKS else "newer")
    if not said.device.strip() or len(said.device) > NAME_LETTERS:
        return Refused(why="bad", detail="the device has no name, or a very long one")
    token = new_token(engine.seal_key)
    query = text(
        "SELECT clinic_name, therapist, client_alias FROM clinic.join_device(:code, :token, :name)"
    )
    with engine.as_nobody() as connection:
        hashes = {"code": hash_of(said.code), "token": token.hash, "name": said.device}
        row = connection.execute(query, hashes).first()
    if row is None:
        return Refused(why="code", detail="this invitation is not, or not any more")
    return Joined(
        token=token.shown, clinic=row.clinic_name, therapist=row.therapist, alias=row.client_alias
    )


def was_issued(engine: ClinicEngine, token: str) -> bool:
    """Whether this clinic ever made such a token. The database is not asked."""
    return issued(engine.seal_key, token)


def holder(engine: ClinicEngine, token: str) -> Holder | None:
    """None: the token is worth nothing, or not any more."""
    query = text("SELECT device, client, member, clinic FROM clinic.holder(:hash)")
    with engine.as_nobody() as connection:
        row = connection.execute(query, {"hash": hash_of(token)}).first()
    return None if row is None else Holder(**row._mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Whom a MEMBER invitation is for."""

    member: UUID
    name: str
    roles: tuple[str, ...]
    clinic: str


def invited(engine: ClinicEngine, code: str) -> Welcome | None:
    """None: the invitation is not, or not any more. It is not spent by this."""
    query = text("SELECT member, name, roles, clinic_name AS clinic FROM clinic.invited(:hash)")
    with engine.as_nobody() as connection:
        row = connection.execute(query, {"hash": hash_of(code)}).first()
    return None if row is None else Welcome(**{**row._mapping, "roles": tuple(row.roles)})


def accept(engine: ClinicEngine, code: str) -> UUID | None:
    """Somebody takes up their place by a MEMBER invitation: who they are now. They make their
    credentials next. None: the invitation is not, or not any more."""
    with engine.as_nobody() as connection:
        query = text("SELECT clinic.accept(:hash)")
        found: UUID | None = connection.execute(query, {"hash": hash_of(code)}).scalar()
    return found


class TakenError(Exception):
    """Somebody else has this handle."""


def enrol(
    engine: ClinicEngine, code: str, made: Sequence[tuple[str, str | None, Json]]
) -> UUID | None:
    """``accept``, and credentials (kind, handle, data) in place of those before: all of it or none,
    so that an invitation is spent only by somebody who can come in. None: as for ``accept``. Raises
    TakenError, StoreError."""
    accepts = text("SELECT clinic.accept(:hash)")
    says = text("SELECT set_config('biocoach.member', :member, true)")
    try:
        with engine.as_nobody() as connection:
            member: UUID | None = connection.execute(accepts, {"hash": hash_of(code)}).scalar()
            if member is None:
                return None
            connection.execute(says, {"member": str(member)})
            connection.execute(text("DELETE FROM clinic.credentials"))  # by the rules, their own
            for kind, handle, data in made:
                _insert_credential(connection, member, kind, data, handle)
            audit.append(
                connection, What.CREDENTIAL, None, " ".join(["chose", *(one[0] for one in made)])
            )
    except IntegrityError:
        raise TakenError from None
    return member


def sign_in(engine: ClinicEngine, member: UUID, how: str) -> UUID:
    """The deed of it. ``how``: the kinds of credential that were shown. Raises NotAllowedError:
    disabled meanwhile."""
    return audit.begin(engine, member, What.SIGN_IN, None, how)


# ---- credentials


def handle_of(what: bytes | str) -> str:
    """What is looked up before anybody is signed in: a passkey's id, or the name that was typed,
    for which small letters and spaces around it don't count."""
    plain = what if isinstance(what, bytes) else what.strip().casefold().encode()
    return sha256(plain).hexdigest()


def credential(engine: ClinicEngine, kind: str, handle: str) -> Credential | None:
    """By ``handle_of``; of somebody who was not disabled."""
    query = text("SELECT credential, member, data FROM clinic.credential(:kind, :handle)")
    with engine.as_nobody() as connection:
        row = connection.execute(query, {"kind": kind, "handle": handle}).first()
    return None if row is None else Credential(kind=kind, **row._mapping)


def credentials(engine: ClinicEngine, member: UUID) -> list[Credential]:
    """One's own, the oldest first."""
    query = text("SELECT credential, member, kind, data FROM clinic.credentials ORDER BY made")
    with engine.as_member(member) as connection:
        return [Credential(**row._mapping) for row in connection.execute(query)]


def add_credential(
    engine: ClinicEngine, member: UUID, kind: str, data: Json, handle: str | None
) -> UUID | None:
    """``handle``: by ``handle_of``; None for a second factor. None: that handle is taken."""
    try:
        with engine.as_member(member) as connection:
            made = _insert_credential(connection, member, kind, data, handle)
            audit.append(connection, What.CREDENTIAL, None, f"added {kind}")
    except IntegrityError:
        return None
    return made


def _insert_credential(
    connection: Connection, member: UUID, kind: str, data: Json, handle: str | None
) -> UUID:
    made = uuid4()
    query = text(
        "INSERT INTO clinic.credentials (credential, member, kind, handle, data) "
        "VALUES (:credential, :member, :kind, :handle, CAST(:data AS jsonb))"
    )
    said = {"credential": made, "member": member, "kind": kind, "handle": handle}
    connection.execute(query, said | {"data": json.dumps(data)})
    return made


def change_credential(engine: ClinicEngine, member: UUID, which: UUID, data: Json) -> None:
    """A passkey's counter moves on, a password is another. Raises NotAllowedError: not theirs."""
    query = text(
        "UPDATE clinic.credentials SET data = CAST(:data AS jsonb) WHERE credential = :which"
    )
    with engine.as_member(member) as connection:
        if not connection.execute(query, {"data": json.dumps(data), "which": which}).rowcount:
            raise NotAllowedError


def count_up(engine: ClinicEngine, member: UUID, which: UUID, field: str, to: int) -> bool:
    """A number in a credential goes up, never down nor twice to the same; whether it did.
    Of two who show the same code at once, one comes in."""
    query = text(
        "UPDATE clinic.credentials SET data = jsonb_set(data, ARRAY[:field], to_jsonb(:to)) "
        "WHERE credential = :which AND (data ->> :field)::bigint < :to"
    )
    with engine.as_member(member) as connection:
        said = {"which": which, "field": field, "to": to}
        return bool(connection.execute(query, said).rowcount)


def remove_credential(engine: ClinicEngine, member: UUID, which: UUID) -> None:
    with engine.as_member(member) as connection:
        query = text("DELETE FROM clinic.credentials WHERE credential = :which")
        if not connection.execute(query, {"which": which}).rowcount:
            raise NotAllowedError
        audit.append(connection, What.CREDENTIAL, None, "removed")


def drop_credentials(engine: ClinicEngine, admin: UUID, member: UUID) -> int:
    """All of somebody who lost theirs: they come in by an invitation again. How many."""
    with engine.as_member(admin) as connection:
        query = text("SELECT clinic.drop_credentials(:member)")
        gone = int(connection.execute(query, {"member": member}).scalar_one())
        if gone:
            audit.append(connection, What.CREDENTIAL, None, f"dropped {gone} of {member}")
    return gone
