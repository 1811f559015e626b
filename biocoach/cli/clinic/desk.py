"""What the clinic's page asks: the dashboard's ``Desk`` over the clinic's database.

Who may is decided by the rules on rows; here it is only put together, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from biocoach.cli.clinic.down import NOT_THERE, id_of, told
from biocoach.cli.clinic.shelf import RecordShelf
from biocoach.clock import Clock, iso_utc
from biocoach.sharing.caseload import quiet_since
from biocoach.store.clinic import (
    ClinicEngine,
    NotAllowedError,
    audit,
    consent,
    doors,
    overview,
    people,
)
from biocoach.store.clinic.audit import Deed, What
from biocoach.store.clinic.digests import digests_for
from biocoach.store.clinic.own import erase_all
from biocoach.store.clinic.people import DEVICE_HOURS, MEMBER_HOURS, Invited, Role
from biocoach.store.clinic.records import Journal, journals_of, open_reader
from biocoach.store.transfer import lines_of
from biocoach.syncing.items import ITEMS
from biocoach.types import Refusal
from dashboard.clinic.ports import Member
from dashboard.ports import Outcome
from dashboard.server import App

Json = dict[str, Any]
T = TypeVar("T")
DEEDS_MOST = 100  # on one page
# A code of the audit to one of the page's words; what is not here is told as it is.
_WORDS = {
    "open": "opened", "read": "opened", "export": "exported", "sign_in": "signed_in",
    "sign_out": "signed_out", "refused": "not_signed_in", "invite": "invited", "join": "joined",
    "leave": "left", "revoke": "revoked", "assign": "assigned", "unassign": "unassigned",
    "erase": "erased", "disable": "disabled", "found": "founded", "caseload": "listed",
}  # fmt: skip


class ClinicDesk:
    """Each may raise ClinicDownError."""

    def __init__(self, engine: ClinicEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._shelf = RecordShelf(engine, clock)

    def close(self) -> None:
        self._shelf.close()

    # ---- clients

    def caseload(self, who: Member) -> Json | Outcome:
        today = self._clock.wall().astimezone().date()

        def look(member: UUID) -> Json:
            rows = digests_for(self._engine, member)
            heard = overview.heard_from(self._engine, member)
            looked = overview.looked(self._engine, member)
            return {
                "clients": [
                    {
                        "id": str(row.client), "name": row.alias,
                        "journal": heard[row.client].journal if row.client in heard else None,
                        "heard_utc": _utc(heard[row.client].heard) if row.client in heard else None,
                        "opened_utc": _utc(looked[row.client]) if row.client in looked else None,
                        "digest": _digest(row.document, row.made, today),
                    }
                    for row in rows
                ]
            }  # fmt: skip

        return self._do(who, look)

    def client(self, who: Member, client: str, before: int) -> Json | Outcome:
        return self._of(who, client, lambda member, found: self._about(who, member, found, before))

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
            if journal not in {one.journal for one in journals_of(self._engine, member, found)}:
                return NOT_THERE  # it would look like a record in which nothing ever was
            agreed = consent.items_now(self._engine, member, found)
            reader = open_reader(self._engine, member, found, journal, What.EXPORT)

            def still() -> bool:
                with told():
                    now = consent.items_now(self._engine, member, found)
                    return now == agreed and overview.sees(self._engine, member, found)

            return _to_its_end(lines_of(reader), still)

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
        return self._do(who, self._everybody)

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
        do, other = people.assign if yes else people.unassign, id_of(member)
        if other is None:
            return NOT_THERE
        return self._for(who, client, lambda own, found: do(self._engine, own, found, other))

    def supervise(self, who: Member, therapist: str, supervisor: str, yes: bool) -> Outcome:
        do, over = people.supervise if yes else people.unsupervise, id_of(supervisor)
        if over is None:
            return NOT_THERE
        return self._for(who, therapist, lambda own, found: do(self._engine, own, over, found))

    def audit(self, who: Member, before: int) -> Json | Outcome:
        if "admin" not in who.roles:
            return NOT_THERE

        def look(member: UUID) -> Json:
            deeds = overview.latest_deeds(self._engine, member, before=before, most=DEEDS_MOST)
            checked = audit.check(self._engine, member)
            return {
                "deeds": self._told(member, deeds), "whole": not checked.problems,
                "earlier": bool(deeds) and deeds[-1].number > 1,
            }  # fmt: skip

        return self._do(who, look)

    # ---- inside

    def _about(self, who: Member, member: UUID, client: UUID, before: int) -> Json | Outcome:
        alias = {one.client: one.alias for one in people.clients(self._engine, member)}
        if client not in alias:
            return NOT_THERE
        sees = overview.sees(self._engine, member, client)
        own, admin = "practitioner" in who.roles, "admin" in who.roles
        may = [*(["read", "export"] if sees else []), *(["erase"] if sees and own else [])]
        may += [*(["invite"] if admin else []), *(["revoke"] if admin or own else [])]
        deeds = overview.latest_deeds(
            self._engine, member, client=client, looks=own, before=before, most=DEEDS_MOST + 1
        )
        heard = overview.heard_from(self._engine, member)
        return {
            "id": str(client), "name": alias[client], "may": may,
            "items": _items(consent.history(self._engine, member, client)),
            "devices": [
                {
                    "id": str(one.device), "name": one.name, "joined_utc": _utc(one.made),
                    "heard_utc": _utc(heard[client].heard) if client in heard else None,
                    "revoked": one.revoked is not None,
                }
                for one in people.devices(self._engine, member, client)
            ],
            "records": [_record(one) for one in journals_of(self._engine, member, client)],
            "deeds": self._told(member, deeds[:DEEDS_MOST]), "earlier": len(deeds) > DEEDS_MOST,
        }  # fmt: skip

    def _everybody(self, member: UUID) -> Json:
        assigned, supervised = overview.tied(self._engine, member)
        known = people.members(self._engine, member)
        in_use = overview.with_credentials(self._engine, member)
        return {
            "members": [
                {
                    "id": str(one.member), "name": one.name, "roles": list(map(str, one.roles)),
                    "disabled": one.disabled is not None, "signs_in": one.member in in_use,
                    "supervised_by": list(map(str, supervised.get(one.member, []))),
                }
                for one in known
                if Role.PRACTITIONER not in one.roles
            ],
            "clients": [
                {
                    "id": str(one.client), "name": one.alias,
                    "assigned": list(map(str, assigned.get(one.client, []))),
                }
                for one in people.clients(self._engine, member)
            ],
        }  # fmt: skip

    def _invite(self, who: Member, client: str, kind: Invited) -> Json | Outcome:
        def invite(member: UUID, found: UUID) -> Json | Outcome:
            clients = {one.client: one for one in people.clients(self._engine, member)}
            if found not in clients:
                return NOT_THERE
            return self._code(member, clients[found].practitioner, kind)

        return self._of(who, client, invite)

    def _code(self, member: UUID, whom: UUID, kind: Invited) -> Json:
        secret = people.invite(self._engine, member, whom, kind)
        hours = DEVICE_HOURS if kind is Invited.DEVICE else MEMBER_HOURS
        return {
            "code": secret.shown,
            "until_utc": iso_utc(self._clock.wall() + timedelta(hours=hours)),
        }

    def _told(self, member: UUID, deeds: Sequence[Deed]) -> list[Json]:
        names = {one.member: one.name for one in people.members(self._engine, member)}
        aliases = {one.client: one.alias for one in people.clients(self._engine, member)}
        return [
            {
                "n": one.number, "at_utc": _utc(one.at), "member": names.get(one.member, ""),
                "client": aliases.get(one.client, "") if one.client else "",
                "deed": _WORDS.get(one.what, one.what), "detail": _detail(one),
            }
            for one in deeds
        ]  # fmt: skip

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


def _to_its_end(lines: Iterator[str], still: Callable[[], bool]) -> Iterator[bytes]:
    """The end line only where all of it could be read to the end: whoever was taken off meanwhile,
    or a client who takes something back, would else leave a cut file that looks whole."""
    held: str | None = None
    for line in lines:
        if held is not None:
            yield f"{held}\n".encode()
        held = line
    if held is not None and still():
        yield f"{held}\n".encode()


def _utc(at: datetime) -> str:
    return iso_utc(at.astimezone(UTC))


def _digest(document: Any, made: datetime | None, today: date) -> Json | None:
    """As it was made, but for what every day changes: for how long nobody practised."""
    if document is None or made is None:
        return None
    known = [one for one in document["reasons"] if one["what"] != "no_practice"]
    quiet = [asdict(one) for one in quiet_since(document["practised"], today)]
    found: Json = document | {"made_utc": _utc(made), "reasons": [*known, *quiet]}
    return found


def _record(one: Journal) -> Json:
    return {
        "journal": one.journal, "lines": one.at.seq, "from_utc": _utc(one.made),
        "until_utc": _utc(one.heard), "live": one.live,
    }  # fmt: skip


def _items(history: Sequence[consent.Agreed]) -> list[Json]:
    """Each item that there is, as it stands now."""
    latest = {one.item: one for one in history}
    rows = []
    for item in ITEMS:
        one = latest.get(item)
        agreed = _utc(one.since) if one and one.withdrawn is None else None
        ended = _utc(one.withdrawn) if one and one.withdrawn else None
        rows.append({"item": item, "agreed_utc": agreed, "withdrawn_utc": ended})
    return rows


def _detail(deed: Deed) -> str:
    """Of consents the items; ids say nothing to people."""
    return deed.detail if deed.what == What.CONSENT else ""
