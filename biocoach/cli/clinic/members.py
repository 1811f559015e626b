"""Who signs in: the dashboard's ``Members`` over the clinic's database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from biocoach.cli.clinic.down import told
from biocoach.store.clinic import ClinicEngine, NotAllowedError, audit, doors, overview, people
from biocoach.store.clinic.audit import What
from dashboard.clinic.ports import NOBODY, Credential, Member
from dashboard.ports import Outcome

Json = dict[str, Any]
_DEEDS = {
    "signed_in": What.SIGN_IN,
    "signed_out": What.SIGN_OUT,
    "not_signed_in": What.REFUSED,
}


class Members:
    def __init__(self, engine: ClinicEngine) -> None:
        self._engine = engine

    def invited(self, code: str) -> Member | None:
        with told():
            found = doors.invited(self._engine, code)
        if found is None:
            return None
        return Member(id=str(found.member), name=found.name, roles=found.roles, clinic=found.clinic)

    def named(self, name: str) -> Member | None:
        with told():
            found = doors.credential(self._engine, "password", doors.handle_of(name))
        return self.still(str(found.member) if found else NOBODY)

    def credentials(self, member: str, kind: str) -> list[Credential]:
        with told():
            found = doors.credentials(self._engine, UUID(member))
        return [_told(one) for one in found if one.kind == kind]

    def of_passkey(self, passkey: str) -> tuple[Member, Credential] | None:
        with told():
            found = doors.credential(self._engine, "passkey", doors.handle_of(passkey.encode()))
        member = self.still(str(found.member)) if found else None
        return (member, _told(found)) if member and found else None

    def enrol(self, code: str, name: str, credentials: list[tuple[str, Json]]) -> Member | Outcome:
        made = [(kind, _handle(kind, name, data), data) for kind, data in credentials]
        try:
            with told():
                member = doors.enrol(self._engine, code, made)
        except doors.TakenError:
            return Outcome(why="taken")
        return (self.still(str(member)) if member else None) or Outcome(why="code")

    def count_up(self, member: str, credential: str, field: str, to: int) -> bool:
        with told():
            return doors.count_up(self._engine, UUID(member), UUID(credential), field, to)

    def note(self, member: str, deed: str) -> None:
        try:
            with told():
                audit.begin(self._engine, UUID(member), _DEEDS[deed])
        except NotAllowedError:
            return  # disabled meanwhile: nothing is done in their name any more

    def still(self, member: str) -> Member | None:
        with told():
            found = people.member_of(self._engine, UUID(member))
            clinic = overview.clinic_of(self._engine, UUID(member))  # asked of nobody, too
            if found is None or found.disabled is not None:
                return None
            return Member(
                id=str(found.member), name=found.name, roles=tuple(map(str, found.roles)),
                clinic=clinic,
            )  # fmt: skip


def _told(one: doors.Credential) -> Credential:
    return Credential(id=str(one.credential), kind=one.kind, data=one.data)


def _handle(kind: str, name: str, data: Json) -> str | None:
    if kind == "password":
        return doors.handle_of(name)
    return doors.handle_of(data["passkey"].encode()) if kind == "passkey" else None
