"""A backup on its way back into its folder. What was there before is put aside, never removed.

Everything is staged first and marked as ready; the moves after that can be repeated, so that a
start after a power cut ends what was begun.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from biocoach.store.backup import look
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble, told_plainly
from biocoach.store.folder import (
    JOURNAL,
    RESTORING,
    VAULT,
    make_private_file,
    make_private_folder,
    sync_file,
    sync_folder,
    wipe,
    write_private,
)
from biocoach.store.migrate import upgrade
from biocoach.store.vault import Key
from biocoach.store.verify import Report

ASIDE = "before-restore-"
READY = "ready"  # holds the name of the folder for what was there before
_LOGS = (f"{JOURNAL}-wal", f"{JOURNAL}-shm")


def restore(backup: Path, folder: Path, key: Key, now: datetime) -> Report:
    """``key`` opens the backup. Hold the folder's lock; its journal must be closed.

    Raises StoreError, with the folder's record as it was, where the backup is damaged, or there
    is no room for it.
    """
    staged = folder / RESTORING
    with told_plainly():
        make_private_folder(folder)
        if staged.exists():
            shutil.rmtree(staged)
        make_private_folder(staged)
        try:
            for name in (JOURNAL, VAULT):
                _copy(backup / name, staged / name)
            report = _checked(staged / JOURNAL, key)
            sync_folder(staged)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        write_private(staged / READY, _unused(folder, f"{ASIDE}{now:%Y-%m-%d-%H%M%S}"))
    finish(folder)
    return report


def finish(folder: Path) -> bool:
    """Ends what a restore has begun; True where there was something to end. Raises StoreError."""
    staged = folder / RESTORING
    if not staged.exists():
        return False
    with told_plainly():
        if not (staged / READY).exists():  # cut off before it was whole: the record is untouched
            shutil.rmtree(staged)
            return False
        aside = folder / (staged / READY).read_text(encoding="utf-8")
        # The log first: with another journal it would be taken for that one's.
        _change_places(staged, folder, aside, JOURNAL, _LOGS)
        _change_places(staged, folder, aside, VAULT)
        # Were this word to come back after a power cut, so would what lay here, in place of newer.
        (staged / READY).unlink()
        sync_folder(staged)
        shutil.rmtree(staged)
    return True


def _change_places(
    staged: Path, folder: Path, aside: Path, name: str, logs: tuple[str, ...] = ()
) -> None:
    """What is staged under this name comes, and what is there goes aside, with its logs."""
    new, there = staged / name, folder / name
    if not new.exists():
        return  # it came before the cut
    if not _is_same(new, there):
        for one in (*logs, name):
            if (folder / one).exists():
                make_private_folder(aside)
                _move(folder / one, aside / one)
        sync_folder(folder)
    _move(new, there)


def _move(path: Path, to: Path) -> None:
    """Into another folder. Each folder is synced by itself, and after a power cut a mere rename may
    be in neither: so it has both names until the new one is sure. Raises OSError."""
    if not _is_same(path, to):
        try:
            os.link(path, to)
        except OSError:  # a disk without second names
            path.rename(to)
    sync_folder(to.parent)
    path.unlink(missing_ok=True)


def _is_same(path: Path, other: Path) -> bool:
    """Two names of one file."""
    return path.exists() and other.exists() and path.samefile(other)


def _unused(folder: Path, name: str) -> str:
    """A clock that was set back tells the same second again: what is aside stays."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(one for one in names if not (folder / one).exists())


def _copy(path: Path, to: Path) -> None:
    make_private_file(to)
    with path.open("rb") as source, to.open("r+b") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    sync_file(to)


def _checked(journal: Path, key: Key) -> Report:
    """The copy, not the backup: what was damaged on its way here is seen as well."""
    with closing(Database(journal, key)) as database:
        upgrade(database)
        database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    found = look(journal, key)
    for log in _LOGS:
        with suppress(OSError):
            wipe(journal.with_name(log))
    if found.problems:
        raise StoreError(Trouble.DAMAGED, found.problems[0])
    return Report(entries=found.entries, erased=found.erased, problems=())
