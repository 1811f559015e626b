"""A long session is summed up in a child beside this process: its fold takes a core for seconds
and tens of megabytes, which a process that serves for days would keep.

``python -m biocoach.review.summing_beside`` is the child. Its first line in is the session's name,
the others are the session's lines as the journal keeps them; out comes what ``summed`` gives.
Nothing of it is in a file or in a process's name, and the record's key stays here.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain

from biocoach.review.summing_up import Summed, keep, summed, told_in
from biocoach.sandbox import Stream, limit_this_process
from biocoach.settings import Settings
from biocoach.store import Journal, Reader
from biocoach.store.whole import entry_of

MODULE = "biocoach.review.summing_beside"
LONG_S = 3_000.0  # a shorter one is folded sooner than a child starts
PATIENCE_S = 120.0  # a day that was brought in takes ten seconds


def sum_up_beside(journal: Journal, name: str, settings: Settings) -> None:
    """What ``sum_up`` does. A child that could not start, or died, is nobody's loss: the session
    is folded here. Raises StoreError."""
    keep(journal, name, wherever(journal, name, settings), settings)


def wherever(journal: Reader, name: str, settings: Settings) -> Summed:
    """Of a long session by a child, where it can; else here. Raises StoreError."""
    long = journal.whole.length_s(name) > LONG_S
    found = beside(journal, name) if long and settings == Settings() else None  # a child's own
    return found or summed(name, told_in(journal, name), settings)


def beside(journal: Reader, name: str) -> Summed | None:
    """What a child makes of it, by settings as they come; None: it could not. Raises StoreError."""
    try:
        child = Stream(MODULE)
    except OSError:
        return None
    try:
        # One line at a time: all of them together would be the memory that the child is there for.
        lines = map(json.dumps, chain([name], journal.whole.each_text(name)))
        if not all(child.feed(f"{line}\n".encode()) for line in lines):
            return None
        child.end()
        answer = b"".join(child.chunks(PATIENCE_S))
    finally:
        child.close()
    return answered(answer)


def answered(answer: bytes) -> Summed | None:
    """None of a child that died in the middle of its answer: it has not ended the line."""
    return Summed(**json.loads(answer)) if answer.endswith(b"\n") else None


def reply(lines: Iterable[str], settings: Settings) -> str:
    """What a child answers. Raises StoreError."""
    name, *texts = map(json.loads, lines)
    found = summed(name, [entry_of(text) for text in texts], settings)
    return json.dumps(asdict(found), allow_nan=False) + "\n"


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; its end is ours
    limit_this_process()
    sys.stdout.write(reply(sys.stdin, Settings()))


if __name__ == "__main__":
    main()
