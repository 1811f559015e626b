"""The store: an append-only journal on this computer, encrypted unless asked otherwise."""

from __future__ import annotations

from pathlib import Path

from biocoach.clock import Clock
from biocoach.store import days, encrypting, reserve, restoring
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble
from biocoach.store.folder import (
    JOURNAL,
    LOCK,
    PHONE,
    FolderLock,
    HeldError,
    data_folder,
    make_folders,
    make_private_file,
    make_private_folder,
    remove_store,
)
from biocoach.store.journal import Journal, NotEmptyError
from biocoach.store.keyrings import Keyring, NoKeyring, SystemKeyring
from biocoach.store.migrate import revision_of, upgrade
from biocoach.store.reader import Reader, SessionRow, beside_of
from biocoach.store.schema import HEAD
from biocoach.store.vault import Key, Locked, State, Vault, Why
from biocoach.store.verify import Report

__all__ = [
    "LOCK",
    "PHONE",
    "FolderLock",
    "HeldError",
    "Journal",
    "Key",
    "Keyring",
    "Locked",
    "NoKeyring",
    "NotEmptyError",
    "Reader",
    "Report",
    "SessionRow",
    "State",
    "StoreError",
    "SystemKeyring",
    "Trouble",
    "Vault",
    "Why",
    "beside_of",
    "data_folder",
    "looked_at",
    "make_folders",
    "memory_store",
    "open_store",
    "put_in_order",
    "remove_store",
]


def open_store(folder: Path, key: Key, *, writer: str, clock: Clock) -> Journal:
    """The journal in this folder, its schema brought up to date. Hold the FolderLock first.

    Raises StoreError: a wrong key, a newer schema, a disk that refuses.
    """
    make_private_folder(folder)
    path = folder / JOURNAL
    make_private_file(path)
    reserve.keep(folder)
    return _journal(Database(path, key), writer, clock)


def looked_at(folder: Path, key: Key) -> Reader | None:
    """The record as it lies there; nothing is changed. None where its schema is not this version's,
    or where its log has words yet: SQLite would write those into the file. Raises StoreError."""
    log = folder / f"{JOURNAL}-wal"
    if log.is_file() and log.stat().st_size:
        return None
    database = Database(folder / JOURNAL, key, query_only=True)
    try:
        with database.reading() as connection:
            known = revision_of(connection) == HEAD
    except BaseException:
        database.close()
        raise
    if known:
        return Reader(database)
    database.close()
    return None


def put_in_order(folder: Path) -> None:
    """What was cut off here, a restore, an encrypting or a backup, comes to its end. Hold the
    FolderLock first. Raises StoreError."""
    restoring.finish(folder)
    encrypting.finish(folder, Vault(folder))
    days.put_in_order(folder)


def memory_store(*, writer: str, clock: Clock) -> Journal:
    """A journal in memory, for tests and tools."""
    return _journal(Database(None, None), writer, clock)


def _journal(database: Database, writer: str, clock: Clock) -> Journal:
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return Journal(database, writer=writer, clock=clock)
