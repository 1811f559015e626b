"""What a command that failed has made of a data folder goes again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from biocoach.store import LOCK, State, Vault, remove_store


class AsItWas:
    """Looks at the folder before it is held. Where there is a record, nothing is ever removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = [place for place in (folder, *folder.parents) if not place.exists()]
        self._new = Vault(folder).state() is State.NEW
        self._locked = (folder / LOCK).exists()

    def again(self) -> None:
        """While it is still held and the journal is closed. Raises StoreError."""
        if not self._new:
            return
        Vault(self._folder).forget()
        remove_store(self._folder)
        if not self._locked:
            with suppress(OSError):  # where a file that is open can't be removed, it stays
                (self._folder / LOCK).unlink()

    def without_empty_folders(self) -> None:
        """Once it is held no more: those that it has made, as far as nothing is in them."""
        for place in self._made:
            with suppress(OSError):
                place.rmdir()
