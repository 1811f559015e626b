"""What is kept of being a clinic's: one fact, of which only the latest is kept.

It holds the token, so it never leaves, in no export and to no clinic (``transfer.NEVER``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from biocoach.clock import iso_utc, moment_of, same_utc
from biocoach.store import Journal, StoreError
from biocoach.syncing.items import ITEMS

Json = dict[str, Any]
FACT = "clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """``since``: each item that is agreed to, and when it was (ISO, UTC); ``changed_utc``: when any
    of it last changed, as far as this record or the clinic knows. ``journal`` is what this record
    is called there; ``before``: the one that it took the place of, when it was restored from an old
    backup. ``forked_utc``: when. ``overruled``: items that this record remembered as agreed to, and
    that had been withdrawn since; and when that came out. Until the person has chosen again."""

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
    overruled: dict[str, str] = field(default_factory=dict)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for item in ITEMS if item in self.since)

    def agreeing(self, items: Collection[str], now_utc: str) -> Member:
        """To these and no others; what was agreed before keeps its day. A new yes is always later
        than all that was said before, whatever the clock says: so a clinic takes it."""
        now = _after(self.changed_utc, now_utc)
        since = {item: self.since.get(item, now) for item in ITEMS if item in items}
        if since == self.since:
            return replace(self, overruled={})
        return replace(self, since=since, changed_utc=now, overruled={})

    def heard(
        self, said: Mapping[str, str], withdrawn: Mapping[str, str], known_utc: str, now_utc: str
    ) -> Member:
        """After a hello that ``said`` since when each item is agreed to: the ``withdrawn`` ones are
        not, but for one to which the person has said yes meanwhile."""
        past = max(self.changed_utc, *map(same_utc, (known_utc, *withdrawn.values())))
        gone = {
            item for item in withdrawn if item in self.since and self.since[item] == said.get(item)
        }
        anew = {item for item in self.since if item in withdrawn} - gone
        since = {
            item: _after(past, utc) if item in anew else utc
            for item, utc in self.since.items()
            if item not in gone
        }
        over = self.overruled | dict.fromkeys(sorted(gone), now_utc)
        return replace(
            self, since=since, changed_utc=max(past, *since.values(), ""), overruled=over
        )

    def forked(self, now_utc: str) -> Member:
        """Begins anew there, beside what the clinic has of it."""
        return replace(self, journal=new_name(), before=self.journal, forked_utc=now_utc)


def _after(past: str, now_utc: str) -> str:
    """Now; or just after ``past``, where a clock was set back since."""
    try:
        return now_utc if now_utc > past else iso_utc(moment_of(past) + timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        return now_utc


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
