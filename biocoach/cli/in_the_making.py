"""One thing at a time, made in a thread from the record that is open: a packet, a file to take out.

It reads by a reader of its own, holds up nobody who writes, tells how far it is, is dropped at will
and ends before the record closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, Generic, TypeVar

from biocoach.cli.facts import LOCKED
from biocoach.cli.in_thread import to_its_end
from biocoach.store import Journal, Reader, StoreError
from dashboard.ports import Outcome

Json = dict[str, Any]
T = TypeVar("T")
GONE, NOT_READY = Outcome(why="not_there"), Outcome(why="not_ready")
WORKING, READY, FAILED = "working", "ready", "failed"


class DroppedError(Exception):
    """Nobody wants it any more."""


class CannotError(Exception):
    """It can't be made; ``code`` for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True, kw_only=True)
class Making(Generic[T]):
    """One of them, under way or made. ``why``: a code, where it failed for a reason."""

    id: str
    state: str = WORKING
    why: str = ""
    done: int = 0
    of: int = 0
    made: T | None = None
    dropped: Event = field(default_factory=Event)
    thread: Thread | None = None

    def tell(self, done: int, of: int) -> None:
        """Raises DroppedError."""
        self.go_on()
        self.done, self.of = done, of

    def go_on(self) -> None:
        """Raises DroppedError."""
        if self.dropped.is_set():
            raise DroppedError

    def told(self) -> Json:
        why = {"why": self.why} if self.why else {}
        return {"state": self.state, "done": self.done, "of": self.of} | why


Make = Callable[[Making[T], Reader, bool], T]  # ``bool``: whether the record is a simulated one


class OneInTheMaking(Generic[T]):
    """``opened`` and ``closing`` are of the house; the rest is called in threads. ``let_go``: what
    becomes of one that was made and that nobody took."""

    def __init__(
        self,
        called: str,
        new_id: Callable[[], str],
        let_go: Callable[[T], object] = lambda _: None,
    ) -> None:
        self._called = called
        self._new_id = new_id
        self._let_go = let_go
        self._lock = Lock()
        self._reader: Reader | None = None
        self._simulated = False
        self._work: Making[T] | None = None

    async def opened(self, journal: Journal, *, simulated: bool) -> None:
        """Raises StoreError."""
        await to_its_end(lambda: self._open(journal, simulated))

    async def closing(self) -> None:
        await to_its_end(self._close)

    def begin(self, make: Make[T]) -> Json:
        """In the place of the one before, if there is one: ``ok`` with its ``id``, or ``why``."""
        with self._lock:
            if self._reader is None:
                return {"ok": False, "why": LOCKED.why}
            self._end()
            work = Making[T](id=self._new_id())
            args = (work, make, self._reader, self._simulated)
            work.thread = Thread(target=self._run, args=args, name=self._called)
            self._work = work
            work.thread.start()
            return {"ok": True, "id": work.id}

    def named(self, name: str) -> Making[T] | None:
        work = self._work
        return work if work is not None and work.id == name else None

    def drop(self, name: str) -> Outcome:
        with self._lock:
            if self.named(name) is None:
                return GONE
            self._end()
            return Outcome()

    def take(self, name: str, may: Callable[[Reader], str]) -> T | Outcome:
        """Hands over what was made, once: it is here no more. ``may`` says why not, or ""."""
        with self._lock:
            work = self.named(name)
            if work is None or self._reader is None:
                return GONE
            if work.state != READY or work.made is None:
                return NOT_READY
            if why := may(self._reader):
                return Outcome(why=why)
            self._work = None
            return work.made

    # ---- inside

    def _open(self, journal: Journal, simulated: bool) -> None:
        with self._lock:
            self._reader, self._simulated = journal.reader(), simulated

    def _close(self) -> None:
        with self._lock:
            self._end()
            reader, self._reader = self._reader, None
            if reader is not None:
                reader.close()

    def _end(self) -> None:
        """What is under way ends after the session that it reads."""
        work, self._work = self._work, None
        if work is None or work.thread is None:
            return
        work.dropped.set()
        work.thread.join()
        if work.made is not None:
            self._let_go(work.made)

    def _run(self, work: Making[T], make: Make[T], reader: Reader, simulated: bool) -> None:
        try:
            work.made = make(work, reader, simulated)
            work.state = READY
        except DroppedError:
            return
        except CannotError as error:
            work.why, work.state = error.code, FAILED
        except StoreError:
            work.state = FAILED
        finally:
            if work.state == WORKING:  # a bug, which the terminal tells
                work.state = FAILED
