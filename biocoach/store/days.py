"""The backups of days, in the data folder: seven are kept, and none that has what was erased.

What lies among them under another name is somebody's own: a day's end does not touch it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from biocoach.clock import iso_utc
from biocoach.store.backup import GONE, OLD, Backup, backup_at, backups_in, make, paths_in, remove
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble, told_plainly
from biocoach.store.folder import (
    BACKUPS,
    JOURNAL,
    VAULT,
    make_private_file,
    make_private_folder,
    sync_folder,
    wipe,
    write_private_bytes,
)
from biocoach.store.reader import Reader
from biocoach.store.restoring import ASIDE
from biocoach.store.vault import Key

ANEW = "backups.anew"  # lies in the data folder until the backups were made without what was erased
BACKUPS_LOCK = "backups.lock"  # beside it
KEPT = 7  # days
SAME_DAY_MAX = 10  # records that took turns
WAITS_S = 120.0  # for a backup that another process makes
_OURS = re.compile(r"\d{4}-\d\d-\d\d(-\d)?(\.new|\.old)?")


def daily(folder: Path, key: Key, now: datetime) -> Backup:
    """The day's, in place of an earlier one of the same day; seven days' are kept, but this one
    alone where something was erased since. ``now`` has the time zone whose days count.

    Raises StoreError. Erasing does not wait for room: where there is none for one backup more, the
    earlier ones go first.
    """
    if not (folder / BACKUPS).is_symlink():  # to another disk, whose modes are its own
        make_private_folder(folder / BACKUPS)
    with _one_at_a_time(folder):
        _names_back(folder)
        erased, place = wants_anew(folder), _day_of(folder, key, now)
        try:
            backup = make(folder, key, place, now)
        except StoreError as error:
            if not erased or error.code is not Trouble.DISK_FULL:
                raise
            let_go(folder, [])
            backup = make(folder, key, place, now)
        let_go(folder, [backup] if erased else _kept_with(backup, folder, now), copies=erased)
        _same_vault(folder)  # where a cut left one with the ways in of before
        with told_plainly():
            (folder / ANEW).unlink(missing_ok=True)
    return backup


def _kept_with(made: Backup, folder: Path, now: datetime) -> list[Backup]:
    """It, and those of the six days before it. A clock that was set says which are later: they go
    first, and never the one that was just made."""
    others = [one for one in backups_in(folder) if one.path != made.path and is_ours(one.path)]
    later = {one.path for one in others if one.made_utc > iso_utc(now)}
    others.sort(key=lambda one: one.path in later)  # each part still has its newest first
    days = list(dict.fromkeys([made.path.name[:10], *(one.path.name[:10] for one in others)]))
    return [made, *(one for one in others if one.path.name[:10] in days[:KEPT])]


def _day_of(folder: Path, key: Key, now: datetime) -> Path:
    """The day's name; one of its own where the day's backup is of lines that the record has not (it
    was restored, or begun again): that one is not replaced."""
    name = f"{now:%Y-%m-%d}"
    database = Database(folder / JOURNAL, key, query_only=True)
    try:
        for number in range(1, SAME_DAY_MAX):
            place = folder / BACKUPS / (name if number == 1 else f"{name}-{number}")
            known = backup_at(place)
            if known is None or Reader(database).has_line(known.entries, known.head):
                return place
    finally:
        database.close()
    return folder / BACKUPS / name


def put_in_order(folder: Path) -> None:
    """A day's backup has its name again where a cut left it without: it may be the only one. Not
    while another process makes one, nor on a disk that refuses: the next backup does it as well."""
    if any(path.suffix == OLD for path in paths_in(folder / BACKUPS)):
        with suppress(StoreError), _one_at_a_time(folder, waits_s=0.0):
            _names_back(folder)


def _names_back(folder: Path) -> None:
    """Where a cut came between the two moves of ``_take_name``."""
    with told_plainly():
        for old in paths_in(folder / BACKUPS):
            to = old.with_suffix("")
            if old.suffix == OLD and is_ours(old) and not to.exists():
                old.rename(to)


@contextmanager
def _one_at_a_time(folder: Path, *, waits_s: float | None = None) -> Iterator[None]:
    """The page and a command may want one at once. Raises StoreError."""
    waits_s = WAITS_S if waits_s is None else waits_s
    lock = FileLock(folder / BACKUPS_LOCK, mode=0o600, timeout=waits_s, thread_local=False)
    with told_plainly():
        try:
            lock.acquire()
        except Timeout:  # it is an OSError too
            raise StoreError(Trouble.LOCKED) from None
    try:
        yield
    finally:
        lock.release()


def want_anew(folder: Path) -> None:
    """Said before something is erased: no backup that still has it may stay, nor what is left of
    one. Raises StoreError."""
    if (folder / BACKUPS).exists():
        make_private_file(folder / ANEW)
        with told_plainly():
            sync_folder(folder)  # before the record has lost what the backups still have


def want_nothing(folder: Path) -> None:
    """Nothing was erased after all: the backups of the other days stay. Raises StoreError."""
    with told_plainly():
        (folder / ANEW).unlink(missing_ok=True)


def erasing_from(folder: Path | None) -> None:
    """The same for a record that may lie in memory."""
    if folder is not None:
        want_anew(folder)


def wants_anew(folder: Path) -> bool:
    return (folder / ANEW).exists()


def is_ours(path: Path) -> bool:
    """By its name: made by ``daily``, or left half-made or half-gone by it."""
    return _OURS.fullmatch(path.name) is not None or path.suffix == GONE


def let_go(folder: Path, kept: Sequence[Backup], *, copies: bool = True) -> None:
    """All others in this folder are overwritten and removed, and what was cut off half-made.
    ``copies``: also backups that somebody put there under other names. What is no backup stays.
    Raises StoreError."""
    names = {backup.path for backup in kept}
    with told_plainly():
        for path in all_in(folder) if copies else filter(is_ours, all_in(folder)):
            if path not in names:
                remove(_renamed(path))


def _renamed(path: Path) -> Path:
    """Known as what has to go, whatever of it a cut leaves: what says that it is a backup goes
    first. Raises OSError."""
    if is_ours(path):
        return path
    gone = path.with_name(path.name + GONE)
    remove(gone)
    path.rename(gone)
    sync_folder(gone.parent)
    return gone


def all_in(folder: Path) -> list[Path]:
    """Whatever is a backup in this folder, or was to be one; what else lies there is not."""
    found = paths_in(folder / BACKUPS)
    return [path for path in found if is_ours(path) or backup_at(path) is not None]


def new_vault(folder: Path) -> None:
    """After another passphrase, or other words: the old ones open no backup in this folder any
    more, nor what a restore has put aside. One of another key keeps its own. Raises StoreError."""
    if (folder / BACKUPS).exists():
        with _one_at_a_time(folder):
            _same_vault(folder)


def _same_vault(folder: Path) -> None:
    with told_plainly():
        now = (folder / VAULT).read_bytes()
        backups = [backup.path for backup in backups_in(folder)]
        for place in (*backups, *sorted(folder.glob(f"{ASIDE}*"))):
            vault = place / VAULT
            old = vault.with_name(f"{VAULT}{OLD}")
            if _key_id(vault) != _key_id(folder / VAULT):
                continue
            if vault.read_bytes() != now:
                wipe(old)
                with suppress(OSError):  # a second name, so that what is replaced is overwritten
                    os.link(vault, old)
                write_private_bytes(vault, now)
            wipe(old)


def _key_id(vault: Path) -> str:
    try:
        return str(json.loads(vault.read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
