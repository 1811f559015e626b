"""What is kept of being a clinic's: one fact, of which only the latest is kept.

It holds the token, so it never leaves, in no export and to no clinic (``transfer.NEVER``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from threading import Lock
from typing import Any
from uuid import uuid4

from biocoach.store import Journal, StoreError
from biocoach.syncing.items import ITEMS

Json = dict[str, Any]
FACT = "clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """``since``: each item that is agreed to, and when it was (ISO, UTC); ``changed_utc``: when any
    of it last changed. ``journal`` is what this record is called there; ``before``: the one that it
    took the place of, when it was restored from an old backup. ``forked_utc``: when."""

    url: str
    token: str = field(repr=False)
    journal: str
    clinic: str
    therapist: str
    alias: str
    joined_utc: str
    changed_utc: str
    since: dict[str, str] = field(default_factory=dict)
    before: str = ""
    forked_utc: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for item in ITEMS if item in self.since)

    def agreeing(self, items: Collection[str], now_utc: str) -> Member:
        """To these and no others; what was agreed before keeps its day."""
        since = {item: self.since.get(item, now_utc) for item in ITEMS if item in items}
        if since == self.since:
            return self
        return replace(self, since=since, changed_utc=now_utc)

    def forked(self, now_utc: str) -> Member:
        """Begins anew there, beside what the clinic has of it."""
        return replace(self, journal=new_name(), before=self.journal, forked_utc=now_utc)


def new_name() -> str:
    return uuid4().hex


class Membership:
    """Of the open record. Each change is kept before it counts; called in threads."""

    def __init__(self, journal: Journal) -> None:
        """Raises StoreError."""
        self._journal = journal
        self._lock = Lock()
        self._member = member_of(journal.fact(FACT))

    def now(self) -> Member | None:
        return self._member

    def begin(self, member: Member) -> None:
        """Raises StoreError."""
        with self._lock:
            self._keep(member)

    def change(self, how: Callable[[Member], Member]) -> Member | None:
        """None: there is none. Raises StoreError, with nothing changed."""
        with self._lock:
            if self._member is not None:
                changed = how(self._member)
                if changed != self._member:
                    self._keep(changed)
            return self._member

    def end(self) -> None:
        """Raises StoreError."""
        with self._lock:
            self._journal.erase_fact(FACT)
            self._member = None
            self._scrub()

    def _keep(self, member: Member) -> None:
        self._journal.replace_fact(FACT, asdict(member) | {"rev": new_name()})
        self._member = member
        self._scrub()

    def _scrub(self) -> None:
        with suppress(StoreError):  # somebody reads: at the next change, or at closing
            self._journal.scrub_log()


def member_of(fact: Json | None) -> Member | None:
    """Without what a later biocoach may have added."""
    if not fact:
        return None
    names = {one.name for one in fields(Member)}
    return Member(**{name: value for name, value in fact.items() if name in names})
