"""What can go wrong with the store, in words that a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy.exc import DBAPIError


class Trouble(StrEnum):
    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    IO = "io"
    WRONG_KEY = "wrong_key"
    NEWER = "newer"
    DAMAGED = "damaged"
    CLOSED = "closed"
    AWAY = "away"  # these three: a clinic's database
    BUSY = "busy"
    SHUT = "shut"


_WORDS = {
    Trouble.DISK_FULL: "the disk is full; make room, what waits is written then",
    Trouble.READ_ONLY: "the data folder cannot be written to; check its permissions",
    Trouble.LOCKED: "another program is using the journal; close it and try again",
    Trouble.IO: "the disk gave an error; check the disk and its cable",
    Trouble.WRONG_KEY: "this key does not open the journal",
    Trouble.NEWER: "the journal was written by a newer biocoach; update biocoach",
    Trouble.DAMAGED: "the journal's file is damaged; restore a backup",
    Trouble.CLOSED: "the journal was closed meanwhile; try again in a moment",
    Trouble.AWAY: "the clinic's database does not answer; check that it runs and its address",
    Trouble.BUSY: "the clinic's database has too much to do; try again in a moment",
    Trouble.SHUT: "the clinic's database does not let this role in; check its name and password",
}

# SQLite and SQLCipher tell their reasons in words only, and always in these.
_MESSAGES = (
    ("file is not a database", Trouble.WRONG_KEY),
    ("disk is full", Trouble.DISK_FULL),
    ("disk I/O error", Trouble.IO),
    ("unable to open database file", Trouble.IO),
    ("readonly database", Trouble.READ_ONLY),
    ("is locked", Trouble.LOCKED),
    ("malformed", Trouble.DAMAGED),
)

_ERRNOS = {
    errno.ENOSPC: Trouble.DISK_FULL,
    errno.EDQUOT: Trouble.DISK_FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
}
# Windows: a file that another program has open can't be removed or replaced. Its errno is EACCES.
_IN_USE = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION


class StoreError(Exception):
    """The store could not do what was asked; ``code`` for programs, the text for people."""

    def __init__(self, code: Trouble, detail: str = "") -> None:
        super().__init__(f"{_WORDS[code]} ({detail})" if detail else _WORDS[code])
        self.code = code


def trouble_in(message: str) -> Trouble | None:
    """What a message of SQLite means; None for one that can only come from a bug."""
    return next((code for words, code in _MESSAGES if words in message), None)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns the database's and the system's errors into StoreError; bugs pass through."""
    try:
        yield
    except DBAPIError as error:
        code = trouble_in(str(error.orig))
        if code is None:
            raise
        raise StoreError(code) from error
    except OSError as error:
        raise StoreError(_trouble_of(error)) from error


def _trouble_of(error: OSError) -> Trouble:
    if getattr(error, "winerror", None) in _IN_USE:
        return Trouble.LOCKED
    return _ERRNOS.get(error.errno or 0, Trouble.IO)
