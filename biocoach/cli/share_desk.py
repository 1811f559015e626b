"""Sharing on the page: to whom, what, every word of it before, and the file. Nothing is sent.

The file is sealed in memory by a thread of its own, while its words are looked at: what was seen
is what leaves. It is handed out, and noted as shared, only once it was asked for after that.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar
from uuid import uuid4

from biocoach.cli.facts import LOCKED, NOT_WRITTEN
from biocoach.cli.in_thread import to_its_end
from biocoach.cli.phone_lock import PhoneLock
from biocoach.cli.share_work import MADE, READY, Asked, OpenHere, ShareWork
from biocoach.sharing.giving import add_person, note_given, why_not_new
from biocoach.sharing.leaving import Wish, may_leave
from biocoach.sharing.people import (
    IDENTITY,
    RECIPIENTS,
    at,
    keep_people,
    people_in,
    sent_in,
)
from biocoach.store import Journal, StoreError
from biocoach.store.redact import names_in
from biocoach.store.seal import Address, address_of, identity_of
from dashboard.ports import Outcome

Json = dict[str, Any]
T = TypeVar("T")
GONE, NOT_READY = Outcome(why="not_there"), Outcome(why="not_ready")
STILL, SLIP = Outcome(why="still_share"), Outcome(why="slip")
NO_DAYS, NOTHING = Outcome(why="no_days"), Outcome(why="nothing_chosen")
UNASKED = ("nothing", "plain")  # records that have no passphrase to ask for


class ShareDesk:
    """The dashboard's ``Sharing``. ``opened`` and ``closing`` are of the house; the rest is called
    in threads. ``still``: a step that is kept still is under way."""

    def __init__(
        self,
        wall: Callable[[], datetime],
        still: Callable[[], bool],
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._wall = wall
        self._still = still
        self._new_id = new_id
        self._lock = RLock()
        self._now: OpenHere | None = None
        self._work: ShareWork | None = None

    async def opened(self, journal: Journal, lock: PhoneLock) -> None:
        """Raises StoreError."""
        await to_its_end(lambda: self._open(journal, lock))

    async def closing(self) -> None:
        await to_its_end(self._close)

    # ---- to whom

    def view(self) -> Json | Outcome:
        return self._do(self._view)

    def look(self, line: str) -> Json | Outcome:
        """Whose address it would be."""

        def work(now: OpenHere) -> Json | Outcome:
            address = address_of(line.strip())
            if address is None:
                return SLIP
            known = at(people_in(now.journal, RECIPIENTS), address)
            return {
                "ok": True, "fingerprint": address.fingerprint,
                "known": known.name if known else "",
            }  # fmt: skip

        return self._do(work)

    def add(self, name: str, line: str, passphrase: str) -> Outcome:
        def work(now: OpenHere) -> Outcome:
            address = address_of(line.strip())
            if address is None:
                return SLIP
            why = why_not_new(now.journal, name, address)
            if not why and now.asks not in UNASKED:
                why = now.lock.refuses(passphrase)
            if not why:
                add_person(now.journal, name, address, self._wall())
            return Outcome(why=why)

        return self._do(work)

    def forget(self, line: str) -> Outcome:
        """What they were given stays with them."""

        def work(now: OpenHere) -> Outcome:
            people = people_in(now.journal, RECIPIENTS)
            rest = tuple(one for one in people if one.address.line != line)
            if len(rest) == len(people):
                return GONE
            keep_people(now.journal, RECIPIENTS, rest)
            with suppress(StoreError):  # somebody reads: at the next change, or at closing
                now.journal.scrub_log()
            return Outcome()

        return self._do(work)

    # ---- what, and the file

    def begin(self, to: str, wish: Wish, *, sender: str, copy: bool) -> Json | Outcome:
        if wish.since and wish.until and wish.since > wish.until:
            return NO_DAYS

        def work(now: OpenHere) -> Json | Outcome:
            address: Address | None = address_of(to)
            person = at(people_in(now.journal, RECIPIENTS), address) if address else None
            if person is None:
                return GONE
            self._end()
            self._work = new = ShareWork(id=self._new_id())
            asked = Asked(to=person, wish=wish, now=self._wall(), sender=sender, copy=copy)
            new.begin(now, asked)
            return {"ok": True, "id": new.id}

        return self._do(work)

    def file(self, name: str) -> Json | Outcome:
        def work(_: OpenHere) -> Json | Outcome:
            found = self._of(name)
            if found is None:
                return GONE
            return found.told()

        return self._do(work)

    def drop(self, name: str) -> Outcome:
        with self._lock:
            if self._of(name) is None:
                return GONE
            self._end()
            return Outcome()

    def make(self, name: str) -> Outcome:
        """It was looked at, and may leave: from now on it counts as shared."""

        def work(now: OpenHere) -> Outcome:
            found = self._of(name)
            if found is None:
                return GONE
            if found.given is None:
                return NOT_READY
            if not found.given.leaving.items:
                return NOTHING
            if found.state == READY:
                if at(people_in(now.journal, RECIPIENTS), found.given.to.address) is None:
                    return GONE  # taken off the list meanwhile
                note_given(now.journal, found.given, self._wall())
                found.state = MADE
            return Outcome()

        return self._do(work)

    def sealed(self, name: str) -> bytes | Outcome:
        def work(_: OpenHere) -> bytes | Outcome:
            found = self._of(name)
            if found is None:
                return GONE
            return found.given.packed if found.given and found.state == MADE else NOT_READY

        return self._do(work)

    # ---- inside

    def _do(self, work: Callable[[OpenHere], T | Outcome]) -> T | Outcome:
        """The whole of a piece of work, or why it was not done."""
        if self._still():
            return STILL
        with self._lock:
            if self._now is None:
                return LOCKED
            try:
                return work(self._now)
            except StoreError:
                return NOT_WRITTEN

    def _view(self, now: OpenHere) -> Json:
        mine = identity_of(now.journal.fact(IDENTITY))
        ladders = (now.reader.fact("ladders") or {}).get("ladders", [])
        items = [asdict(item) for item in may_leave(now.reader)]
        return {
            "people": [person.told() for person in people_in(now.journal, RECIPIENTS)],
            "sent": [asdict(one) for one in reversed(sent_in(now.journal))],
            "fingerprint": mine.address.fingerprint if mine else "",
            "asks": now.asks,
            "simulated": now.simulated,
            "items": [{k: v for k, v in item.items() if k != "words"} for item in items],
            "names": names_in(ladders),
        }

    def _of(self, name: str) -> ShareWork | None:
        work = self._work
        return work if work is not None and work.id == name else None

    def _open(self, journal: Journal, lock: PhoneLock) -> None:
        with self._lock:
            self._now = OpenHere(journal=journal, reader=journal.reader(), lock=lock)

    def _close(self) -> None:
        with self._lock:
            self._end()
            now, self._now = self._now, None
            if now is not None:
                now.reader.close()

    def _end(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.end()
