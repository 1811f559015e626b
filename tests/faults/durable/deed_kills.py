"""Kills in the midst of a deed: it is done or not, and done again it ends well."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biocoach.store import Journal, Key, open_store
from tests.faults.campaign import Outcome
from tests.faults.durable.children import PATIENCE_S, Say, fork
from tests.faults.durable.deeds import CANARY, DEEDS, Deed, copy, on_disk, prepare, seen
from tests.store.support import CLOCK, KEY, PLAIN

READY, DONE = "ready", "done"


def kill_in_deeds(place: Path, seed: str, count: int) -> Outcome:
    """``count`` kills in deeds that are drawn; half of the records are encrypted."""
    dice, trials = random.Random(f"{seed}/deeds"), dict[tuple[str, bool], Trial]()
    outcome = Outcome({"kills in deeds": 0, "of them after its end": 0})
    for number in range(count):
        name, plain = dice.choice(list(DEEDS)), dice.random() < 0.5
        where = place / ("plain" if plain else "encrypted")
        if (name, plain) not in trials:
            trials[name, plain] = Trial(where, PLAIN if plain else KEY, DEEDS[name])
        done, wrong = trials[name, plain].kill(dice)
        outcome.add(Outcome({"kills in deeds": 1, "of them after its end": done}))
        outcome.failures += [f"{seed} deed {number} ({name}): {why}" for why in wrong]
    shutil.rmtree(place, ignore_errors=True)
    return outcome


@dataclass
class Trial:
    """One deed on copies of one record. ``views``: what may be seen, from before to after."""

    place: Path
    key: Key
    deed: Deed
    views: list[Any] = field(init=False)
    takes_s: float = field(init=False)

    def __post_init__(self) -> None:
        if not self._template.exists():
            prepare(self._template, self.key)
        journal = self._open_copy()
        self.views = [seen(journal)]
        for part in self.deed.parts:
            part(journal)
            self.views.append(seen(journal))
        journal.close()
        journal = self._open_copy()  # the first time is not the usual one
        began_s = time.monotonic()
        self.deed.do(journal)
        self.takes_s = time.monotonic() - began_s
        journal.close()

    @property
    def _template(self) -> Path:
        return self.place / "template"

    @property
    def _record(self) -> Path:
        return self.place / "record"

    def _open_copy(self) -> Journal:
        return self._open(copy(self._template, self._record))

    def _open(self, folder: Path) -> Journal:
        return open_store(folder, self.key, writer="look", clock=CLOCK)

    def kill(self, dice: random.Random) -> tuple[bool, list[str]]:
        """Whether it had said that it was done, and what is wrong."""
        copy(self._template, self._record)
        child = fork(self._work)
        child.go()
        child.hear(PATIENCE_S, 1, READY)
        child.hear(dice.uniform(0, 1.2 * self.takes_s), 1, DONE)
        child.kill()
        code = child.end()
        done = DONE in child.said
        wrong = [] if code in (0, -9) else [f"it ended with {code} by itself"]
        return done, wrong + self.look(done)

    def look(self, done: bool) -> list[str]:
        journal = self._open(self._record)
        try:
            wrong = self._problems(journal, self.views[-1:] if done else self.views)
            if not done:
                self.deed.do(journal)
                wrong += self._problems(journal, self.views[-1:])
            if self.deed.takes and self.key.plain and CANARY.encode() in on_disk(self._record):
                wrong.append("what was erased is still on the disk")
        finally:
            journal.close()
        return wrong

    def _problems(self, journal: Journal, allowed: list[Any]) -> list[str]:
        wrong = list(journal.verify().problems)
        if seen(journal) not in allowed:
            wrong.append("it is neither done nor not done")
        return wrong

    def _work(self, say: Say) -> None:
        journal = self._open(self._record)
        say(READY)
        self.deed.do(journal)
        say(DONE)
        journal.close()
