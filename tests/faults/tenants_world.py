"""Two clinics in one database, with marked words in every row, and all that strangers may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from biocoach.store import memory_store
from biocoach.store.clinic import ClinicEngine, audit, doors, people, ties
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.own import Own
from biocoach.store.clinic.people import Invited, Role
from biocoach.syncing.wire import Join, Joined
from biocoach.types import Mark, MarkKind
from tests.postgres import Base
from tests.store.clinic.support import JOURNAL, Clinic, made, sent
from tests.store.support import CLOCK, begin, closed, entry

# What the victim's rows are marked with, by what kind of row it is.
MARKS = {
    "record": "CANARYRECORD", "staff": "CANARYSTAFF", "alias": "CANARYALIAS",
    "people": "CANARYPEOPLE",
    "deed": "CANARYDEED", "secret": "CANARYSECRET",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """``elm`` is the victim's clinic; the deeds are all real."""

    elm: Clinic
    oak: Clinic
    journal: str
    ids: Mapping[str, str]
    disabled: UUID
    former: UUID
    opened: UUID
    supervised: UUID
    caseload: UUID
    synced: UUID
    signed_in: UUID
    elsewhere: UUID
    old: UUID
    disabled_opened: UUID
    former_opened: UUID
    former_caseload: UUID
    oak_opened: UUID
    oak_caseload: UUID
    revoked_token: str
    used_code: str


def made_world(base: Base) -> World:
    engine = ClinicEngine(base.app)
    try:
        return _made(base, engine)
    finally:
        engine.close()


def _made(base: Base, engine: ClinicEngine) -> World:
    elm, oak = made(base, engine, "Elm"), made(base, engine, "Oak")
    client, admin = elm.client.client, elm.admin
    second = _second(elm)
    _fill(elm, oak)
    leaving = [_hired(elm, name) for name in ("disabled", "former")]
    disabled, former = leaving
    disabled_opened, former_opened = (audit.begin(engine, w, What.OPEN, client) for w in leaving)
    former_caseload = audit.begin(engine, former, What.CASELOAD)
    people.disable(engine, admin, disabled)
    ties.unassign(engine, admin, client, former)
    old = audit.begin(engine, elm.therapist, What.OPEN, client)
    with base.root() as root:
        _mark(base, elm)
        root.execute("ANALYZE")
    return World(
        elm=elm, oak=oak, journal=JOURNAL, disabled=disabled, former=former, old=_aged(base, old),
        ids=_ids(base, elm), disabled_opened=disabled_opened, former_opened=former_opened,
        former_caseload=former_caseload,
        opened=audit.begin(engine, elm.therapist, What.OPEN, client, MARKS["deed"]),
        supervised=audit.begin(engine, elm.supervisor, What.OPEN, client),
        caseload=audit.begin(engine, elm.therapist, What.CASELOAD, None, MARKS["deed"]),
        synced=audit.standing(engine, elm.client.practitioner, client),
        signed_in=audit.begin(engine, elm.therapist, What.SIGN_IN),
        elsewhere=audit.begin(engine, elm.therapist, What.OPEN, second),
        oak_opened=audit.begin(engine, oak.therapist, What.OPEN, oak.client.client),
        oak_caseload=audit.begin(engine, oak.therapist, What.CASELOAD),
        **_spent(elm),
    )  # fmt: skip


def _hired(clinic: Clinic, name: str) -> UUID:
    found = people.add_member(clinic.engine, clinic.admin, name, [Role.THERAPIST])
    assert isinstance(found, UUID)
    ties.assign(clinic.engine, clinic.admin, clinic.client.client, found)
    return found


def _second(clinic: Clinic) -> UUID:
    """Another client of the same therapist, of whom there is nothing here."""
    found = people.add_client(clinic.engine, clinic.admin, "second")
    assert isinstance(found, people.Client)
    ties.assign(clinic.engine, clinic.admin, found.client, clinic.therapist)
    return found.client


def _spent(clinic: Clinic) -> dict[str, str]:
    """A computer that was taken out again, and the code by which it had come in."""
    engine, own = clinic.engine, clinic.client
    code = people.invite(engine, clinic.admin, own.practitioner, Invited.DEVICE)
    answer = doors.join(engine, Join(speaks=1, code=code.shown, device="old"))
    assert isinstance(answer, Joined)
    holder = doors.holder(engine, answer.token)
    assert holder is not None
    people.revoke_device(engine, own.practitioner, holder.device)
    return {"revoked_token": answer.token, "used_code": code.shown}


def _fill(elm: Clinic, oak: Clinic) -> None:
    for clinic, word in ((elm, MARKS["record"]), (oak, "oak")):
        own = memory_store(writer=f"{word}w", clock=CLOCK)
        note = Mark(kind=MarkKind.NOTE, text=f"{word}note")
        own.put_settings("hash", {"a": word})
        own.append([begin(), *(entry(note, at_s=float(n), number=n) for n in range(5)), closed()])
        own.put_fact("check_in", {"session": "s1", "note": word})
        sent(clinic.engine, clinic.client, own)
        own.close()
        client = clinic.client
        made_of = Own(clinic.engine, client.practitioner, client.client, JOURNAL)
        made_of.put_summary("s1", {"id": word})
        made_of.put_thin_review("s1", word, {"id": word})
        made_of.put_digest({"id": word}, word)
        for kind in doors.KINDS:
            secret = MARKS["secret"] if clinic is elm else "oak"
            handle = doors.handle_of(f"{word} {kind}")
            doors.add_credential(clinic.engine, client.practitioner, kind, {"x": secret}, handle)


def _mark(base: Base, elm: Clinic) -> None:
    """By the superuser, so that each row of Elm's staff and of the victim says what kind it is."""
    client, who = elm.client.client, elm.client.practitioner
    home = "clinic IN (SELECT clinic FROM clinic.clinics WHERE name LIKE 'Elm%')"
    with base.root() as root:
        for line in (
            f"UPDATE clinic.members SET name = '{MARKS['staff']}' || name WHERE {home} "
            "AND NOT 'practitioner' = ANY (roles)",
            f"UPDATE clinic.members SET name = '{MARKS['alias']}' WHERE member = '{who}'",
            f"UPDATE clinic.clients SET alias = '{MARKS['alias']}' WHERE client = '{client}'",
            f"UPDATE clinic.devices SET name = '{MARKS['alias']}' WHERE client = '{client}'",
            f"UPDATE clinic.clinics SET name = '{MARKS['staff']}' || name WHERE name LIKE 'Elm%'",
            f"UPDATE clinic.lines SET person = '{MARKS['record']}' WHERE client = '{client}'",
            f"UPDATE clinic.agreed SET agreed_utc = '{MARKS['people']}' WHERE client = '{client}'",
            f"UPDATE clinic.journals SET schema = '{MARKS['people']}' WHERE client = '{client}'",
        ):
            root.execute(line.encode())


def _aged(base: Base, deed: UUID) -> UUID:
    """13 hours old."""
    with base.root() as root:
        root.execute(
            "UPDATE clinic.deeds SET at = at - interval '13 hours' WHERE deed = %s", [deed]
        )
    return deed


def _ids(base: Base, elm: Clinic) -> Mapping[str, str]:
    """What a stranger is taken to know."""
    with base.root() as root:
        [(home,)] = root.execute(
            "SELECT clinic FROM clinic.members WHERE member = %s", [elm.therapist]
        ).fetchall()
    return {
        "client": str(elm.client.client), "clinic": str(home),
        "member": str(elm.client.practitioner),
        "practitioner": str(elm.client.practitioner), "therapist": str(elm.therapist),
        "supervisor": str(elm.supervisor), "device": str(elm.client.holder.device),
        "journal": JOURNAL, "session": "s1",
    }  # fmt: skip
