"""The power cut in the midst of keeping a record safe, or of taking it away, by a model of the
disk. What was there before, or what was to come, is there after the next start, with a backup that
is good; done again it ends well, and what was erased is gone.
"""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.durable.children import Say
from tests.faults.durable.recorded_cuts import Recording
from tests.faults.durable.safe_deeds import DEEDS, Deed, cheap_guesses, prepare, start
from tests.faults.durable.tracing import why_not

CUTS = 50  # of one recording
PLAIN_SHARE, TWICE_SHARE = 0.3, 0.3
AMONG_NAMES = 0.5  # most calls write a page; what goes wrong goes wrong with names
DONE = "done"


def run(order: Order) -> Outcome:
    if why := why_not():
        return Outcome(notes=[f"skipped: {why}"])
    return in_pieces(order, "safe-cuts", CUTS, _cut)


def _cut(piece: Piece) -> Outcome:
    seed, count = piece
    dice = random.Random(seed)
    with TemporaryDirectory(prefix="durable-") as place:
        name, twice = dice.choice(list(DEEDS)), dice.random() < TWICE_SHARE
        return cut(Path(place).resolve(), name, seed, count, twice=twice)


def cut(place: Path, name: str, seed: str, count: int, *, twice: bool = False) -> Outcome:
    """``count`` cuts in one deed, which is recorded once. ``twice``: it was cut off before, and
    these are cuts in what ends it, and in the deed done again."""
    deed, dice = DEEDS[name], random.Random(f"{seed}/cuts")
    plain = deed.plain or (name != "passphrase" and dice.random() < PLAIN_SHARE)
    outcome = Outcome({"cuts": count, "of them after its end": 0})

    def check(after: Path, said: list[str]) -> list[str]:
        outcome.counts["of them after its end"] += DONE in said
        wrong = _looked(deed, after / "record", done=DONE in said)
        return [wrong] if wrong else []

    with cheap_guesses():
        (place / "disk").mkdir()
        prepare(place / "disk" / "record", plain=plain)
        found = _recorded(place / "disk", deed, again=False)
        if twice:
            found = _recorded(_cut_off(found, dice, place / "again"), deed, again=True)
        wrong = found.cuts(count, dice, check, AMONG_NAMES)
        outcome.failures += [f"{seed} ({name}): {why}" for why in wrong]
    return outcome


def _recorded(root: Path, deed: Deed, *, again: bool) -> Recording:
    def work(say: Say) -> None:
        if again:
            start(root / "record")
        deed.do(root / "record")
        say(DONE)

    return Recording(root, work)


def _cut_off(found: Recording, dice: random.Random, place: Path) -> Path:
    """One state after a cut, in a place of its own."""

    def take(after: Path, _said: list[str]) -> list[str]:
        place.mkdir()
        after.rename(place / "disk")
        return []

    list(found.cuts(1, dice, take, AMONG_NAMES))
    return place / "disk"


def _looked(deed: Deed, record: Path, *, done: bool) -> str:
    try:
        return deed.look(record, done=done)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next start ended with it
        return f"{type(error).__name__}: {error}"


CAMPAIGN = Campaign(
    promise="the power cut while a record is backed up, restored, encrypted or erased: none lost",
    count=1_000,
    run=run,
)
