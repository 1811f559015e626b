"""The power cut at any moment, on a real file system: nothing that was shown is lost.

An ext4 image is copied while a session writes to it; the copy is mounted, which recovers the file
system, and opened, which recovers the record.
"""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.store import Key, open_store
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable.account import Account
from tests.faults.durable.children import PATIENCE_S, Child, fork
from tests.faults.durable.image import copy_of_a_moment, mounted, new_image, why_not
from tests.faults.durable.life import Life, Weaken
from tests.store.support import CLOCK, KEY, PLAIN

CUTS = 20  # of one image
PLAIN_SHARE = 0.2
BUSY_S = 0.03  # between two cuts


def run(order: Order) -> Outcome:
    if why := why_not():
        return Outcome(notes=[f"skipped: {why}"])
    return in_pieces(order, "imagecut", CUTS, _image)


def _image(piece: Piece) -> Outcome:
    with TemporaryDirectory(prefix="durable-") as place:
        return cut_image(Path(place), *piece)


def cut_image(place: Path, seed: str, count: int, weaken: Weaken | None = None) -> Outcome:
    dice = random.Random(seed)
    key = PLAIN if dice.random() < PLAIN_SHARE else KEY
    counted = ("cuts", "acknowledged entries", "copies thrown away", "moments never quiet")
    outcome = Outcome(dict.fromkeys(counted, 0))
    with new_image(place) as disk:
        life = Life(
            folder=disk / "record", key=key, seed=seed, zero_s=1000.0, boot_id="boot",
            last_s=36_000.0, weaken=weaken,
        )  # fmt: skip
        child = fork(life.live)
        child.go()
        child.hear(PATIENCE_S, 1, "shown")
        for number in range(count):
            child.hear(dice.uniform(0, BUSY_S))
            failures = _cut(child, place, key, outcome)
            outcome.failures += [f"{seed} cut {number}: {why}" for why in failures]
        child.kill()
        child.end()
    return outcome


def _cut(child: Child, place: Path, key: Key, outcome: Outcome) -> list[str]:
    """What was shown before the copy must be in it; what is tried until its end may be."""
    shown = [line for line in child.said if line.startswith("shown")]
    thrown_away = copy_of_a_moment(place / "image", place / "copy")
    if thrown_away is None:
        outcome.counts["moments never quiet"] += 1
        return []
    outcome.counts["cuts"] += 1
    outcome.counts["copies thrown away"] += thrown_away
    child.drain()
    tried = [line for line in child.said if line.startswith("tries")]
    account = Account()
    with mounted(place / "copy", place / "after") as disk:
        journal = open_store(disk / "record", key, writer="look", clock=CLOCK)
        try:
            wrong = account.problems(journal, shown + tried)
        finally:
            journal.close()
    outcome.counts["acknowledged entries"] += account.shown
    return wrong


CAMPAIGN = Campaign(
    promise="the power cut at any moment (a copied ext4 image) loses nothing that was shown",
    count=200,
    run=run,
)
