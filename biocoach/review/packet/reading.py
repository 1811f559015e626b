"""Sessions read for a packet: as they were kept when they were over, the rest again, in children
beside this process: each fold takes a core for a while, and a page with a live session must not
wait for it. ``python -m biocoach.review.packet.reading`` is one.

A line in is a session's name and its lines as the journal keeps them; a line out is what ``thin``
leaves of its review, or ``null``. Nothing of it is in a file or in a process's name.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, local
from typing import Any

from biocoach.review.packet.material import Review
from biocoach.review.sessions import review
from biocoach.review.thin import made_by, thin
from biocoach.sandbox import Child, give_way, limit_this_process
from biocoach.settings import Settings
from biocoach.store import Reader, StoreError
from biocoach.store.whole import entry_of

Read = Callable[[str], Review | None]
MODULE = "biocoach.review.packet.reading"
BESIDE = "--beside"
CHILDREN_MAX = 4  # each takes some 150 MB
WORTH_IT = 4  # a child takes a second to start: fewer sessions are read here


def read_session(reader: Reader, name: str, settings: Settings) -> Review | None:
    """As it was kept, or folded again by today's detector in this process. Raises StoreError."""
    kept = reader.thin_review(name, made_by(settings))
    if kept is not None:
        return Review(told=kept, recorded_by=kept["recorded_by"])
    return _review(name, reader.whole.texts(name), settings)


def _review(name: str, texts: list[list[Any]], settings: Settings) -> Review | None:
    if not texts:
        return None
    entries = [entry_of(text) for text in texts]
    told = thin(review(name, entries, settings), entries[0].settings_hash)
    return Review(told=told, recorded_by=told["recorded_by"])


class Readers:
    """Reads these sessions ahead, some at a time. ``read`` waits for one; any others are read
    here. ``close`` ends what is under way. ``beside``: they give way to a session that may run.

    A child that could not start, or died, is nobody's loss: its session is read here.
    """

    def __init__(
        self,
        reader: Reader,
        settings: Settings,
        names: Iterable[str],
        children: int | None = None,
        *,
        beside: bool = False,
    ) -> None:
        kept = reader.thin_reviews_by(made_by(settings))
        wanted = [name for name in names if name not in kept]
        self._reader = reader
        self._settings = settings
        self._arguments = (BESIDE,) if beside else ()
        self._own = local()
        self._lock = Lock()
        self._children: list[Child] = []
        self._closed = False
        count = min(CHILDREN_MAX, os.cpu_count() or 1) if children is None else children
        few = len(wanted) < WORTH_IT or settings != Settings()  # a child has today's
        self._pool = None if few else ThreadPoolExecutor(count, thread_name_prefix="packet")
        self._futures: dict[str, Future[Review | None]] = {}
        if self._pool is not None:
            self._futures = {name: self._pool.submit(self._ask, name) for name in wanted}

    def read(self, name: str) -> Review | None:
        """Raises StoreError."""
        future = self._futures.pop(name, None)
        if future is None:
            return read_session(self._reader, name, self._settings)
        return future.result()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for child in self._children:
                child.kill()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        for child in self._children:
            child.close()

    def _ask(self, name: str) -> Review | None:
        child = self._child()
        texts = self._reader.whole.texts(name)
        answer = "" if child is None else child.ask(json.dumps([name, texts]))
        if answer:
            found = json.loads(answer)
            return None if found is None else Review(**found)
        return None if self._closed else _review(name, texts, self._settings)

    def _child(self) -> Child | None:
        """This thread's own; None where all is to end."""
        with self._lock:
            if self._closed:
                return None
            if not hasattr(self._own, "child"):
                self._own.child = Child(MODULE, *self._arguments)
                self._children.append(self._own.child)
            child: Child = self._own.child
            return child


def reply(line: str, settings: Settings) -> str:
    """What a child answers; an empty line where it can't, so that the parent reads it itself."""
    name, texts = json.loads(line)
    try:
        found = _review(name, texts, settings)
    except StoreError:
        return ""
    if found is None:
        return json.dumps(None)
    return json.dumps({"told": found.told, "recorded_by": found.recorded_by}, allow_nan=False)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; its end is ours
    limit_this_process()
    if BESIDE in sys.argv:
        give_way()
    settings, write = Settings(), sys.stdout.write
    for line in sys.stdin:
        write(reply(line, settings) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
