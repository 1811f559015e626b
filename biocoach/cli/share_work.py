"""One file for a therapist under way: read and sealed in a thread, in memory alone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from typing import Any

from biocoach.cli.phone_lock import PhoneLock
from biocoach.sharing.giving import Given, give
from biocoach.sharing.leaving import Wish
from biocoach.sharing.people import Person, identity_in
from biocoach.store import Journal, Reader, StoreError

Json = dict[str, Any]
WORKING, READY, MADE, FAILED = "working", "ready", "made", "failed"


class _DroppedError(Exception):
    """Nobody wants it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHere:
    """The record that is open, with a reader of the desk's own, and what guards it."""

    journal: Journal
    reader: Reader
    lock: PhoneLock

    @property
    def asks(self) -> str:
        return self.lock.asks()

    @property
    def simulated(self) -> bool:
        return self.lock.simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For whom, what, when; ``sender`` and ``copy`` as in ``give``."""

    to: Person
    wish: Wish
    now: datetime
    sender: str
    copy: bool


@dataclass(slots=True, kw_only=True)
class ShareWork:
    """``given`` once it is sealed. ``state``: working, ready, made (it may leave), failed."""

    id: str
    state: str = WORKING
    done: int = 0
    of: int = 0
    given: Given | None = None
    _dropped: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def begin(self, record: OpenHere, asked: Asked) -> None:
        self._thread = Thread(target=self._make, args=(record, asked), name="sharing")
        self._thread.start()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def end(self) -> None:
        """It goes no further; the record may close after this."""
        self._dropped.set()
        self.wait()

    def told(self) -> Json:
        told: Json = {"state": self.state, "done": self.done, "of": self.of}
        return told if self.given is None else told | _seen(self.given)

    def _tell(self, done: int, of: int) -> None:
        if self._dropped.is_set():
            raise _DroppedError
        self.done, self.of = done, of

    def _make(self, record: OpenHere, asked: Asked) -> None:
        try:
            with closing(record.journal.reader()) as reader:
                self.given = give(
                    reader, asked.to, asked.wish, identity_in(record.journal), asked.now,
                    sender=asked.sender, copy=asked.copy, simulated=record.simulated,
                    tell=self._tell,
                )  # fmt: skip
            self.state = READY
        except (_DroppedError, StoreError):
            pass
        finally:
            if self.state == WORKING:  # a bug, too, which the terminal tells
                self.state = FAILED


def _seen(given: Given) -> Json:
    """Every item with every word, as they stand in the file."""
    return {
        "to": given.to.told(),
        "sender": given.manifest.name,
        "period": list(given.manifest.period),
        "bytes": len(given.packed),
        "items": [item.told() for item in given.leaving.items.values()],
        "names": list(given.leaving.redactor.names),
        "redacted": given.leaving.redactor.count,
    }
