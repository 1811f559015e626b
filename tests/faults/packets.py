"""The promise of the decoders: no bytes at all make one raise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.decoders import DECODERS
from tests.faults.makers import packet

_PIECE = 20_000


def run(order: Order) -> Outcome:
    """Every packet through every decoder. Pieces have seeds of their own, whoever runs them."""
    outcome = Outcome()
    pieces = list(_pieces(order))
    if order.processes > 1:
        with ProcessPoolExecutor(order.processes) as pool:
            for part in pool.map(_try, pieces):
                outcome.add(part)
    else:
        for piece in pieces:
            outcome.add(_try(piece))
    return outcome


def _pieces(order: Order) -> Iterator[tuple[str, int]]:
    for number, first in enumerate(range(0, order.count, _PIECE)):
        yield f"packets/{order.seed}/{number}", min(_PIECE, order.count - first)


def _try(piece: tuple[str, int]) -> Outcome:
    seed, count = piece
    dice = random.Random(seed)
    failures: list[str] = []
    for _ in range(count):
        raw = packet(dice)
        failures += feed(raw)
    return Outcome({"packets": count, "decodings": count * len(DECODERS)}, failures)


def feed(raw: bytes) -> list[str]:
    """One line for each decoder that raises on these bytes."""
    found = []
    for name, decoder in DECODERS:
        try:
            decoder(raw)
        except Exception as error:  # noqa: BLE001 - any of them breaks the promise
            found.append(f"{name}: {type(error).__name__}: {error} on {raw.hex() or '(nothing)'}")
    return found


CAMPAIGN = Campaign(promise="no bytes make a decoder raise", count=1_000_000, run=run)
