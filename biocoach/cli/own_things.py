"""One's own phrases, comfort kit and imagery text in the record that is open now.

They are the fact ``own``, of which only the latest wording is kept: what a person takes out of it
is erased, with the pictures and voices that nothing names any more. ``rev`` is new and random at
each writing. By it two windows don't overwrite each other, and nothing of one record is written
into another; and with it gone nobody can guess an erased wording from its hash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import uuid4

from biocoach.cli.facts import LOCKED, NOT_WRITTEN
from biocoach.cli.in_thread import to_its_end
from biocoach.clock import Clock
from biocoach.store import Journal, Reader, StoreError
from biocoach.store.days import erasing_from
from biocoach.store.media import PICTURES, SOUNDS, media_type
from dashboard.ports import Outcome

Json = dict[str, Any]
FACT = "own"
FRESH_S = 600.0  # a picture or a voice that has come may wait so long to be named
MEDIA_OF = {"picture": PICTURES, "voice": SOUNDS}


@dataclass(slots=True)
class _Desk:
    """What is open: ``blank`` is the ``rev`` of a record in which nothing was written yet, and
    ``fresh`` tells when each unnamed picture or voice came."""

    journal: Journal
    reader: Reader
    clock: Clock
    simulated: bool
    blank: str
    fresh: dict[str, float] = field(default_factory=dict)


class OwnThings:
    """The dashboard's ``Own``. Everything is done under one lock, in threads, so that a record
    is not closed under anybody's hands."""

    def __init__(self, new_id: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._new_id = new_id
        self._lock = Lock()
        self._desk: _Desk | None = None

    async def opened(self, journal: Journal, clock: Clock, *, simulated: bool) -> None:
        """What a run before this one has left unnamed is erased. Raises StoreError."""
        await to_its_end(lambda: self._open(journal, clock, simulated=simulated))

    async def closing(self) -> None:
        await asyncio.to_thread(self._close)

    def own(self) -> Json | Outcome:
        with self._lock:
            if self._desk is None:
                return LOCKED
            try:
                return _latest(self._desk) | {"simulated": self._desk.simulated}
            except StoreError:
                return NOT_WRITTEN

    def media(self, name: str) -> tuple[str, bytes] | Outcome:
        with self._lock:
            if self._desk is None:
                return LOCKED
            try:
                found = self._desk.reader.attachment(name)
            except StoreError:
                return NOT_WRITTEN
        return Outcome(why="not_there") if found is None else found

    async def keep_own(self, own: Json) -> Json:
        return await asyncio.to_thread(self._in_turn, lambda desk: self._keep(desk, own))

    async def add_media(self, content: bytes) -> Json:
        return await asyncio.to_thread(self._in_turn, lambda desk: self._add(desk, content))

    # ---- inside

    def _open(self, journal: Journal, clock: Clock, *, simulated: bool) -> None:
        with self._lock:
            self._desk = _Desk(journal, journal.reader(), clock, simulated, blank=self._new_id())
            with suppress(StoreError):  # a full disk, a lock: it is done at the next change
                self._sweep(self._desk)

    def _in_turn(self, work: Callable[[_Desk], Json]) -> Json:
        with self._lock:
            if self._desk is None:
                return _refused(LOCKED.why)
            try:
                return work(self._desk)
            except StoreError:
                return _refused(NOT_WRITTEN.why)

    def _keep(self, desk: _Desk, own: Json) -> Json:
        latest = _latest(desk)
        if own["rev"] != latest["rev"]:
            return _refused("changed")
        if own == latest:
            return {"ok": True, "rev": own["rev"]}
        known = desk.reader.attachments()
        for thing in own["kit"]:
            found = known.get(thing["media"])
            fits = MEDIA_OF.get(thing["kind"], frozenset())
            if thing["media"] and (found is None or found.media_type not in fits):
                return _refused("no_media")
        kept = own | {"rev": self._new_id()}
        desk.journal.replace_fact(FACT, kept)
        with suppress(StoreError):  # it is kept; what is owed to it is done at the next chance
            self._sweep(desk)
        return {"ok": True, "rev": kept["rev"]}

    def _add(self, desk: _Desk, content: bytes) -> Json:
        kind = media_type(content)
        if kind is None:
            return _refused("not_media")
        self._sweep(desk)
        name = self._new_id()
        full = desk.journal.attach(name, kind, content)
        if full is not None:
            return _refused(full.value)
        desk.fresh[name] = desk.clock.now_s()
        return {"ok": True, "id": name, "type": kind}

    def _sweep(self, desk: _Desk) -> None:
        """Erases what nothing names, and its traces in the log with it."""
        named = {thing["media"] for thing in _latest(desk)["kit"]}
        now_s = desk.clock.now_s()
        desk.fresh = {
            name: came_s
            for name, came_s in desk.fresh.items()
            if name not in named and now_s - came_s < FRESH_S
        }
        gone = set(desk.reader.attachments()) - named - set(desk.fresh)
        if gone:  # after the next session, or start, no backup has them either
            erasing_from(desk.journal.folder)
        desk.journal.detach(gone)
        # Somebody may be reading: then the log is emptied at the next change, or at the closing.
        desk.journal.scrub_log()

    def _close(self) -> None:
        with self._lock:
            desk, self._desk = self._desk, None
            if desk is not None:
                desk.reader.close()


def _latest(desk: _Desk) -> Json:
    """The fact as it stands. Raises StoreError."""
    nothing = {"phrases": [], "kit": [], "imagery": {"text": "", "by": ""}}
    found = desk.reader.fact(FACT)
    return found if isinstance(found, dict) else {"rev": desk.blank, **nothing}


def _refused(why: str) -> Json:
    return {"ok": False, "why": why}
