"""To whom something goes, and the sealed file itself: the same for the command and for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from biocoach.clock import iso_utc
from biocoach.sharing.leaving import Leaving, Wish
from biocoach.sharing.people import (
    IDENTITY,
    RECIPIENTS,
    Book,
    Person,
    keep_people,
    note_sent,
    people_in,
    refuses_person,
    used_by,
)
from biocoach.store import Reader
from biocoach.store.bundle import Kind, Manifest, pack
from biocoach.store.seal import Address, Identity, identity_of

TELL_EVERY = 1000  # lines
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file as it would leave: what was seen of it is what is sealed in it."""

    to: Person
    leaving: Leaving
    manifest: Manifest
    packed: bytes


def why_not_new(book: Book, name: str, address: Address) -> str:
    """Why somebody can't be added, as a code: those of ``refuses_person``, and ``own``."""
    mine = identity_of(book.fact(IDENTITY))
    if mine is not None and mine.address == address:
        return "own"
    return refuses_person(people_in(book, RECIPIENTS), name, address)


def new_person(name: str, address: Address, now: datetime) -> Person:
    """Somebody who is on no list yet."""
    return Person(name=name.strip(), address=address, added=now.astimezone().date().isoformat())


def add_person(book: Book, name: str, address: Address, now: datetime) -> Person:
    """To those who are known, after ``why_not_new`` and the passphrase. Raises StoreError."""
    new = new_person(name, address, now)
    keep_people(book, RECIPIENTS, (*people_in(book, RECIPIENTS), new))
    return new


def give(
    reader: Reader,
    to: Person,
    wish: Wish,
    by: Identity,
    now: datetime,
    *,
    sender: str = "",
    copy: bool = False,
    simulated: bool = False,
    tell: Tell = lambda done, of: None,
) -> Given:
    """Sealed in memory, nothing written anywhere. ``sender``: what the person is called in it;
    ``copy``: they can open it too. ``tell``: lines done, of how many (read, then sealed); what it
    raises ends the work. Raises StoreError."""
    leaving = Leaving(reader, wish, simulated=simulated)
    of = 2 * max(1, leaving.expected)
    lines = list(_told(leaving.lines(), tell, 0, of))  # read first: only then is known what leaves
    manifest = Manifest(
        id=uuid4().hex, kind=Kind.RECORD, made_utc=iso_utc(now), sender=by.address,
        name=sender.strip(), to=(to.address, by.address) if copy else (to.address,),
        period=leaving.period, chosen=leaving.counts, redacted=len(leaving.redactor.names),
        simulated=simulated,
    )  # fmt: skip
    packed = pack(manifest, _told(lines, tell, of // 2, of), by)
    tell(of, of)
    return Given(to=to, leaving=leaving, manifest=manifest, packed=packed)


def note_given(book: Book, given: Given, now: datetime) -> None:
    """That it was made, and for whom. Raises StoreError."""
    people = people_in(book, RECIPIENTS)
    keep_people(book, RECIPIENTS, used_by(people, given.to.address, now))
    note_sent(book, given.manifest, given.to)


def _told(lines: Iterable[str], tell: Tell, begin: int, of: int) -> Iterator[str]:
    """A record has a few lines beside its sessions': never more than all is told."""
    for n, line in enumerate(lines):
        if n % TELL_EVERY == 0:
            tell(min(begin + n, of), of)
        yield line
