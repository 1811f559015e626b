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
from tests.faults.durable.safe_deeds import DEEDS, cheap_guesses, prepare
from tests.faults.durable.tracing import why_not

CUTS = 50  # of one recording
PLAIN_SHARE = 0.3
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
        return cut(Path(place).resolve(), dice.choice(list(DEEDS)), seed, count)


def cut(place: Path, name: str, seed: str, count: int) -> Outcome:
    """``count`` cuts in one deed, which is recorded once."""
    deed, dice = DEEDS[name], random.Random(f"{seed}/cuts")
    plain = deed.plain or (name != "passphrase" and dice.random() < PLAIN_SHARE)
    root, outcome = place / "disk", Outcome({"cuts": count, "of them after its end": 0})
    root.mkdir()

    def work(say: Say) -> None:
        deed.do(root / "record")
        say(DONE)

    def check(after: Path, said: list[str]) -> list[str]:
        outcome.counts["of them after its end"] += DONE in said
        wrong = _looked(after / "record", done=DONE in said)
        return [wrong] if wrong else []

    def _looked(record: Path, *, done: bool) -> str:
        try:
            return deed.look(record, done=done)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next start ended with it
            return f"{type(error).__name__}: {error}"

    with cheap_guesses():
        prepare(root / "record", plain=plain)
        found = Recording(root, work).cuts(count, dice, check, AMONG_NAMES)
        outcome.failures += [f"{seed} ({name}): {why}" for why in found]
    return outcome


CAMPAIGN = Campaign(
    promise="the power cut while a record is backed up, restored, encrypted or erased: none lost",
    count=1_000,
    run=run,
)
