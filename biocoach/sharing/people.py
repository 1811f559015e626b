"""Facts of a record about sharing: one's own identity, who is known, what went to whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from biocoach.settings import SHARING
from biocoach.store.bundle import Manifest
from biocoach.store.seal import Address, Identity, address_of, identity_of, new_identity

Json = dict[str, Any]
IDENTITY = "secret:identity"  # never leaves: transfer.NEVER
RECIPIENTS, CLIENTS, SHARED = "recipients", "clients", "shared"  # the facts' names
SHARED_MAX = 1000


class Book(Protocol):
    """The record, as far as it is written here; each may raise StoreError."""

    def fact(self, name: str) -> Json | None: ...

    def put_fact(self, name: str, value: Json) -> None: ...

    def replace_fact(self, name: str, value: Json) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody by the name that they were given here. ``used``: the last day of sharing, or ""."""

    name: str
    address: Address
    added: str
    used: str = ""

    def told(self) -> Json:
        """For people: with the fingerprint to compare."""
        return {
            "name": self.name,
            "address": self.address.line,
            "fingerprint": self.address.fingerprint,
            "added": self.added,
            "used": self.used,
        }


def identity_in(book: Book) -> Identity:
    """The record's own, made at the first need. Raises StoreError."""
    known = identity_of(book.fact(IDENTITY))
    if known is None:
        known = new_identity()
        book.put_fact(IDENTITY, known.kept())
    return known


def people_in(book: Book, fact: str) -> tuple[Person, ...]:
    """By name. What can't be read is nobody."""
    rows = (book.fact(fact) or {}).get("known", [])
    found = [
        Person(name=row["name"], address=address, added=row["added"], used=row["used"])
        for row in rows
        if (address := address_of(row["address"])) is not None
    ]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def keep_people(book: Book, fact: str, people: tuple[Person, ...]) -> None:
    """In place of those before, of whom nothing is left. Raises StoreError."""
    rows = [
        {key: value for key, value in one.told().items() if key != "fingerprint"} for one in people
    ]
    book.replace_fact(fact, {"known": rows, "rev": uuid4().hex})


def named(people: tuple[Person, ...], name: str) -> Person | None:
    wanted = name.strip().casefold()
    return next((one for one in people if one.name.casefold() == wanted), None)


def at(people: tuple[Person, ...], address: Address) -> Person | None:
    return next((one for one in people if one.address == address), None)


def refuses_person(people: tuple[Person, ...], name: str, address: Address) -> str:
    """Why somebody can't be added, as a code; "" where they can."""
    if not name.strip() or len(name) > SHARING.name_letters_max:
        return "no_name"
    if len(people) >= SHARING.recipients_max:
        return "full"
    if named(people, name) is not None:
        return "name_taken"
    return "known" if at(people, address) is not None else ""


def used_by(people: tuple[Person, ...], address: Address, now: datetime) -> tuple[Person, ...]:
    day = now.astimezone().date().isoformat()
    return tuple(replace(one, used=day) if one.address == address else one for one in people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A bundle that was made: its id, when, for whom, and how much of what."""

    id: str
    made_utc: str
    name: str
    address: str
    period: tuple[str, str]
    chosen: dict[str, int]
    redacted: int


def sent_in(book: Book) -> tuple[Sent, ...]:
    """The oldest first."""
    rows = (book.fact(SHARED) or {}).get("sent", [])
    return tuple(Sent(**{**row, "period": tuple(row["period"])}) for row in rows)


def note_sent(book: Book, manifest: Manifest, to: Person) -> None:
    """Raises StoreError."""
    new = Sent(
        id=manifest.id,
        made_utc=manifest.made_utc,
        name=to.name,
        address=to.address.line,
        period=manifest.period,
        chosen=dict(manifest.chosen),
        redacted=manifest.redacted,
    )
    rows = [asdict(one) for one in (*sent_in(book), new)][-SHARED_MAX:]
    book.replace_fact(SHARED, {"sent": rows, "rev": uuid4().hex})
