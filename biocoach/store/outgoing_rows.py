"""Rows for a clinic's copy: what of each goes, and what belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, and_, case, select

from biocoach.store.codec import parse
from biocoach.store.reader import fact_kind
from biocoach.store.schema import FACTS, entries, sessions, settings_documents
from biocoach.syncing.items import item_of
from biocoach.syncing.wire import MIXED, MOST_TEXT
from biocoach.syncing.wire import Row as Sent

BATCH_LETTERS = 2_000_000  # of bodies in one message
PAGE = 500
SHEET = fact_kind("sheet:")  # only of these the value says the item
Items: TypeAlias = Collection[str]
_SEALED = [c for c in entries.c if c.name not in ("kind", "body")]


def square(seq: Any) -> Any:
    """Of a number, or of a column."""
    return seq * seq % MIXED


def in_room(rows: Iterable[Row[Any]], items: Items) -> Iterator[Sent]:
    letters = 0
    for row in rows:
        sealed = {column.name: getattr(row, column.name) for column in _SEALED}
        goes = row.body is not None and len(row.body) <= MOST_TEXT and agreed(row, items)
        letters += len(row.body) if goes else 0
        if goes and letters > BATCH_LETTERS and letters != len(row.body):
            return
        yield Sent(**sealed, kind=row.kind, body=row.body) if goes else Sent(**sealed)


def agreed(row: Any, items: Items) -> bool:
    of_sheet = row.session == FACTS and row.kind.startswith(SHEET)
    item = item_of(row.session, row.kind, parse(row.body) if of_sheet else None)
    return item is not None and item in items


def value_of_sheets() -> ColumnElement[Any]:
    """No body is read in vain."""
    whose = and_(entries.c.session == FACTS, entries.c.kind.startswith(SHEET))
    return case((whose, entries.c.body), else_="").label("body")


def named_by(connection: Connection, seqs: Sequence[int]) -> tuple[set[str], set[str]]:
    """The sessions of these lines, and the hashes of their settings."""
    found: set[str] = set()
    hashes: set[str] = set()
    for some in parts(seqs):
        columns = select(entries.c.session, entries.c.settings_hash).distinct()
        rows = connection.execute(columns.where(entries.c.seq.in_(some))).all()
        found |= {row.session for row in rows}
        hashes |= {row.settings_hash for row in rows if row.settings_hash}
    return found, hashes


def salts_of(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Of sessions, never of facts: whoever had that one could try what an erased fact said."""
    wanted = sorted(set(names) - {FACTS})
    rows = (
        row
        for some in parts(wanted)
        for row in connection.execute(
            select(sessions.c.session, sessions.c.salt).where(sessions.c.session.in_(some))
        )
    )
    return {row.session: bytes(row.salt).hex() for row in rows}


def settings_of(connection: Connection, hashes: Collection[str]) -> dict[str, str]:
    table = settings_documents.c
    query = select(table.hash, table.json).where(table.hash.in_(sorted(hashes)))
    return {row.hash: row.json for row in connection.execute(query)}


def parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(values), PAGE):
        yield values[first : first + PAGE]
