"""``kill -9`` at any moment: nothing that was shown is lost, and the next start goes on.

A house lives many lives over one record: each is killed, the record is looked at, and the next life
is the check that a start is a recovery. Beside it deeds that change a record are killed in their
midst: they are done or not, and doing them again ends well.
"""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.store import Key, open_store
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable.account import Account, to_go_on_with
from tests.faults.durable.children import PATIENCE_S, Child, fork
from tests.faults.durable.deed_kills import kill_in_deeds
from tests.faults.durable.life import Life, Weaken
from tests.store.support import CLOCK, KEY, PLAIN

LIVES = 20  # in one house, and so many kills
DEEDS = 5  # kills of other deeds beside them
LIFE_S, AWAY_S = 300.0, 60.0
PLAIN_SHARE, REBOOT_SHARE, EARLY_SHARE = 0.2, 0.3, 0.3


def run(order: Order) -> Outcome:
    """``order.count`` kills: four of five in a session, one in another deed."""
    return in_pieces(order, "kill9", LIVES + DEEDS, _house)


def _house(piece: Piece) -> Outcome:
    seed, count = piece
    dice = random.Random(seed)
    with TemporaryDirectory(prefix="durable-") as folder:
        deeds = count * DEEDS // (LIVES + DEEDS)
        key = PLAIN if dice.random() < PLAIN_SHARE else KEY
        outcome = House(Path(folder) / "record", key, seed).outlive(count - deeds)
        outcome.add(kill_in_deeds(Path(folder) / "deeds", seed, deeds))
    return outcome


class House:
    """One record and its lives; ``weaken`` is what a proof takes away."""

    def __init__(self, folder: Path, key: Key, seed: str, weaken: Weaken | None = None) -> None:
        self._folder, self._key, self._seed = folder, key, seed
        self._dice = random.Random(f"{seed}/house")
        self._account = Account()
        self._zero_s, self._boots = 1000.0, 0
        self._weaken = weaken
        self._open: str | None = None
        self._gone_on = 0

    def outlive(self, kills: int) -> Outcome:
        failures: list[str] = []
        for number in range(kills):
            child = self._next(number)
            _kill_at_random(child, self._dice)
            code = child.end()
            failures += [f"{self._seed} life {number}: {why}" for why in self._look(child, code)]
        counts = {"kills": kills, "lives gone on": self._gone_on}
        return Outcome(counts | {"acknowledged entries": self._account.shown}, failures)

    def _next(self, number: int) -> Child:
        self._zero_s += LIFE_S + self._dice.uniform(0, AWAY_S)
        self._boots += self._dice.random() < REBOOT_SHARE
        life = Life(
            folder=self._folder,
            key=self._key,
            seed=f"{self._seed}/{number}",
            zero_s=self._zero_s,
            boot_id=f"boot-{self._boots}",
            last_s=LIFE_S,
            weaken=self._weaken,
        )
        return fork(life.live)

    def _look(self, child: Child, code: int) -> list[str]:
        wrong = [f"it ended with {code} by itself"] if code not in (0, -9) else []
        began = [line.split()[1] for line in child.said if line.startswith("began")]
        if self._open and began:
            self._gone_on += began[0] == self._open
            if began[0] != self._open:
                wrong.append("the start did not go on in the open session")
        journal = open_store(self._folder, self._key, writer="look", clock=CLOCK)
        try:
            wrong += self._account.problems(journal, child.said)
            self._open = to_go_on_with(journal)
        finally:
            journal.close()
        return wrong


def _kill_at_random(child: Child, dice: random.Random) -> None:
    """Some while it starts, most some moments after something was shown."""
    child.go()
    if dice.random() < EARLY_SHARE:
        child.hear(dice.uniform(0, 0.12))
    else:
        child.hear(PATIENCE_S, dice.randint(1, 60), "shown")
        child.hear(dice.uniform(0, 0.004))
    child.kill()


CAMPAIGN = Campaign(
    promise="kill -9 at any moment loses nothing that was shown, and the next start goes on",
    count=2_500,
    run=run,
)
