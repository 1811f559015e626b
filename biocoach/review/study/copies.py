"""A clinic's database as a study's source: sessions of those who agreed to be counted in one.

It is read as a member of the clinic, a therapist or a supervisor, under a deed for each client,
which they can see. Nothing of it lies on a disk in between. Each worker asks the database itself,
at the address in BIOCOACH_DATABASE; no address and no name goes into the tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from biocoach.review.study.pieces import Piece, pieces_of
from biocoach.review.study.source import Item, SourceError, Told
from biocoach.settings import Settings
from biocoach.store import StoreError
from biocoach.store.clinic import ClinicEngine, NotAllowedError, UnfitRoleError, audit, consent
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.records import journals_of, open_reader
from biocoach.store.transfer import Chosen, lines_of

DATABASE = "BIOCOACH_DATABASE"
KIND = "clinic"
AWAY = "the clinic's database does not give it any more"


class Copies:
    """``member``: as whom it is read."""

    name = "clinic"

    def __init__(self, engine: ClinicEngine, member: UUID) -> None:
        self._engine = engine
        self._member = member

    def items(self) -> Iterator[Item]:
        """By client and session. Raises SourceError."""
        try:
            clients = consent.for_study(self._engine, self._member)
            named = sorted((_name(self._member, client), client) for client in clients)
            for name, client in named:
                yield from self._of(name, client)
        except (StoreError, NotAllowedError) as error:
            raise SourceError(str(error)) from None

    def _of(self, name: str, client: UUID) -> Iterator[Item]:
        known: set[str] = set()
        journals = journals_of(self._engine, self._member, client)
        if not journals:
            return
        deed = audit.begin(self._engine, self._member, What.READ, client, "study")
        for journal in journals:  # the one that goes on has the last word on a session
            reader = open_reader(self._engine, self._member, client, journal.journal, deed)
            for row in reader.sessions():
                if row.session in known or not row.closed:
                    continue
                known.add(row.session)
                content = f"{client} {row.session} {row.entries} {row.last_utc}"
                place = (self._member, client, journal.journal, deed, row.session)
                yield Item(
                    id=f"{name}/{sha256(row.session.encode()).hexdigest()[:12]}",
                    opened_by=KIND,
                    locator=" ".join(map(str, place)),
                    sha256=sha256(content.encode()).hexdigest(),
                    told=Told(person=name),
                )


def open_copy(locator: str, _content_sha256: str) -> Iterator[Piece]:
    """The session's recording. Raises OSError: it is not given any more."""
    member, client, journal, deed, session = locator.split(" ", 4)
    try:
        engine = ClinicEngine(os.environ.get(DATABASE, ""), pool=1)
        try:
            reader = open_reader(engine, UUID(member), UUID(client), journal, UUID(deed))
            chosen = Chosen(sessions=frozenset([session]), fact=lambda _: False)
            text = "".join(f"{line}\n" for line in lines_of(reader, chosen))
        finally:
            engine.close()
    except (StoreError, NotAllowedError, UnfitRoleError) as error:
        raise OSError(0, AWAY) from error
    yield from pieces_of(text.encode(), Path(session), Settings())


def _name(member: UUID, client: UUID) -> str:
    """What a client is called in the tables: the same in each study of this member, and nothing
    that anybody else could know them by."""
    return "p" + sha256(f"study {member} {client}".encode()).hexdigest()[:12]
