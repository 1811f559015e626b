"""How bodies are taken for good: at once where there is room, bit by bit where the disk is full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Executable, delete, select, update

from biocoach.store import reserve
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.schema import entries, sessions, summaries, thin_reviews

ERASED = "erased"
BIT = 100  # lines: about 200 kB of write-ahead log
NO_ROOM = (Trouble.DISK_FULL, Trouble.IO)  # a full disk says either


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """``whose`` lines, the sessions ``named``, and what is erased ``beside`` them."""

    whose: ColumnElement[bool]
    named: ColumnElement[bool]
    beside: Sequence[Executable] = ()

    def do(self, database: Database) -> int:
        """How many bodies went: all of it in one transaction.

        On a full disk in several, each of which gives back the room that it took: what a kill
        leaves is erased further by doing it again. Raises StoreError.
        """
        try:
            with database.writing() as connection:
                return self._take(connection, None) + self._forget(connection)
        except StoreError as error:
            if error.code not in NO_ROOM or database.path is None:
                raise
            reserve.give_up(database.path.parent)
            return self._bit_by_bit(database)

    def _bit_by_bit(self, database: Database) -> int:
        count, more = 0, True
        while more:
            checkpoint(database)
            with database.writing() as connection:
                taken = self._take(connection, BIT)
            count, more = count + taken, taken > 0
        checkpoint(database)
        with database.writing() as connection:
            self._forget(connection)
        return count

    def _take(self, connection: Connection, most: int | None) -> int:
        left = select(entries.c.seq).where(self.whose, entries.c.body.is_not(None))
        some = left.order_by(entries.c.seq).limit(most)
        gone = update(entries).where(entries.c.seq.in_(some) if most else self.whose)
        gone = gone.where(entries.c.body.is_not(None))
        return connection.execute(gone.values(body=None, kind=ERASED)).rowcount

    def _forget(self, connection: Connection) -> int:
        names = select(sessions.c.session).where(self.named)
        for made in (summaries, thin_reviews):
            connection.execute(delete(made).where(made.c.session.in_(names)))
        for statement in (delete(sessions).where(self.named), *self.beside):
            connection.execute(statement)
        return 0


def scrub(database: Database) -> None:
    """Takes what was erased out of the write-ahead log and the file's free pages too."""
    checkpoint(database)
    try:
        database.run("VACUUM")
    except StoreError as error:
        # It needs room for a copy. Without it: secure_delete has overwritten the bodies.
        if error.code not in NO_ROOM:
            raise
    checkpoint(database)
    if database.path is not None:
        reserve.keep(database.path.parent)


def checkpoint(database: Database) -> None:
    """The write-ahead log into the file, and the log to nothing. Raises StoreError."""
    if not database.checkpoint():
        raise StoreError(Trouble.LOCKED, "erased, but not yet from the write-ahead log: again")
