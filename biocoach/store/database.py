"""One connection to the journal's file: how it is opened, keyed and locked.

Every transaction goes through ``reading`` or ``writing``. A lock makes the connection
usable from any thread, one transaction at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from biocoach.store.errors import StoreError, Trouble, told_plainly, trouble_in
from biocoach.store.folder import make_private_file, sync_file
from biocoach.store.vault import Key

BUSY_MS = 1000  # the page must say "not recording" within 2 s, so the wait for a lock is shorter


class Database:
    """A single connection, held open."""

    def __init__(
        self,
        path: Path | None,
        key: Key | None,
        *,
        query_only: bool = False,
        busy_ms: int = BUSY_MS,
    ) -> None:
        """``path`` None: in memory, gone when closed."""
        self.path = path
        self._key = key
        self._lock = RLock()
        self._users = 1
        self._engine = _engine(path, key, query_only, busy_ms)
        with told_plainly():
            self._connection = self._engine.connect()

    def second(self) -> Database:
        """A connection for readers in other threads; an in-memory database has only itself."""
        if self.path is None:
            self._users += 1
            return self
        return Database(self.path, self._key, query_only=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; short, so that nobody holds up a checkpoint."""
        with self._lock, told_plainly():
            self._must_be_open()
            try:
                yield self._connection
            finally:
                self._connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, on the disk when the block is left; rolled back if anything fails."""
        with self._lock, told_plainly():
            self._must_be_open()
            try:
                self._connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.commit()
            finally:
                # After a failed COMMIT SQLite may still be inside the transaction.
                self._connection.rollback()

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """A statement that must stand outside of transactions: VACUUM, most PRAGMAs."""
        with self._lock, told_plainly():
            self._must_be_open()
            try:
                found = self._connection.exec_driver_sql(statement)
                return [tuple(row) for row in found] if found.returns_rows else []
            finally:
                self._connection.rollback()

    def checkpoint(self) -> bool:
        """The write-ahead log into the file, and the log to nothing; False while somebody reads.

        SQLite does not sync that the log is empty now: after a power cut all of it could be there
        again, with what was erased since. Raises StoreError.
        """
        with self._lock:
            busy = self.run("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
            if not busy and self.path is not None:
                with told_plainly():
                    _sync(self.path.with_name(f"{self.path.name}-wal"))
        return not busy

    def _must_be_open(self) -> None:
        """Another thread may have closed it while this one waited for its turn."""
        if self._users == 0:
            raise StoreError(Trouble.CLOSED)

    def close(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._connection.close()
                self._engine.dispose()


def copy_encrypted(plain: Path, to: Path, key: Key) -> None:
    """The whole of a plain database into a new, encrypted file. Raises StoreError."""
    import sqlcipher3.dbapi2 as sqlcipher

    make_private_file(to)
    with told_plainly(), closing(sqlcipher.connect(str(plain), isolation_level=None)) as connection:
        try:
            # What lies in the log is moved into the file, and none is left beside it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
            where = (str(to), key.sqlcipher_words())
            connection.execute("ATTACH DATABASE ? AS fresh KEY ?", where)
            connection.execute("SELECT sqlcipher_export('fresh')")
        except sqlcipher.DatabaseError as error:
            code = trouble_in(str(error))
            if code is None:
                raise
            raise StoreError(code) from None  # its words may hold the key


def _sync(path: Path) -> None:
    """SQLite holds no lock on the log itself that closing it here could undo."""
    with suppress(FileNotFoundError):
        sync_file(path)


def _url(path: Path | None, key: Key | None) -> URL:
    where = ":memory:" if path is None else str(path)
    if key is None or key.plain:
        return URL.create("sqlite+pysqlite", database=where)
    return URL.create("sqlite+pysqlcipher", password=key.sqlcipher_words(), database=where)


def _engine(path: Path | None, key: Key | None, query_only: bool, busy_ms: int) -> Engine:
    engine = create_engine(
        _url(path, key),
        poolclass=StaticPool,
        # The journal's words belong in no traceback and no log.
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare(path, query_only, busy_ms))
    return engine


def _prepare(
    path: Path | None, query_only: bool, busy_ms: int
) -> Callable[[sqlite3.Connection, object], None]:
    def set_up(connection: sqlite3.Connection) -> None:
        # A wrong key is told by an exception; SQLCipher would also print it.
        connection.execute("PRAGMA cipher_log_level = NONE")
        # The driver must not begin or commit by itself: it would commit before DDL.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
        if path is not None and not query_only:
            connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL lost acknowledged beats in power cuts; FULL lost none.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # as ``sync_handle``, on macOS
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        # The first read of the file, where a wrong key shows itself.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if query_only:
            connection.execute("PRAGMA query_only = ON")

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        try:
            set_up(connection)
        except BaseException:
            connection.close()  # the pool forgets a connection that failed here
            raise

    return on_connect
