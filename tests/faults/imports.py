"""Damaged files of every format, put through the parser and through its parent's side.

An honest parser never raises and never says two things; a parent takes whatever a child prints
and at worst says no. A share of them goes through a real child.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from itertools import pairwise

from biocoach.bringing import parser
from biocoach.review.imported import Problem
from biocoach.review.incoming import BrokenOffError, receive
from biocoach.review.parser import printed
from biocoach.types import Refusal
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.fit_maker import activity
from tests.review.support import HEAD
from tests.review.test_foreign_tables import (
    COMMAS,
    HRM,
    HRV_LOGGER,
    OLD_LOGGER,
    OPENHRV,
    POLAR,
    REPORT,
)
from tests.signal.hearts import heart

RR = [round(v) for v in heart(30)]
CAPTURE = "\n".join(
    [
        HEAD,
        *(f'{{"at_s": {n}, "notify": "2a37", "hex": "10{60 + n % 9:02x}{v:02x}03"}}' for n, v in
          enumerate(range(120, 160))),
        '{"at_s": 41, "notify": "pmd-data", "hex": "02e8030000000000000100000000f003"}',
        '{"at_s": 42, "link": "down", "reason": "out of range"}',
        '{"at_s": 43, "mark": "note", "text": "caf\\u00e9 \\ud800"}',
        '{"at_s": 44, "suds": 55, "presence": "here"}',
        '{"at_s": 45, "strap": {"name": "H10", "sends": ["rr"]}}',
        '{"at_s": 46, "urge": "text", "acted": false}',
        '{"at_s": 47, "label": "distress", "activation": 1}',
    ]
)  # fmt: skip
SAMPLES: dict[str, bytes] = {
    "capture": CAPTURE.encode(),
    "packed capture": gzip.compress(CAPTURE.encode(), mtime=0),
    "fit": activity(RR),
    "rr-text": "\n".join(map(str, RR)).encode(),
    "time-rr": "\n".join(f"{n},{v / 1000}" for n, v in enumerate(RR)).encode(),
    "csv": ("t_s,rr_ms\n" + "\n".join(f"{n},{v}" for n, v in enumerate(RR))).encode(),
    "hrv-logger": HRV_LOGGER[:2000].encode(),
    "old hrv-logger": OLD_LOGGER[:2000].encode(),
    "polar": POLAR[:2000].encode(),
    "hrm": HRM.encode(),
    "openhrv": OPENHRV[:2000].encode(),
    "kubios": REPORT[:3000].encode(),
    "kubios, commas": COMMAS[:2000].encode(),
}
NASTY = (
    b"\x00", b"\xff" * 8, b"\n" * 50, b'"', b",,,,,,", b"1e309", b"-1", b"nan", b"9" * 5000,
    b"\xef\xbb\xbf", b"[" * 3000, b'{"a":' * 2000, b"\r", b"\xed\xa0\x80", b"0" * 400 + b".1",
    b"99999-12-31T00:00:00", b"0001-01-01T00:00:00", b"=cmd()", b"inf", b"\x1f\x8b\x08\x00",
)  # fmt: skip
A_CHILD_EVERY = 400
PIECE = 5000


def mutant(data: bytes, dice: random.Random) -> bytes:
    """One to four changes: bytes flipped, cut out, doubled, put in, moved from elsewhere."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(found) + 1)
        size = min(dice.choice((1, 2, 8, 64, 700)), len(found) - at)
        match dice.randrange(6):
            case 0 if size:
                found[at : at + size] = dice.randbytes(size)
            case 1 if size:
                found[at] ^= 1 << dice.randrange(8)
            case 2:
                del found[at : at + size]
            case 3:
                found[at:at] = found[at : at + size] * dice.choice((1, 3, 40))
            case 4:
                found[at:at] = dice.choice(NASTY)
            case _:
                del found[at:]
    return bytes(found)


def run(order: Order) -> Outcome:
    """Mutants of all samples in turn."""
    return in_pieces(order, "import", PIECE, _try)


def _try(piece: Piece) -> Outcome:
    seed, count = piece
    dice, names, failures = random.Random(seed), sorted(SAMPLES), list[str]()
    counts = {"mutants": count, "kept": 0, "refused": 0, "children": 0}
    for number in range(count):
        name = names[number % len(names)]
        data = mutant(SAMPLES[name], dice)
        try:
            said = [f"{line}\n".encode() for line in printed(data, None)]
            honest = _through(said)
            counts["kept" if honest else "refused"] += 1
            _whatever(mutant(b"".join(said), dice))
            if number % A_CHILD_EVERY == 0:
                counts["children"] += 1
                assert _by_a_child(data) == honest
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            why = f"{type(error).__name__}: {error}"
            failures.append(f"{name}, mutant {number} of {seed}: {why}")
    return Outcome(counts, failures)


def _through(said: list[bytes]) -> int:
    """How many inputs came through; 0 for a refusal. An honest account never breaks off."""
    found = receive(said)
    if isinstance(found, Refusal):
        assert "\n" not in found.why
        return 0
    assert all(isinstance(p, Problem) for p in found.problems)
    inputs = list(found.inputs)
    assert all(b[0] >= a[0] for a, b in pairwise(inputs))
    return len(inputs)


def _whatever(said: bytes) -> None:
    """A child that was got the better of."""
    found = receive(_pieces(said))
    if isinstance(found, Refusal):
        return
    try:
        for _ in found.inputs:
            pass
    except BrokenOffError:
        return


def _pieces(said: bytes) -> Iterator[bytes]:
    for start in range(0, len(said), 1000):
        yield said[start : start + 1000]


def _by_a_child(data: bytes) -> int:
    child = parser()
    try:
        child.feed(data)
        child.end()
        return _through(list(child.chunks(60.0)))
    finally:
        child.close()


CAMPAIGN = Campaign(promise="no file takes the program down", count=100_000, run=run)
