"""What can go wrong with the clinic's database, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from biocoach.store.errors import StoreError, Trouble

DENIED = "42501"
TAKEN = "23505"
# By the first letters of PostgreSQL's codes, the longest first.
_CODES = (
    ("53100", Trouble.DISK_FULL),
    ("53300", Trouble.BUSY),
    ("53", Trouble.BUSY),
    ("55P03", Trouble.BUSY),  # a lock was waited for too long
    ("57014", Trouble.BUSY),  # a statement took too long
    ("40", Trouble.BUSY),  # a deadlock, or one that must be tried again
    ("25006", Trouble.READ_ONLY),
    ("25P03", Trouble.BUSY),
    ("57P", Trouble.AWAY),
    ("08", Trouble.AWAY),
    ("28", Trouble.SHUT),
    ("3D000", Trouble.AWAY),
    ("58030", Trouble.IO),
    ("XX001", Trouble.DAMAGED),
    ("XX002", Trouble.DAMAGED),
)


class NotAllowedError(Exception):
    """Whoever asks may not do this, or not any more."""

    def __init__(self) -> None:
        super().__init__("this is not open to you; ask an admin of your clinic")


def code_of(error: DBAPIError) -> str:
    """PostgreSQL's five letters; "" where the connection itself failed."""
    return getattr(error.orig, "sqlstate", None) or ""


def trouble_of(error: DBAPIError) -> Trouble | None:
    """None for what can only come from a bug."""
    code = code_of(error)
    found = next((trouble for begins, trouble in _CODES if code.startswith(begins)), None)
    if found is None and not code and isinstance(error.orig, psycopg.OperationalError):
        return Trouble.AWAY
    return found


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns the database's errors into StoreError and NotAllowedError; bugs pass through. Their own
    words may hold what was written, so these are not passed on."""
    try:
        yield
    except PoolTimeoutError:
        raise StoreError(Trouble.BUSY) from None
    except DBAPIError as error:
        if code_of(error) == DENIED:
            raise NotAllowedError from None
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise StoreError(trouble) from None
