"""Cut in a migration: never a half, and the next start finishes it with all that was there.

By ``kill -9`` at any moment, by a kill at any call to the disk, and by the power (a model of the
disk), from every earlier schema to today's.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from biocoach.store import Key, open_store
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable import old_records
from tests.faults.durable.children import Say, fork
from tests.faults.durable.deeds import copy, seen
from tests.faults.durable.recorded_cuts import Recording
from tests.faults.durable.tracing import attach, why_not
from tests.store.support import CLOCK, KEY, PLAIN

CUTS = 40  # of one old record, in three ways
FINISHED = "finished"
CHANGING = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink", "rename")


def run(order: Order) -> Outcome:
    outcome = in_pieces(order, "migrate", CUTS, _old_record)
    if why := why_not():
        outcome.notes.append(f"skipped, kills at a call and power cuts: {why}")
    return outcome


def _old_record(piece: Piece) -> Outcome:
    seed, count = piece
    dice = random.Random(seed)
    revision, key = dice.choice(old_records.EARLIER), dice.choice([KEY, PLAIN])
    with TemporaryDirectory(prefix="durable-") as name:
        old = Old(Path(name).resolve(), key, revision)
        power = injected = 0 if why_not() else count // 3
        wrong = [why for _ in range(count - power - injected) for why in old.kill(dice)]
        if power:
            calls = old.recorded(dice, power, wrong)
            drawn = dice.choices(calls, k=injected)
            wrong += [why for call, number in drawn for why in old.kill_at(call, number)]
    failures = [f"{seed} from {revision}: {why}" for why in wrong]
    return Outcome({"cuts": count, **old.ended}, failures)


@dataclass
class Old:
    """One old record. ``schemas``: the one it had, and the one that a whole step makes."""

    place: Path
    key: Key
    revision: str
    schemas: list[Any] = field(init=False)
    whole: Any = field(init=False)
    takes_s: float = field(init=False)
    ended: dict[str, int] = field(default_factory=lambda: {"left as it was": 0, FINISHED: 0})

    def __post_init__(self) -> None:
        old_records.make(self._template, self.key, self.revision)
        self.schemas = [old_records.schema_of(self._template, self.key)]
        for _ in range(2):  # the first time is not the usual one
            copy(self._template, self._record)
            began_s = time.monotonic()
            journal = self._open()
            self.takes_s = time.monotonic() - began_s
            self.whole = seen(journal)
            journal.close()
        self.schemas.append(old_records.schema_of(self._record, self.key))

    @property
    def _template(self) -> Path:
        return self.place / "template"

    @property
    def _record(self) -> Path:
        return self.place / "disk" / "record"

    def _open(self, folder: Path | None = None) -> Any:
        return open_store(folder or self._record, self.key, writer="new", clock=CLOCK)

    def _work(self, say: Say) -> None:
        self._open().close()
        say(FINISHED)

    def kill(self, dice: random.Random) -> list[str]:
        """At a random moment."""
        copy(self._template, self._record)
        child = fork(self._work)
        child.go()
        child.hear(dice.uniform(0, 1.2 * self.takes_s), 1, FINISHED)
        child.kill()
        child.end()
        return self.look(self._record, child.said)

    def kill_at(self, call: str, number: int) -> list[str]:
        """When it makes this call for the so-many-th time."""
        copy(self._template, self._record)
        child = fork(self._work)
        how = f"inject={call}:signal=SIGKILL:when={number}"
        tracer = attach(child, ["-e", f"trace={call}", "-e", how], self.place / "calls")
        child.go()
        child.end()
        tracer.communicate()
        wrong = self.look(self._record, child.said)
        return [f"killed at {call} {number}: {why}" for why in wrong]

    def recorded(self, dice: random.Random, cuts: int, wrong: list[str]) -> list[tuple[str, int]]:
        """Cut by the power; the calls of the whole step, each with its number among its like."""
        root = copy(self._template, self._record).parent
        found = Recording(root, self._work)
        wrong += found.cuts(cuts, dice, lambda after, said: self.look(after / "record", said))
        names = [call.name for call in found.calls if call.name in CHANGING]
        return [(name, names[: place + 1].count(name)) for place, name in enumerate(names)]

    def look(self, record: Path, said: list[str]) -> list[str]:
        """What is wrong, before the next start and after it."""
        found = old_records.schema_of(record, self.key)
        if found not in self.schemas:
            wrong = [f"a half: it says {found[0]}"]
        elif FINISHED in said and found != self.schemas[-1]:
            wrong = ["a finished step is lost"]
        else:
            wrong = []
        self.ended[FINISHED if found == self.schemas[-1] else "left as it was"] += 1
        return wrong + _raised(lambda: self._next_start(record))

    def _next_start(self, record: Path) -> list[str]:
        journal = self._open(record)
        try:
            wrong = list(journal.verify().problems)
            if seen(journal) != self.whole:
                wrong.append("something of the record is lost")
        finally:
            journal.close()
        if old_records.schema_of(record, self.key) != self.schemas[-1]:
            wrong.append("the next start did not finish it")
        return wrong


def _raised(look: Callable[[], list[str]]) -> list[str]:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - any of them means that the next start fails
        return [f"the next start fails: {type(error).__name__}"]


CAMPAIGN = Campaign(
    promise="a migration that is cut is whole or not begun, and the next start finishes it",
    count=400,
    run=run,
)
