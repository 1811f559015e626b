"""What the server itself makes of a client's copy, and how all of a client's copy goes.

It is done as the client themself (``practitioner``), under their computer's deed: so the rules on
rows let nobody else put a word into somebody's record.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from biocoach.store.clinic import audit
from biocoach.store.clinic.audit import What
from biocoach.store.clinic.consent import agreed_now
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.store.codec import canonical

Json = Any
_THERE = text("SELECT FROM clinic.journals WHERE client = :client AND journal = :journal FOR SHARE")
_READABLE = (
    "EXISTS (SELECT FROM clinic.sessions s WHERE s.client = :client AND s.journal = :journal "
    "AND s.session = :session AND s.salt IS NOT NULL)"
)
# In this order: journals last, whose lock keeps others away.
_RECORD = (
    "lines", "sessions", "summaries", "thin_reviews", "settings_documents", "digests", "journals",
)  # fmt: skip


class Own:
    """Of one client and journal."""

    def __init__(
        self, engine: ClinicEngine, practitioner: UUID, client: UUID, journal: str
    ) -> None:
        self._engine = engine
        self._member = practitioner
        self._own = {"client": client, "journal": journal}
        self._client = client

    def put_summary(self, session: str, document: Json) -> None:
        """Replaces the session's summary. Raises StoreError, NotAllowedError."""
        self._put(
            "INSERT INTO clinic.summaries (client, journal, session, json) "
            f"SELECT :client, :journal, :session, :json WHERE {_READABLE} "
            "ON CONFLICT (client, journal, session) DO UPDATE SET json = excluded.json",
            {**self._own, "session": session, "json": canonical(document)},
        )

    def put_thin_review(self, session: str, made_by: str, document: Json) -> None:
        """Replaces what reports tell of the session."""
        self._put(
            "INSERT INTO clinic.thin_reviews (client, journal, session, made_by, json) "
            f"SELECT :client, :journal, :session, :made_by, :json WHERE {_READABLE} "
            "ON CONFLICT (client, journal, session) "
            "DO UPDATE SET json = excluded.json, made_by = excluded.made_by",
            {**self._own, "session": session, "made_by": made_by, "json": canonical(document)},
        )

    def put_digest(
        self, document: Json, made_by: str, agreed: Collection[str] | None = None
    ) -> None:
        """Replaces what a caseload shows of the client. ``made_by``: a version, to know later
        which are to be made anew. ``agreed``: of what it was made; where that is not what is agreed
        to now, it is not kept."""
        self._put(
            "INSERT INTO clinic.digests (client, made_by, json) VALUES (:client, :made_by, :json) "
            "ON CONFLICT (client) DO UPDATE "
            "SET json = excluded.json, made_by = excluded.made_by, made = clock_timestamp()",
            {"client": self._client, "made_by": made_by, "json": canonical(document)},
            agreed,
        )

    def _put(self, query: str, said: dict[str, Any], agreed: Collection[str] | None = None) -> None:
        """What was erased or withdrawn while this was worked out does not come back by it."""
        deed = audit.standing(self._engine, self._member, self._client)
        with self._engine.as_member(self._member, deed=deed) as connection:
            there = connection.execute(_THERE, self._own).first() is not None
            if there and (agreed is None or agreed_now(connection, self._client) == set(agreed)):
                connection.execute(text(query), said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many lines are gone, words or not."""

    lines: int


def erase_all(engine: ClinicEngine, practitioner: UUID, client: UUID) -> Erased:
    """Everything of a client's copy, by themself: lines, bodies, salts, what was made of them.
    Nothing is agreed to any more and no computer of theirs is joined. The audit stays, and says so.

    PostgreSQL gives the room free at the next VACUUM; what backups hold goes with them.
    """
    deed = audit.begin(engine, practitioner, What.ERASE, client, "all")
    with engine.as_member(practitioner, deed=deed) as connection:
        lines = erase(connection, client)
        audit.append(connection, What.ERASE, client, f"{lines} lines are gone")
    return Erased(lines=lines)


def erase(connection: Connection, client: UUID) -> int:
    """In a transaction that leans on an ERASE deed of the client's own; how many lines went."""
    own = {"client": client}
    # First, as whatever a computer says begins with a lock on its own row: nothing comes after.
    over = "UPDATE clinic.devices SET revoked = now() WHERE client = :client AND revoked IS NULL"
    connection.execute(text(over), own)
    lock = text("SELECT journal FROM clinic.journals WHERE client = :client ORDER BY 1 FOR UPDATE")
    connection.execute(lock, own)
    gone = 0
    for name in _RECORD:
        query = text(f"DELETE FROM clinic.{name} WHERE client = :client")  # noqa: S608 - constants
        count = connection.execute(query, own).rowcount
        gone += count if name == "lines" else 0
    ended = (
        "UPDATE clinic.agreed SET withdrawn = clock_timestamp() "
        "WHERE client = :client AND withdrawn IS NULL"
    )
    connection.execute(text(ended), own)
    return gone
