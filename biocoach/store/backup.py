"""Backups: a folder each, with a copy of the journal, its vault.json, and what was found in it.

A backup is checked before it gets its name: the copy is opened by the journal's key, SQLite and
SQLCipher look at each page, and the chain of hashes is walked. It opens as the record does: by the
keyring, the passphrase or the recovery words. So it can be put back by hand, too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
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
KEPT = 7  # days
_NEW, _OLD = ".new", ".old"
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
    make_private_folder(to.parent)
    try:
        with told_plainly():
            _remove(fresh)
            make_private_folder(fresh)
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
    erased, place = wants_anew(folder), folder / BACKUPS / f"{now:%Y-%m-%d}"
    try:
        backup = make(folder, key, place, now)
    except StoreError as error:
        if not erased or error.code is not Trouble.DISK_FULL:
            raise
        let_go(folder, [])
        backup = make(folder, key, place, now)
    let_go(folder, [backup] if erased else backups_in(folder)[:KEPT])
    with told_plainly():
        (folder / ANEW).unlink(missing_ok=True)
    return backup


def want_anew(folder: Path) -> None:
    """Said before something is erased: no backup that still has it may stay. Raises StoreError."""
    if backups_in(folder):
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


def let_go(folder: Path, kept: Sequence[Backup]) -> None:
    """All others in this folder are overwritten and removed, and what was cut off half-made.
    Raises StoreError."""
    names = {backup.path for backup in kept}
    with told_plainly():
        for path in _folders(folder / BACKUPS):
            if path not in names:
                _remove(path)


def new_vault(folder: Path) -> None:
    """After another passphrase, or other words: the old ones open no backup in this folder any
    more. One of another key keeps its own. Raises StoreError."""
    with told_plainly():
        now = (folder / VAULT).read_bytes()
        for backup in backups_in(folder):
            if _key_id(backup.path / VAULT) == _key_id(folder / VAULT):
                wipe(backup.path / VAULT)
                write_private_bytes(backup.path / VAULT, now)


# ---- inside


def _copy(journal: Path, key: Key, to: Path) -> None:
    """Of one moment, without what was erased, encrypted by the same key."""
    make_private_file(to)
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
    _remove(old)
    if to.exists():
        to.rename(old)
    fresh.rename(to)
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
