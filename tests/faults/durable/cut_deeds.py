"""The power cut while a record is changed: each part is done or not, and what was said stays."""

from __future__ import annotations

import random
from pathlib import Path

from biocoach.store import Key, open_store
from tests.faults.campaign import Outcome
from tests.faults.durable.children import Say, Work
from tests.faults.durable.deed_kills import Trial
from tests.faults.durable.deeds import CANARY, DEEDS, Deed, copy, on_disk, seen
from tests.faults.durable.recorded_cuts import Recording
from tests.store.support import CLOCK, KEY, PLAIN

PART = "part"


def cut(place: Path, seed: str, count: int) -> Outcome:
    dice = random.Random(f"{seed}/deed")
    return cut_one(place, dice.choice(list(DEEDS)), dice.choice([KEY, PLAIN]), seed, count)


def cut_one(place: Path, name: str, key: Key, seed: str, count: int) -> Outcome:
    dice = random.Random(f"{seed}/cuts")
    trial = Trial(place, key, DEEDS[name])
    root = copy(place / "template", place / "disk" / "record").parent
    found = Recording(root, _work(root / "record", key, DEEDS[name]))

    def check(after: Path, said: list[str]) -> list[str]:
        return problems(trial, after / "record", said.count(PART))

    failures = [f"{seed} ({name}): {why}" for why in found.cuts(count, dice, check)]
    return Outcome({"cuts in deeds": count}, failures)


def _work(folder: Path, key: Key, deed: Deed) -> Work:
    def work(say: Say) -> None:
        journal = open_store(folder, key, writer="deed", clock=CLOCK)
        for part in deed.parts:
            part(journal)
            say(PART)
        journal.close()

    return work


def problems(trial: Trial, record: Path, done: int) -> list[str]:
    """``done``: so many parts were said to be done."""
    gone = trial.deed.takes and trial.key.plain and done == len(trial.deed.parts)
    wrong = ["what was erased is back"] if gone and CANARY.encode() in on_disk(record) else []
    journal = open_store(record, trial.key, writer="look", clock=CLOCK)
    try:
        wrong += journal.verify().problems
        if seen(journal) not in trial.views[done : done + 2]:
            wrong.append(f"after {done} parts it is neither done nor not done")
        trial.deed.do(journal)
        if seen(journal) != trial.views[-1]:
            wrong.append("done again it does not end well")
    finally:
        journal.close()
    return wrong
