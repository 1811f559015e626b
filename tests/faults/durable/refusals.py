"""One call to the disk is refused, or a few in a row: it is told, nothing is lost or done twice,
and what was refused goes well when it is tried again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biocoach.store import Journal, Key, StoreError, Trouble, open_store
from biocoach.store.folder import write_private
from biocoach.types import Debrief
from tests.faults.durable.children import Say, fork
from tests.faults.durable.deeds import DEEDS, copy, prepare, seen
from tests.faults.durable.tracing import attach, calls_in, record
from tests.store.support import CLOCK, begin, closed, entry, ratings

CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "openat", "rename", "unlink")
ERRORS = ("ENOSPC", "EIO")
RUNS = (1, 4)  # so many calls in a row
TOLD = {Trouble.DISK_FULL, Trouble.IO}
TRIES = 8
SMALL, SMALL_TEXT = "small.json", "how the key is kept " * 50


def _append(session: str, count: int) -> Callable[[Journal], Any]:
    heavy = entry(Debrief(happened="words " * 400), session=session)
    return lambda journal: journal.append([begin(session), *ratings(count, session), heavy])


# In this order, each tried again until it is done. The last ones fill the write-ahead log, so that
# it is copied into the file on the way.
STEPS: dict[str, Callable[[Journal], Any]] = {
    "append": _append("s3", 40),
    **{name: deed.do for name, deed in DEEDS.items() if name not in ("erase a person", "vacuum")},
    **{f"append {n}": _append(f"s{n}", 300) for n in range(4, 12)},
    "end": lambda journal: journal.append([closed("s3")]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The ``number``-th call of this name fails so, and ``run`` - 1 after it."""

    call: str
    error: str
    number: int
    run: int = 1

    @property
    def how(self) -> str:
        when = f"{self.number}..{self.number + self.run - 1}"
        return f"inject={self.call}:error={self.error}:when={when}"


def work_in(folder: Path, key: Key) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        journal = _tried(say, "open", lambda: open_store(folder, key, writer="w", clock=CLOCK))
        for name, step in STEPS.items():
            _tried(say, name, lambda step=step: step(journal))  # type: ignore[misc]
        _tried(say, SMALL, lambda: write_private(folder / SMALL, SMALL_TEXT))
        journal.close()

    return work


def _tried(say: Say, name: str, do: Callable[[], Any]) -> Any:
    for _ in range(TRIES):
        try:
            found = do()
        except StoreError as error:
            say(f"refused {name}: {error.code}: {error}")
        else:
            say(f"done {name}")
            return found
    raise RuntimeError(f"{name} was never done")


@dataclass
class Bench:
    """One record, tried with one refusal after the other. ``calls``: how many of each there are."""

    place: Path
    key: Key
    whole: Any = field(init=False)
    calls: dict[str, int] = field(init=False)
    told: int = 0

    def __post_init__(self) -> None:
        prepare(self.place / "template", self.key)
        copy(self.place / "template", self._record)
        child = fork(work_in(self._record, self.key))
        tracer = record(child, self.place / "calls")
        child.go()
        if child.end() != 0:
            raise RuntimeError("it fails on a disk that refuses nothing")
        tracer.communicate()
        found = [call.name for call in calls_in(self.place / "calls")]
        self.calls = {name: found.count(name) for name in CALLS}
        self.whole = self._seen()

    @property
    def _record(self) -> Path:
        return self.place / "record"

    def refusals(self, dice: random.Random) -> Iterator[Refusal]:
        """All there are, in an order that is drawn."""
        every = [
            Refusal(call=call, error=error, number=number, run=run)
            for call, count in self.calls.items()
            for number in range(1, count + 1)
            for error in ERRORS
            for run in RUNS
        ]
        dice.shuffle(every)
        yield from every

    def try_(self, refusal: Refusal) -> list[str]:
        """What is wrong after it, one line each."""
        copy(self.place / "template", self._record)
        child = fork(work_in(self._record, self.key))
        tracing = ["-e", f"trace={refusal.call}", "-e", refusal.how]
        tracer = attach(child, tracing, self.place / "calls")
        child.go()
        code = child.end()
        tracer.communicate()
        told = [line for line in child.said if line.startswith("refused ")]
        self.told += bool(told)
        wrong = [f"it ended with {code}"] if code != 0 else []
        wrong += [f"told as {line}" for line in told if line.split(": ")[1] not in TOLD]
        if code == 0 and self._seen() != self.whole:
            wrong.append("the record is not what it would have been")
        return [f"{refusal.how}: {why}" for why in wrong]

    def _seen(self) -> Any:
        journal = open_store(self._record, self.key, writer="look", clock=CLOCK)
        try:
            problems = journal.verify().problems
            small = (self._record / SMALL).read_text()
            return {**seen(journal), "problems": problems, SMALL: small}
        finally:
            journal.close()
