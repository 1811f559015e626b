"""What the clinic's page asks: the dashboard's ``Desk`` over the clinic's database.

Who may is decided by the rules on rows; here it is only put together, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from biocoach.cli.clinic import telling
from biocoach.cli.clinic.chain import Chain
from biocoach.cli.clinic.down import NOT_THERE, id_of, told
from biocoach.cli.clinic.shelf import RecordShelf
from biocoach.clock import Clock, iso_utc
from biocoach.store import Reader
from biocoach.store.clinic import (
    ClinicEngine,
    NotAllowedError,
    consent,
    doors,
    overview,
    people,
    ties,
)
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.over import over_only
from biocoach.store.clinic.own import erase_all
from biocoach.store.clinic.people import DEVICE_HOURS, MEMBER_HOURS, Invited, Role
from biocoach.store.clinic.records import journals_of, open_reader
from biocoach.store.transfer import Chosen, lines_of
from biocoach.types import Refusal
from dashboard.clinic.ports import Member
from dashboard.ports import Outcome
from dashboard.server import App

Json = dict[str, Any]
T = TypeVar("T")


class ClinicDesk:
    """Each may raise ClinicDownError."""

    def __init__(self, engine: ClinicEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._shelf = RecordShelf(engine, clock)
        self._chain = Chain(engine, clock.now_s)

    def close(self) -> None:
        self._shelf.close()

    # ---- clients

    def caseload(self, who: Member) -> Json | Outcome:
        today = self._clock.wall().astimezone().date()
        return self._do(who, lambda member: telling.caseload(self._engine, member, today))

    def client(self, who: Member, client: str, before: int) -> Json | Outcome:
        return self._of(
            who,
            client,
            lambda member, found: telling.client(self._engine, member, found, who.roles, before),
        )

    def new_client(self, who: Member, name: str) -> Json | Outcome:
        def add(member: UUID) -> Json | Outcome:
            found = people.add_client(self._engine, member, name)
            if isinstance(found, Refusal):
                return Outcome(why="taken" if name.isprintable() else "other")
            return {"id": str(found.client)}

        return self._do(who, add)

    def invite_device(self, who: Member, client: str) -> Json | Outcome:
        return self._invite(who, client, Invited.DEVICE)

    def invite_person(self, who: Member, client: str) -> Json | Outcome:
        return self._invite(who, client, Invited.MEMBER)

    def revoke_device(self, who: Member, client: str, device: str) -> Outcome:
        which = id_of(device)

        def take(member: UUID, found: UUID) -> Outcome:
            theirs = {one.device for one in people.devices(self._engine, member, found)}
            if which is None or which not in theirs:
                return NOT_THERE
            people.revoke_device(self._engine, member, which)
            return Outcome()

        return self._of(who, client, take)

    def export(self, who: Member, client: str, journal: str) -> Iterator[bytes] | Outcome:
        def take(member: UUID, found: UUID) -> Iterator[bytes] | Outcome:
            there = {one.journal for one in journals_of(self._engine, member, found)}
            if journal not in there:
                return NOT_THERE  # it would look like a record in which nothing ever was
            agreed = consent.items_now(self._engine, member, found)
            whole = open_reader(self._engine, member, found, journal, What.EXPORT)
            reader = over_only(whole)

            def still() -> bool:
                with told():
                    now = consent.items_now(self._engine, member, found)
                    return now == agreed and overview.sees(self._engine, member, found)

            return to_its_end(lines_of(reader, over(reader)), still)

        return self._of(who, client, take)

    def erase(self, who: Member, client: str) -> Outcome:
        def gone(member: UUID, found: UUID) -> Outcome:
            erase_all(self._engine, member, found)
            self._shelf.drop(found)
            return Outcome()

        if "practitioner" not in who.roles:
            return NOT_THERE
        return self._of(who, client, gone)

    def record(self, who: Member, client: str, journal: str) -> App | Outcome:
        return self._of(who, client, lambda m, found: self._shelf.app(m, found, journal))

    # ---- people

    def people(self, who: Member) -> Json | Outcome:
        if "admin" not in who.roles:
            return NOT_THERE
        return self._do(who, lambda member: telling.everybody(self._engine, member))

    def invite_member(self, who: Member, name: str, roles: Sequence[str]) -> Json | Outcome:
        def invite(member: UUID) -> Json | Outcome:
            made = people.add_member(self._engine, member, name, [Role(role) for role in roles])
            if isinstance(made, Refusal):
                return Outcome(why="other")
            return self._code(member, made, Invited.MEMBER)

        return self._do(who, invite)

    def invite_again(self, who: Member, member: str) -> Json | Outcome:
        """Their earlier way of signing in ends now: a lost phone may be in other hands."""

        def again(own: UUID, found: UUID) -> Json:
            doors.drop_credentials(self._engine, own, found)
            return self._code(own, found, Invited.MEMBER)

        return self._of(who, member, again)

    def disable(self, who: Member, member: str) -> Outcome:
        return self._for(who, member, lambda own, found: people.disable(self._engine, own, found))

    def assign(self, who: Member, client: str, member: str, yes: bool) -> Outcome:
        do, other = ties.assign if yes else ties.unassign, id_of(member)
        if other is None:
            return NOT_THERE
        return self._for(who, client, lambda own, found: do(self._engine, own, found, other))

    def supervise(self, who: Member, therapist: str, supervisor: str, yes: bool) -> Outcome:
        do, over = ties.supervise if yes else ties.unsupervise, id_of(supervisor)
        if over is None:
            return NOT_THERE
        return self._for(who, therapist, lambda own, found: do(self._engine, own, over, found))

    def audit(self, who: Member, before: int) -> Json | Outcome:
        if "admin" not in who.roles:
            return NOT_THERE

        def look(member: UUID) -> Json:
            deeds = overview.latest_deeds(
                self._engine, member, before=before, most=telling.DEEDS_MOST
            )
            return {
                "deeds": telling.deeds(self._engine, member, deeds),
                "whole": self._chain.whole(member),
                "earlier": bool(deeds) and deeds[-1].number > 1,
            }  # fmt: skip

        return self._do(who, look)

    # ---- inside

    def _invite(self, who: Member, client: str, kind: Invited) -> Json | Outcome:
        def invite(member: UUID, found: UUID) -> Json | Outcome:
            one = people.client_of(self._engine, member, found)
            return NOT_THERE if one is None else self._code(member, one.practitioner, kind)

        return self._of(who, client, invite)

    def _code(self, member: UUID, whom: UUID, kind: Invited) -> Json:
        secret = people.invite(self._engine, member, whom, kind)
        hours = DEVICE_HOURS if kind is Invited.DEVICE else MEMBER_HOURS
        return {
            "code": secret.shown,
            "until_utc": iso_utc(self._clock.wall() + timedelta(hours=hours)),
        }

    def _do(self, who: Member, do: Callable[[UUID], T | Outcome]) -> T | Outcome:
        try:
            with told():
                return do(UUID(who.id))
        except NotAllowedError:
            return NOT_THERE

    def _of(self, who: Member, what: str, do: Callable[[UUID, UUID], T | Outcome]) -> T | Outcome:
        found = id_of(what)
        return NOT_THERE if found is None else self._do(who, lambda member: do(member, found))

    def _done(self, who: Member, do: Callable[[UUID], object]) -> Outcome:
        def work(member: UUID) -> Outcome:
            do(member)
            return Outcome()

        return self._do(who, work)

    def _for(self, who: Member, what: str, do: Callable[[UUID, UUID], object]) -> Outcome:
        found = id_of(what)
        return NOT_THERE if found is None else self._done(who, lambda member: do(member, found))


def over(reader: Reader) -> Chosen:
    """Without a session that goes on: nobody but the wearer looks on. Raises StoreError."""
    return Chosen(sessions=frozenset(row.session for row in reader.sessions() if row.closed))


def to_its_end(lines: Iterator[str], still: Callable[[], bool]) -> Iterator[bytes]:
    """The end line only where all of it could be read to the end: whoever was taken off meanwhile,
    or a client who takes something back, would else leave a cut file that looks whole."""
    held: str | None = None
    for line in lines:
        if held is not None:
            yield f"{held}\n".encode()
        held = line
    if held is not None and still():
        yield f"{held}\n".encode()
