"""Backups: a folder each, with a copy of the journal, its vault.json, and what was found in it.

A backup is checked before it gets its name: the copy is opened by the journal's key, SQLite and
SQLCipher look at each page, and the chain of hashes is walked. It opens as the record does: by the
keyring, the passphrase or the recovery words. So it can be put back by hand, too.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

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
NEW, OLD = ".new", ".old"  # half-made; half replaced
GONE = ".biocoach-gone"  # somebody's own copy, on its way out
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
    fresh = to.with_name(to.name + NEW)
    try:
        with told_plainly():
            make_folders(to.parent)  # one that is there may be a stick, or anybody's
            remove(fresh)
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


def look(journal: Path, key: Key) -> Found:
    """Opens a journal's file and looks at all of it. Raises StoreError where it can't be opened."""
    database = Database(journal, key, query_only=True)
    try:
        faults = [] if key.plain else _faults_in_file(database)
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
    names = [path for path in paths_in(place) if path.suffix not in (NEW, OLD, GONE)]
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


# ---- inside


def _faults_in_file(database: Database) -> list[tuple[Any, ...]]:
    """SQLCipher looks at the file without its log: of what a power cut has left half-written there
    the log has the whole. Raises StoreError."""
    with suppress(StoreError):  # a disk that only reads
        database.run("PRAGMA wal_checkpoint(PASSIVE)")
    return database.run("PRAGMA cipher_integrity_check")


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
    old = to.with_name(to.name + OLD)  # a folder can't be replaced in one go
    if to.exists():
        remove(old)
        to.rename(old)
    try:
        fresh.rename(to)
    except OSError:
        if old.exists():
            old.rename(to)
        raise
    sync_folder(to.parent)
    remove(old)


def remove(path: Path) -> None:
    """It is surely gone: none of it comes back after a power cut. Raises OSError."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for one in sorted(path.iterdir()):
        if one.is_file():
            wipe(one)
    shutil.rmtree(path)
    sync_folder(path.parent)


def paths_in(place: Path) -> list[Path]:
    try:
        return sorted(place.iterdir())
    except OSError:
        return []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def told(backup: Backup) -> Json:
    """As the page and a program are told."""
    return asdict(backup) | {"path": str(backup.path)}
