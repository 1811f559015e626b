"""Backups: a folder each, with a copy of the journal, its vault.json, and what was found in it.

A backup is checked before it gets its name: the copy is opened by the journal's key, SQLite and
SQLCipher look at each page, and the chain of hashes is walked. It opens as the record does: by the
keyring, the passphrase or the recovery words. So it can be put back by hand, too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from biocoach.clock import iso_utc
from biocoach.store.database import Database
from biocoach.store.errors import StoreError, Trouble, told_plainly
from biocoach.store.folder import (
    BACKUPS,
    JOURNAL,
    VAULT,
    make_folders,
    make_private_file,
    make_private_folder,
    sync_file,
    sync_folder,
    wipe,
    write_private,
    write_private_bytes,
)
from biocoach.store.reader import Reader
from biocoach.store.vault import Key

ABOUT = "about.json"
FORMAT = 1
ANEW = "backups.anew"  # lies in the data folder until the backups were made without what was erased
BACKUPS_LOCK = "backups.lock"  # beside it
KEPT = 7  # days
SAME_DAY_MAX = 10  # records that took turns
WAITS_S = 120.0  # for a backup that another process makes
_NEW, _OLD = ".new", ".old"
_OURS = re.compile(r"\d{4}-\d\d-\d\d(-\d)?(\.new|\.old)?")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """``entries`` lines, ``erased`` of them tombstones, up to the hash ``head``."""

    path: Path
    made_utc: str
    entries: int
    erased: int
    head: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check of a copy says; no problems: all is well."""

    entries: int
    erased: int
    head: str
    problems: tuple[str, ...]


def make(folder: Path, key: Key, to: Path, now: datetime) -> Backup:
    """A checked copy of the record in ``folder``, under the name ``to``, which it replaces. Others
    may write meanwhile. Raises StoreError, with nothing under that name changed."""
    fresh = to.with_name(to.name + _NEW)
    try:
        with told_plainly():
            make_folders(to.parent)  # one that is there may be a stick, or anybody's
            _remove(fresh)
            make_private_folder(fresh, firm=False)
            _copy(folder / JOURNAL, key, fresh / JOURNAL)
            write_private_bytes(fresh / VAULT, (folder / VAULT).read_bytes())
            found = look(fresh / JOURNAL, key)
            if found.problems:
                raise StoreError(Trouble.DAMAGED, found.problems[0])
            about = _about(fresh, found, now)
            write_private(fresh / ABOUT, json.dumps({"biocoach_backup": FORMAT} | about))
            _take_name(fresh, to)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Backup(path=to, **about)


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


def _names_back(folder: Path) -> None:
    """Where a cut came between the two moves of ``_take_name``."""
    with told_plainly():
        for old in _folders(folder / BACKUPS):
            to = old.with_suffix("")
            if old.suffix == _OLD and is_ours(old) and not to.exists():
                old.rename(to)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """The page and a command may want one at once. Raises StoreError."""
    lock = FileLock(folder / BACKUPS_LOCK, mode=0o600, timeout=WAITS_S, thread_local=False)
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


def wants_anew(folder: Path) -> bool:
    return (folder / ANEW).exists()


def look(journal: Path, key: Key) -> Found:
    """Opens a journal's file and looks at all of it. Raises StoreError where it can't be opened."""
    database = Database(journal, key, query_only=True)
    try:
        faults = [] if key.plain else database.run("PRAGMA cipher_integrity_check")
        faults += [row for row in database.run("PRAGMA integrity_check(10)") if row != ("ok",)]
        reader = Reader(database)
        report, head = reader.verify(), reader.head()
    finally:
        database.close()
    problems = (*(str(row[0]) for row in faults), *report.problems)
    return Found(entries=report.entries, erased=report.erased, head=head, problems=problems)


def backups_in(folder: Path) -> list[Backup]:
    """Those of the record in ``folder``, the newest first; what is none is left out."""
    place = folder / BACKUPS
    names = [path for path in _folders(place) if path.suffix not in (_NEW, _OLD)]
    found = [backup_at(path) for path in names]
    return sorted((b for b in found if b is not None), key=lambda b: b.made_utc, reverse=True)


def backup_at(path: Path) -> Backup | None:
    """What lies there says of itself; None where it is no backup that this version can read."""
    try:
        found = json.loads((path / ABOUT).read_text(encoding="utf-8"))
        if found.pop("biocoach_backup") != FORMAT or not _is_about(found):
            return None
        return Backup(path=path, **found)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def as_made(backup: Backup) -> bool:
    """Whether its journal's file is byte for byte what it was when it was checked."""
    try:
        return _sha256(backup.path / JOURNAL) == backup.sha256
    except OSError:
        return False


def is_ours(path: Path) -> bool:
    """By its name: made by ``daily``, or left half-made by it."""
    return _OURS.fullmatch(path.name) is not None


def let_go(folder: Path, kept: Sequence[Backup], *, copies: bool = True) -> None:
    """All others in this folder are overwritten and removed, and what was cut off half-made.
    ``copies``: also backups that somebody put there under other names. What is no backup stays.
    Raises StoreError."""
    names = {backup.path for backup in kept}
    with told_plainly():
        for path in all_in(folder) if copies else filter(is_ours, all_in(folder)):
            if path not in names:
                _remove(path)


def all_in(folder: Path) -> list[Path]:
    """Whatever is a backup in this folder, or was to be one; what else lies there is not."""
    found = _folders(folder / BACKUPS)
    return [path for path in found if is_ours(path) or backup_at(path) is not None]


def new_vault(folder: Path) -> None:
    """After another passphrase, or other words: the old ones open no backup in this folder any
    more. One of another key keeps its own. Raises StoreError."""
    if (folder / BACKUPS).exists():
        with _one_at_a_time(folder):
            _same_vault(folder)


def _same_vault(folder: Path) -> None:
    with told_plainly():
        now = (folder / VAULT).read_bytes()
        for backup in backups_in(folder):
            vault = backup.path / VAULT
            old = vault.with_name(f"{VAULT}{_OLD}")
            if _key_id(vault) != _key_id(folder / VAULT):
                continue
            if vault.read_bytes() != now:
                wipe(old)
                with suppress(OSError):  # a second name, so that what is replaced is overwritten
                    os.link(vault, old)
                write_private_bytes(vault, now)
            wipe(old)


# ---- inside


def _copy(journal: Path, key: Key, to: Path) -> None:
    """Of one moment, without what was erased, encrypted by the same key."""
    make_private_file(to, firm=False)
    database = Database(journal, key)
    try:
        database.run("VACUUM INTO '{}'".format(str(to).replace("'", "''")))
    finally:
        database.close()
    sync_file(to)


def _about(fresh: Path, found: Found, now: datetime) -> Json:
    return {
        "made_utc": iso_utc(now),
        "entries": found.entries,
        "erased": found.erased,
        "head": found.head,
        "size": (fresh / JOURNAL).stat().st_size,
        "sha256": _sha256(fresh / JOURNAL),
    }


def _is_about(found: Json) -> bool:
    words = all(isinstance(found[name], str) for name in ("made_utc", "head", "sha256"))
    return words and all(type(found[name]) is int for name in ("entries", "erased", "size"))


def _take_name(fresh: Path, to: Path) -> None:
    sync_folder(fresh)
    old = to.with_name(to.name + _OLD)  # a folder can't be replaced in one go
    if to.exists():
        _remove(old)
        to.rename(old)
    try:
        fresh.rename(to)
    except OSError:
        if old.exists():
            old.rename(to)
        raise
    sync_folder(to.parent)
    _remove(old)


def _remove(path: Path) -> None:
    """Raises OSError."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for one in sorted(path.iterdir()):
        if one.is_file():
            wipe(one)
    shutil.rmtree(path)


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(place.iterdir())
    except OSError:
        return []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _key_id(vault: Path) -> str:
    try:
        return str(json.loads(vault.read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def told(backup: Backup) -> Json:
    """As the page and a program are told."""
    return asdict(backup) | {"path": str(backup.path)}
