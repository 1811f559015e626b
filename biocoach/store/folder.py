"""The data folder: where it is, who may read it, and who is using it.

journal.db   the store              vault.json   how its key is kept
lock         held while serving     serving.json the page's address, for a second start
phone.pem    the certificate that phones in the same house are shown, its key encrypted
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from biocoach.store.errors import told_plainly

JOURNAL = "journal.db"
VAULT = "vault.json"
LOCK = "lock"
SERVING = "serving.json"
PHONE = "phone.pem"

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def data_folder(override: Path | None = None, simulated: bool = False) -> Path:
    """The folder to use; simulated sessions have one of their own and never mix with real ones."""
    base = override if override is not None else user_data_path("biocoach", appauthor=False)
    return base / "simulated" if simulated else base


def make_private_folder(folder: Path) -> None:
    """Makes the folder, or closes an existing one to everybody else, whatever the umask."""
    with told_plainly():
        make_folders(folder)
        folder.chmod(_FOLDER_MODE)


def make_folders(folder: Path) -> None:
    """Makes the folder and those above it that are missing, none of them open to others.

    Raises OSError.
    """
    for part in reversed(folder.parents):
        if not part.exists():
            part.mkdir(exist_ok=True, mode=_FOLDER_MODE)
    folder.mkdir(exist_ok=True, mode=_FOLDER_MODE)


def make_private_file(path: Path) -> None:
    """Makes the file so that SQLite, whose own files copy its mode, finds it closed to others."""
    with told_plainly():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, _FILE_MODE))
        path.chmod(_FILE_MODE)


def write_private(path: Path, text: str) -> None:
    """Replaces a small file whole: after a power cut it is the old one or the new one."""
    fresh = path.with_name(path.name + ".new")
    with told_plainly():
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)


def write_private_bytes(path: Path, content: bytes) -> None:
    """The same for a file that goes elsewhere: whole, or not at all."""
    fresh = path.with_name(path.name + ".new")
    with told_plainly():
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)


def remove_store(folder: Path) -> None:
    """Takes the journal, its logs and the vault away; the keyring is Vault.forget's part."""
    with told_plainly():
        for name in (JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm", VAULT, PHONE):
            for path in (folder / name, folder / f"{name}.new"):
                path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
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


def _read_url(path: Path) -> str | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    url = found.get("url") if isinstance(found, dict) else None
    return url if isinstance(url, str) else None
