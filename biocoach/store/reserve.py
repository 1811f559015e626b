"""Room kept back for the day when the disk is full: to erase, SQLite has to write first."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage

RESERVE = "room"  # the file's name in the data folder
RESERVE_BYTES = 1 << 20
FREE_MIN_BYTES = 16 * RESERVE_BYTES  # a disk with less keeps its room for what is recorded
_FILE_MODE = 0o600
_NO_LETTERS = bytes(byte | 0x80 for byte in range(256))


def keep(folder: Path) -> None:
    """So that the file is there, with all its bytes; where there is little room, another time."""
    path = folder / RESERVE
    with suppress(OSError):
        if path.exists() and path.stat().st_size == RESERVE_BYTES:
            return
        path.unlink(missing_ok=True)
        if disk_usage(folder).free >= FREE_MIN_BYTES and not _made(path):
            path.unlink()


def give_up(folder: Path) -> None:
    """The room is free, for whoever writes first."""
    with suppress(OSError):
        (folder / RESERVE).unlink(missing_ok=True)


def _made(path: Path) -> bool:
    """Random bytes: no hole, and nothing that a file system packs smaller. None is a letter, so
    that whoever searches the disk for words finds none here."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
    try:
        return os.write(handle, os.urandom(RESERVE_BYTES).translate(_NO_LETTERS)) == RESERVE_BYTES
    except OSError:
        return False
    finally:
        os.close(handle)
