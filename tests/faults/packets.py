"""The promise of the decoders: no bytes at all make one raise."""

from __future__ import annotations

import random

from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.decoders import DECODERS
from tests.faults.makers import packet

_PIECE = 20_000


def run(order: Order) -> Outcome:
    """Every packet through every decoder."""
    return in_pieces(order, "packets", _PIECE, _try)


def _try(piece: Piece) -> Outcome:
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
