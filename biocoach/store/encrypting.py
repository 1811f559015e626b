"""A plain journal becomes an encrypted one. Cut off anywhere, one of the two is there and opens."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from biocoach.store.backup import look
from biocoach.store.database import copy_encrypted
from biocoach.store.errors import StoreError, Trouble, told_plainly
from biocoach.store.folder import JOURNAL, OLD_PLAIN, sync_file, sync_folder, wipe
from biocoach.store.vault import Key, Locked, Vault, is_plain_file


def encrypt(folder: Path, vault: Vault, passphrase: str | None) -> Key | Locked:
    """The key it has now. Hold the folder's lock; the journal must be closed and its schema the
    newest. Backups made before are plain still: they are the caller's.

    Raises StoreError, with the plain record as it was.
    """
    key = vault.begin_encrypting(passphrase)
    if isinstance(key, Locked):
        return key
    plain, fresh = folder / JOURNAL, folder / f"{JOURNAL}.new"
    with told_plainly():
        fresh.unlink(missing_ok=True)
        wipe(folder / OLD_PLAIN)  # of one that was cut off: another name of this record, or of none
        before = look(plain, Key(None))
        copy_encrypted(plain, fresh, key)
        after = look(fresh, key)
        if (after.problems, after.entries, after.head) != ((), before.entries, before.head):
            raise StoreError(Trouble.DAMAGED, *before.problems[:1])
        sync_file(fresh)
        with suppress(OSError):  # a second name, so that what is replaced can be overwritten
            os.link(plain, folder / OLD_PLAIN)
        fresh.replace(plain)
        sync_folder(folder)
    finish(folder, vault)
    return key


def finish(folder: Path, vault: Vault) -> None:
    """Overwrites what is left of the plain record. Raises StoreError."""
    left = vault.from_plain or (folder / OLD_PLAIN).exists()
    if is_plain_file(folder / JOURNAL) or not left:
        return
    with told_plainly():
        wipe(folder / OLD_PLAIN)
        for log in ("-wal", "-shm"):
            wipe(folder / f"{OLD_PLAIN}{log}")
    vault.end_encrypting()
