"""What a clinic's server needs from the rest, as Protocols; ``biocoach clinic`` provides it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.types import ASGIApp

from biocoach.syncing.wire import (
    Bodies,
    Done,
    Held,
    Hello,
    Join,
    Joined,
    Leave,
    Lines,
    Refused,
)
from dashboard.ports import Outcome

Json = dict[str, Any]
NOBODY = "00000000-0000-0000-0000-000000000000"  # an id that no member has


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who can sign in. ``roles``: of practitioner, therapist, supervisor, admin;
    ``clinic``: its name."""

    id: str
    name: str
    roles: tuple[str, ...]
    clinic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """``kind``: passkey, password or totp; ``data`` holds no secret in the clear but TOTP's own."""

    id: str
    kind: str
    data: Json = field(repr=False)


class Members(Protocol):
    """What has to be looked up before it is known who asks. Each may raise ClinicDownError."""

    def invited(self, code: str) -> Member | None:
        """Whom this code invites to sign in for the first time, or again with other means."""

    def named(self, name: str) -> Member | None:
        """By the name that they chose to sign in with."""

    def credentials(self, member: str, kind: str) -> list[Credential]: ...

    def of_passkey(self, passkey: str) -> tuple[Member, Credential] | None:
        """By the passkey's own id, in base64url."""

    def enrol(self, code: str, name: str, credentials: list[tuple[str, Json]]) -> Member | Outcome:
        """Spends the code; the credentials, kind and data, take the place of those before.
        ``name``: to sign in with; "" for a passkey. ``code``, ``taken``."""

    def count_up(self, member: str, credential: str, field: str, to: int) -> bool:
        """Of a TOTP its last step, of a passkey its counter: only ever up, and once. A passkey
        whose counter stays 0 counts nothing."""

    def note(self, member: str, deed: str) -> None:
        """Into the audit: signed_in, signed_out, not_signed_in. Of NOBODY nothing is kept."""

    def still(self, member: str) -> Member | None:
        """As they are now; None once disabled."""


class Devices(Protocol):
    """What people's own computers ask. ``token``: as they sent it."""

    def issued(self, token: str) -> bool:
        """Whether this clinic ever made it, good still or not: known at once, without a look at
        what is kept."""

    def join(self, message: Join) -> Joined | Refused: ...

    def hello(self, token: str, message: Hello) -> Held | Refused: ...

    def lines(self, token: str, message: Lines) -> Held | Refused: ...

    def bodies(self, token: str, message: Bodies) -> Done | Refused: ...

    def leave(self, token: str, message: Leave) -> Done | Refused: ...


class Desk(Protocol):
    """What somebody who is signed in may ask. Who may not hears ``not_there``, as if there were
    nothing. Each may raise ClinicDownError."""

    def caseload(self, who: Member) -> Json | Outcome:
        """``clients``: id, name, what is new and what to read first, each with its journals."""

    def client(self, who: Member, client: str, before: int) -> Json | Outcome:
        """``items`` with since when, ``devices``, ``records``, what this member ``may``, the
        ``deeds`` ``before`` a number (0: the latest), and whether there are ``earlier`` ones."""

    def new_client(self, who: Member, name: str) -> Json | Outcome: ...

    def invite_device(self, who: Member, client: str) -> Json | Outcome:
        """``code`` and ``until_utc``: for the client's own computer, once."""

    def revoke_device(self, who: Member, client: str, device: str) -> Outcome: ...

    def invite_person(self, who: Member, client: str) -> Json | Outcome:
        """A code by which the client signs in here, to see, take out or erase their copy."""

    def people(self, who: Member) -> Json | Outcome:
        """``members`` and ``clients`` by name, assignments, supervision: for an admin."""

    def invite_member(self, who: Member, name: str, roles: Sequence[str]) -> Json | Outcome: ...

    def invite_again(self, who: Member, member: str) -> Json | Outcome: ...

    def disable(self, who: Member, member: str) -> Outcome: ...

    def assign(self, who: Member, client: str, member: str, yes: bool) -> Outcome: ...

    def supervise(self, who: Member, therapist: str, supervisor: str, yes: bool) -> Outcome: ...

    def audit(self, who: Member, before: int) -> Json | Outcome:
        """``deeds``, the latest first; ``whole``: whether the chain closes."""

    def export(self, who: Member, client: str, journal: str) -> Iterator[bytes] | Outcome: ...

    def erase(self, who: Member, client: str) -> Outcome:
        """The copy of one person: for good. Their own computer keeps its record."""

    def record(self, who: Member, client: str, journal: str) -> ASGIApp | Outcome:
        """The read-only pages over one record."""


class ClinicDownError(Exception):
    """The clinic's database can't be reached, or does not take anything now; a line for people."""
