"""Members in memory, as honest as those in the database: a code is spent once, counters go up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.clinic.ports import Credential, Member
from dashboard.ports import Outcome

Json = dict[str, Any]
ANNA = Member(id="anna", name="Anna", roles=("therapist",), clinic="By the river")
CODE = "come-in-please"


@dataclass
class Remembered:
    members: dict[str, Member] = field(default_factory=lambda: {ANNA.id: ANNA})
    codes: dict[str, str] = field(default_factory=lambda: {CODE: ANNA.id})
    kept: dict[str, list[Credential]] = field(default_factory=dict)
    deeds: list[tuple[str, str]] = field(default_factory=list)

    def invited(self, code: str) -> Member | None:
        return self.members.get(self.codes.get(code, ""))

    def named(self, name: str) -> Member | None:
        wanted = name.strip().casefold()
        return next((m for m in self.members.values() if m.name.casefold() == wanted), None)

    def credentials(self, member: str, kind: str) -> list[Credential]:
        return [one for one in self.kept.get(member, []) if one.kind == kind]

    def of_passkey(self, passkey: str) -> tuple[Member, Credential] | None:
        for member, kept in self.kept.items():
            for one in kept:
                if one.kind == "passkey" and one.data["passkey"] == passkey:
                    return self.members[member], one
        return None

    def enrol(self, code: str, name: str, credentials: list[tuple[str, Json]]) -> Member | Outcome:
        member = self.members.get(self.codes.pop(code, ""))
        if member is None:
            return Outcome(why="code")
        self.kept[member.id] = [
            Credential(id=f"{member.id}-{kind}", kind=kind, data=data) for kind, data in credentials
        ]
        return member

    def count_up(self, member: str, credential: str, field: str, to: int) -> bool:
        for kept in self.kept.values():
            for place, one in enumerate(kept):
                if one.id == credential and one.data[field] < to:
                    kept[place] = replace(one, data=one.data | {field: to})
                    return True
        return False

    def note(self, member: str, deed: str) -> None:
        self.deeds.append((member, deed))

    def still(self, member: str) -> Member | None:
        return self.members.get(member)
