"""What the database can't do now, as the server's pages and devices are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from biocoach.store import StoreError
from dashboard.clinic.ports import ClinicDownError
from dashboard.ports import Outcome

NOT_THERE = Outcome(why="not_there")


@contextmanager
def told() -> Iterator[None]:
    """Raises ClinicDownError for a StoreError."""
    try:
        yield
    except StoreError as error:
        raise ClinicDownError(str(error)) from None


def id_of(text: str) -> UUID | None:
    """None for what is no id: there is nothing of that name."""
    try:
        return UUID(text)
    except ValueError:
        return None
