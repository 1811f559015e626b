"""What a client has agreed that their clinic may read, item by item, and since when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from biocoach.store.clinic import copies
from biocoach.store.clinic.doors import Holder
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``detail``: what changed, for the deed; "" where nothing did. ``withdrawn``: what was not
    taken, and when it had been withdrawn; ``known_utc``: the latest that the client's computers
    have said of any item. Both by their clocks."""

    detail: str
    withdrawn: dict[str, str]
    known_utc: str


def agree(
    connection: Connection, holder: Holder, since: Mapping[str, str], changed_utc: str
) -> Change:
    """These items from now on, each agreed to ``since``, and no others: what was withdrawn is taken
    at once, of every journal of theirs.

    A record that was put back from an older backup still says yes to what was withdrawn after it.
    Such a yes is not taken: the item stays withdrawn until there is a later one. Only moments that
    the client's own computers told are held against each other, as texts of ``iso_utc``; and never
    with what was withdrawn before this computer joined, since whoever joins chooses anew.
    """
    before, last = agreed_now(connection, holder.client), _withdrawn(connection, holder)
    late = {item: last[item] for item in since if since[item] <= last.get(item, "")}
    late = {item: late[item] for item in late if item not in before}
    ended, new = sorted(before - since.keys()), sorted(since.keys() - before - late.keys())
    if ended:
        over = text(
            "UPDATE clinic.agreed SET withdrawn = clock_timestamp(), "
            'withdrawn_utc = greatest(agreed_utc, CAST(:utc AS text) COLLATE "C") '
            "WHERE client = :client AND item = ANY (:items) AND withdrawn IS NULL"
        )
        said = {"client": holder.client, "items": ended, "utc": changed_utc}
        connection.execute(over, said)
        take_unagreed(connection, holder.client, since.keys() - late.keys())
    for item in new:
        add = text(
            "INSERT INTO clinic.agreed (client, item, agreed_utc) VALUES (:client, :item, :utc) "
            "ON CONFLICT (client, item) WHERE withdrawn IS NULL DO NOTHING"
        )
        said = {"client": holder.client, "item": item, "utc": since[item]}
        connection.execute(add, said)
    detail = " ".join([*(f"+{item}" for item in new), *(f"-{item}" for item in ended)])
    return Change(detail=detail, withdrawn=late, known_utc=_latest(connection, holder.client))


def _withdrawn(connection: Connection, holder: Holder) -> dict[str, str]:
    """When each item was last withdrawn, of those that were since this computer joined."""
    query = text(
        "SELECT a.item, max(a.withdrawn_utc) AS utc FROM clinic.agreed a WHERE a.client = :client "
        "AND a.withdrawn > (SELECT d.made FROM clinic.devices d WHERE d.device = :device) "
        "GROUP BY a.item"
    )
    said = {"client": holder.client, "device": holder.device}
    return {row.item: row.utc for row in connection.execute(query, said)}


def _latest(connection: Connection, client: UUID) -> str:
    query = text(
        "SELECT max(greatest(agreed_utc, withdrawn_utc)) FROM clinic.agreed WHERE client = :client"
    )
    return str(connection.execute(query, {"client": client}).scalar() or "")


def take_unagreed(connection: Connection, client: UUID, items: Collection[str]) -> int:
    """How many bodies went. What a caseload shows was made of them: it goes, and is made anew."""
    query = text("SELECT journal FROM clinic.journals WHERE client = :client ORDER BY 1 FOR UPDATE")
    gone = 0
    for row in connection.execute(query, {"client": client}).all():
        gone += copies.withdraw(connection, copies.whose(client, row.journal), items)
    if "sessions" not in items:
        copies.forget_settings(connection, client)
    connection.execute(text("DELETE FROM clinic.digests WHERE client = :c"), {"c": client})
    return gone
