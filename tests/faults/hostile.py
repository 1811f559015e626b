"""Whatever comes from outside, spoilt: bundles, replies, records, content files, the vault and
what else lies in the folder, captures, a strap's memory, pictures and voices.

Each is taken as the product takes it. It is kept, or refused in the one way that was promised;
anything else - another error, too - is a broken promise. What once broke one is in ``corpus``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.hostile_files import FILES
from tests.faults.hostile_records import RECORDS

PIECE = 500
CORPUS = Path(__file__).parent / "corpus"
# How often each is drawn. Taking in a record costs fifty times what reading a small file does.
HEAVY = 1
LIGHT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    target: str
    data: bytes
    why: str


def run(order: Order) -> Outcome:
    """Mutants of all samples, by targets drawn at random."""
    return in_pieces(order, "hostile", PIECE, _try)


def _try(piece: Piece) -> Outcome:
    seed, count = piece
    dice = random.Random(seed)
    names = [*sorted(RECORDS) * HEAVY, *sorted(FILES) * LIGHT]
    counts = {"mutants": count, "kept": 0, "refused": 0}
    failures: list[str] = []
    for number in range(count):
        name = dice.choice(names)
        target = (RECORDS | FILES)[name]
        data = target.spoil(dice.choice(target.samples()), dice)
        try:
            counts["kept" if target.take(data) else "refused"] += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            why = f"{type(error).__name__}: {error}"[:300]
            failures.append(f"{name}, mutant {number} of {seed}: {why}")
            keep(name, data)
    return Outcome(counts, failures)


# Where a run leaves what broke a promise, for whoever looks into it; None: nowhere.
kept_in: Callable[[], Path | None] = lambda: None  # noqa: E731 - replaced by a test or a tool


def keep(name: str, data: bytes) -> None:
    folder = kept_in()
    if folder is not None:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{abs(hash(data)):x}").write_bytes(data)


CAMPAIGN = Campaign(promise="nothing that comes from outside breaks in", count=20_000, run=run)
