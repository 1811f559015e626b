"""How a clinic's page is told of clients, people and deeds: rows of the database as its JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from biocoach.cli.clinic.down import NOT_THERE
from biocoach.clock import iso_utc
from biocoach.sharing.caseload import quiet_since
from biocoach.store.clinic import ClinicEngine, consent, overview, people
from biocoach.store.clinic.audit import Deed, What
from biocoach.store.clinic.digests import digests_for
from biocoach.store.clinic.people import Role
from biocoach.store.clinic.records import Journal, journals_of
from biocoach.syncing.items import ITEMS
from dashboard.ports import Outcome

Json = dict[str, Any]
DEEDS_MOST = 100  # on one page
# A code of the audit to one of the page's words; what is not here is told as it is.
_WORDS = {
    "open": "opened", "read": "opened", "export": "exported", "sign_in": "signed_in",
    "sign_out": "signed_out", "refused": "not_signed_in", "invite": "invited", "join": "joined",
    "leave": "left", "revoke": "revoked", "assign": "assigned", "unassign": "unassigned",
    "erase": "erased", "disable": "disabled", "found": "founded", "caseload": "listed",
}  # fmt: skip


def caseload(engine: ClinicEngine, member: UUID, today: date) -> Json:
    """Whom this member sees, each with what is new; the look is noted."""
    rows = digests_for(engine, member)
    heard = overview.heard_from(engine, member)
    looked = overview.looked(engine, member)
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


def client(
    engine: ClinicEngine, member: UUID, client: UUID, roles: Collection[str], before: int
) -> Json | Outcome:
    """One of them: what was agreed, their computers and records, and the deeds ``before`` a number
    (0: the latest). ``roles``: this member's."""
    known = people.client_of(engine, member, client)
    if known is None:
        return NOT_THERE
    sees = overview.sees(engine, member, client)
    own, admin = "practitioner" in roles, "admin" in roles
    may = [*(["read", "export"] if sees else []), *(["erase"] if sees and own else [])]
    may += [*(["invite"] if admin else []), *(["revoke"] if admin or own else [])]
    found = overview.latest_deeds(
        engine, member, client=client, looks=own, before=before, most=DEEDS_MOST + 1
    )
    heard = overview.heard_of(engine, member, client)
    return {
        "id": str(client), "name": known.alias, "may": may,
        "items": _items(consent.history(engine, member, client)),
        "devices": [
            {
                "id": str(one.device), "name": one.name, "joined_utc": _utc(one.made),
                "heard_utc": _utc(heard.heard) if heard else None,
                "revoked": one.revoked is not None,
            }
            for one in people.devices(engine, member, client)
        ],
        "records": [_record(one) for one in journals_of(engine, member, client)],
        "deeds": deeds(engine, member, found[:DEEDS_MOST], known),
        "earlier": len(found) > DEEDS_MOST,
    }  # fmt: skip


def everybody(engine: ClinicEngine, member: UUID) -> Json:
    """For an admin: the staff, the clients by name, and who sees whom."""
    assigned, supervised = overview.tied(engine, member)
    known = people.members(engine, member)
    in_use = overview.with_credentials(engine, member)
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
            for one in people.clients(engine, member)
        ],
    }  # fmt: skip


def deeds(
    engine: ClinicEngine, member: UUID, found: Sequence[Deed], only: people.Client | None = None
) -> list[Json]:
    """In the page's words. ``only``: whom all of them are about."""
    names = {one.member: one.name for one in people.members(engine, member)}
    clients = [only] if only else people.clients(engine, member)
    aliases = {one.client: one.alias for one in clients}
    return [
        {
            "n": one.number, "at_utc": _utc(one.at), "member": names.get(one.member, ""),
            "client": aliases.get(one.client, "") if one.client else "",
            "deed": _WORDS.get(one.what, one.what), "detail": _detail(one),
        }
        for one in found
    ]  # fmt: skip


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
