"""Kills in the midst of keeping a record safe, or of taking it away. What was there before, or
what was to come, is there after the next start; done again it ends well.
"""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable.children import PATIENCE_S, Say, fork
from tests.faults.durable.deeds import copy
from tests.faults.durable.safe_deeds import DEEDS, cheap_guesses, prepare

PIECE = 20
PLAIN_SHARE = 0.3
READY, DONE = "ready", "done"


@dataclass
class Trial:
    place: Path
    name: str
    plain: bool
    takes_s: float = field(init=False)

    def __post_init__(self) -> None:
        prepare(self._template, plain=self.plain)
        DEEDS[self.name].do(self._copied())  # the first time is not the usual one
        folder, began_s = self._copied(), time.monotonic()
        DEEDS[self.name].do(folder)
        self.takes_s = time.monotonic() - began_s

    @property
    def _template(self) -> Path:
        return self.place / "template"

    def _copied(self) -> Path:
        return copy(self._template, self.place / "record")

    def kill(self, dice: random.Random) -> tuple[bool, str]:
        """Whether it had said that it was done, and what is wrong."""
        folder, deed = self._copied(), DEEDS[self.name]

        def work(say: Say) -> None:
            say(READY)
            deed.do(folder)
            say(DONE)

        child = fork(work)
        child.go()
        child.hear(PATIENCE_S, 1, READY)
        child.hear(dice.uniform(0, 1.1 * self.takes_s), 1, DONE)
        child.kill()
        child.end()
        done = DONE in child.said
        return done, deed.look(folder, done=done)


def _piece(piece: Piece) -> Outcome:
    seed, count = piece
    dice, trials = random.Random(seed), dict[tuple[str, bool], Trial]()
    outcome = Outcome({"kills": 0, "of them after its end": 0})
    with cheap_guesses(), TemporaryDirectory(prefix="safe-") as place:
        for number in range(count):
            name = dice.choice(list(DEEDS))
            plain = DEEDS[name].plain or (name != "passphrase" and dice.random() < PLAIN_SHARE)
            if (name, plain) not in trials:
                trials[name, plain] = Trial(Path(place) / f"{name}-{plain}", name, plain)
            done, wrong = trials[name, plain].kill(dice)
            outcome.add(Outcome({"kills": 1, "of them after its end": int(done)}))
            if wrong:
                outcome.failures.append(f"{seed} kill {number} ({name}): {wrong}")
        for trial in trials.values():
            shutil.rmtree(trial.place, ignore_errors=True)
    return outcome


def run(order: Order) -> Outcome:
    return in_pieces(order, "safe", PIECE, _piece)


CAMPAIGN = Campaign(
    promise="kill -9 while a record is backed up, restored, encrypted or erased: nothing is lost",
    count=400,
    run=run,
)
