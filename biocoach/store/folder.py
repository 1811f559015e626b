"""The data folder: where it is, who may read it, and who is using it.

journal.db   the store              vault.json   how its key is kept
lock         held while serving     serving.json the page's address, for a second start
phone.pem    the certificate that phones in the same house are shown, its key encrypted
backups      copies of the store with its vault.json, a folder a day; backups.lock: one at a time
restoring    a backup on its way back; before-restore-…: what was there before
room         kept back, so that one can erase on a full disk
erasing.all  while all of it is being erased; the next start ends that
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from biocoach.store.errors import told_plainly
from biocoach.store.reserve import RESERVE

JOURNAL = "journal.db"
VAULT = "vault.json"
LOCK = "lock"
SERVING = "serving.json"
PHONE = "phone.pem"
BACKUPS = "backups"
RESTORING = "restoring"
OLD_PLAIN = "journal.db.plain"  # the record as it was, until it has been overwritten

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_PIECE = 1 << 20  # bytes written at a time
F_FULLFSYNC = 51  # fcntl.h of macOS


def data_folder(override: Path | None = None, simulated: bool = False) -> Path:
    """The folder to use; simulated sessions have one of their own and never mix with real ones."""
    base = override if override is not None else user_data_path("biocoach", appauthor=False)
    return base / "simulated" if simulated else base


def make_private_folder(folder: Path, *, firm: bool = True) -> None:
    """Makes the folder, or closes an existing one to everybody else, whatever the umask. ``firm``
    False: on a disk that knows no owners (most sticks) it is as open as that disk."""
    with told_plainly():
        make_folders(folder)
        _close(folder, _FOLDER_MODE, firm)


def make_folders(folder: Path) -> None:
    """Makes the folder and those above it that are missing, none of them open to others.

    What is synced in a folder is lost with it: its own name is on the disk too before this
    returns. Raises OSError.
    """
    for part in (*reversed(folder.parents), folder):
        if not part.is_dir():
            part.mkdir(exist_ok=True, mode=_FOLDER_MODE)
            with suppress(PermissionError):  # a folder that may be written to and not read
                sync_folder(part.parent)


def make_private_file(path: Path, *, firm: bool = True) -> None:
    """Makes the file so that SQLite, whose own files copy its mode, finds it closed to others."""
    with told_plainly():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, _FILE_MODE))
        _close(path, _FILE_MODE, firm)


def _close(path: Path, mode: int, firm: bool) -> None:
    try:
        path.chmod(mode)
    except PermissionError:
        if firm:
            raise


def write_private(path: Path, text: str) -> None:
    """Replaces a small file whole: after a power cut it is the old one or the new one."""
    write_private_bytes(path, text.encode())


def write_private_bytes(path: Path, content: bytes, *, beside: str = "new") -> None:
    """The same for bytes. ``beside``: how the file's name goes on until it is whole; one of its
    own where two processes may write it at once."""
    fresh = path.with_name(f"{path.name}.{beside}")
    with told_plainly():
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            sync_handle(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


def remove_store(folder: Path) -> None:
    """Takes the journal, its logs and the vault away; the keyring is Vault.forget's part."""
    with told_plainly():
        stores = (JOURNAL, f"{JOURNAL}.new", OLD_PLAIN)
        logs = (f"{store}{log}" for store in stores for log in ("", "-wal", "-shm", "-journal"))
        for name in (VAULT, *logs, PHONE, RESERVE):
            for path in (folder / name, folder / f"{name}.new"):
                wipe(path)


def wipe(path: Path) -> None:
    """Overwrites a file before it goes, so that its name is not all that is erased; one that has
    another name elsewhere stays whole there. Some disks write elsewhere all the same:
    docs/trust.md. Raises OSError."""
    if path.is_symlink() or not path.exists():
        path.unlink(missing_ok=True)
        return
    with suppress(OSError):  # whatever can't be overwritten can still be removed
        known = path.stat()
        left = known.st_size if known.st_nlink == 1 else 0
        with path.open("r+b") as file:
            while left > 0:
                left -= file.write(bytes(min(left, _PIECE)))
            file.flush()
            sync_handle(file.fileno())
    path.unlink()


def sync_handle(handle: int, system: str = sys.platform) -> None:
    """What was written is on the disk. On macOS ``fsync`` leaves it in the disk's own memory, which
    a power cut empties; another call does not, where the disk knows it. Raises OSError."""
    if system == "darwin":
        from fcntl import fcntl

        with suppress(OSError):
            fcntl(handle, F_FULLFSYNC)
            return
    os.fsync(handle)


def sync_file(path: Path) -> None:
    """What was written to it is on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDWR)
    try:
        sync_handle(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync_handle(handle)
    finally:
        os.close(handle)


class HeldError(Exception):
    """Another biocoach has this folder; ``url`` is its page, where it has told it."""

    def __init__(self, url: str | None) -> None:
        super().__init__("biocoach is already running with this data folder")
        self.url = url


class FolderLock:
    """HeldError by the one process that writes; the system frees it when that process dies."""

    def __init__(self, folder: Path) -> None:
        """Raises HeldError when another process has it. The folder must exist."""
        self._serving = folder / SERVING
        self._lock = FileLock(folder / LOCK, mode=_FILE_MODE, timeout=0, thread_local=False)
        with told_plainly():
            try:
                self._lock.acquire()
            except Timeout:  # it is an OSError too
                raise HeldError(_read_url(self._serving)) from None
        self._serving.unlink(missing_ok=True)  # left by one that was killed

    def announce(self, url: str) -> None:
        """Tells a second start where the page is; the address without any secret."""
        write_private(self._serving, json.dumps({"url": url}))

    def release(self) -> None:
        self._serving.unlink(missing_ok=True)
        self._lock.release()

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def told_url(folder: Path) -> str | None:
    """Where a running biocoach said that its page is. Nobody's start is held up by the look; one
    that was killed leaves its word behind."""
    return _read_url(folder / SERVING)


def _read_url(path: Path) -> str | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    url = found.get("url") if isinstance(found, dict) else None
    return url if isinstance(url, str) else None
