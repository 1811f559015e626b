"""What a client has agreed that their clinic may read, item by item, and since when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from biocoach.store.clinic import copies
from biocoach.store.clinic.engine import ClinicEngine
from biocoach.syncing.items import STUDY


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """``since`` and ``withdrawn`` by this database's clock, ``agreed_utc`` by the client's."""

    item: str
    since: datetime
    agreed_utc: str
    withdrawn: datetime | None


def agreed_now(connection: Connection, client: UUID) -> set[str]:
    query = text("SELECT item FROM clinic.agreed WHERE client = :client AND withdrawn IS NULL")
    return {row.item for row in connection.execute(query, {"client": client})}


def history(engine: ClinicEngine, member: UUID, client: UUID) -> list[Agreed]:
    """The oldest first; for the client and for those who see them."""
    query = text(
        "SELECT item, since, agreed_utc, withdrawn FROM clinic.agreed WHERE client = :client "
        "ORDER BY since, item"
    )
    with engine.as_member(member) as connection:
        rows = connection.execute(query, {"client": client})
        return [Agreed(**row._mapping) for row in rows]


def items_now(engine: ClinicEngine, member: UUID, client: UUID) -> set[str]:
    """For the client and for those who see them."""
    with engine.as_member(member) as connection:
        return agreed_now(connection, client)


def for_study(engine: ClinicEngine, member: UUID) -> list[UUID]:
    """The clients whom this member sees and who agreed to be counted, and to their sessions."""
    query = text(
        "SELECT client FROM clinic.agreed WHERE withdrawn IS NULL AND item IN (:study, 'sessions') "
        "GROUP BY client HAVING count(DISTINCT item) = 2 ORDER BY client"
    )
    with engine.as_member(member) as connection:
        return [row.client for row in connection.execute(query, {"study": STUDY})]


def agree(connection: Connection, client: UUID, items: Collection[str], agreed_utc: str) -> str:
    """These items from now on, and no others: what was withdrawn is taken at once, of every journal
    of theirs. What changed, for the deed; "" where nothing did."""
    before, now = agreed_now(connection, client), set(items)
    ended, new = sorted(before - now), sorted(now - before)
    if ended:
        over = text(
            "UPDATE clinic.agreed SET withdrawn = clock_timestamp() "
            "WHERE client = :client AND item = ANY (:items) AND withdrawn IS NULL"
        )
        connection.execute(over, {"client": client, "items": ended})
        take_unagreed(connection, client, now)
    for item in new:
        add = text(
            "INSERT INTO clinic.agreed (client, item, agreed_utc) VALUES (:client, :item, :utc) "
            "ON CONFLICT (client, item) WHERE withdrawn IS NULL DO NOTHING"
        )
        connection.execute(add, {"client": client, "item": item, "utc": agreed_utc})
    return " ".join([*(f"+{item}" for item in new), *(f"-{item}" for item in ended)])


def take_unagreed(connection: Connection, client: UUID, items: Collection[str]) -> int:
    """How many bodies went. What a caseload shows was made of them: it goes, and is made anew."""
    query = text("SELECT journal FROM clinic.journals WHERE client = :client ORDER BY 1 FOR UPDATE")
    gone = 0
    for row in connection.execute(query, {"client": client}).all():
        gone += copies.withdraw(connection, copies.whose(client, row.journal), items)
    connection.execute(text("DELETE FROM clinic.digests WHERE client = :c"), {"c": client})
    return gone
