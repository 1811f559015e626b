"""The data folders that this process holds, and what it tells there to the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from biocoach.cli.erasing import end_erasing, wants_all_gone
from biocoach.cli.say import err
from biocoach.store import FolderLock, StoreError, make_folders, put_in_order
from dashboard.guard import forget_run_secret, keep_run_secret


class FolderError(Exception):
    """The data folder can't be one; one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorplate:
    """Where this run's page is, and the secret that signs its one-time addresses."""

    url: str
    run_secret: bytes = field(repr=False)


class Held:
    """The real folder, the simulated one, or both: each knows where the page is."""

    def __init__(self) -> None:
        self._locks: dict[Path, FolderLock] = {}
        self._plate: Doorplate | None = None

    def hold(self, folder: Path) -> None:
        """Raises HeldError while another process has it; FolderError, StoreError."""
        if folder in self._locks:
            return
        try:
            make_folders(folder)
        except (FileExistsError, NotADirectoryError) as error:
            raise FolderError(f"{folder} is not a folder; give another --data-dir") from error
        except OSError as error:
            why = error.strerror
            raise FolderError(f"{folder} can't be used ({why}); give another --data-dir") from error
        self._locks[folder] = FolderLock(folder)
        if wants_all_gone(folder):
            _end_erasing(folder)
        put_in_order(folder)
        self._tell(folder)

    def announce(self, plate: Doorplate) -> None:
        """In every folder that is held, and in those that will be. Raises StoreError."""
        self._plate = plate
        for folder in self._locks:
            self._tell(folder)

    def _tell(self, folder: Path) -> None:
        if self._plate is not None:  # the secret first: who reads the address finds it there
            keep_run_secret(folder, self._plate.run_secret)
            self._locks[folder].announce(self._plate.url)

    def leave(self) -> None:
        for folder, lock in self._locks.items():
            forget_run_secret(folder)
            lock.release()
        self._locks.clear()


def _end_erasing(folder: Path) -> None:
    try:
        end_erasing(folder)
    except (StoreError, OSError) as error:
        words = f"{folder}: everything here was being erased, and that can't be ended: {error}"
        raise FolderError(words) from error
    err(f"{folder}: everything here was being erased, and was cut off. All of it is erased now.")
