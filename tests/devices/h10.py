"""A virtual H10 in the hand: linked, listened to, and asked in hexadecimal."""

from __future__ import annotations

from itertools import pairwise

from devices.polar import PMD_CONTROL, PMD_DATA
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_table import MEASUREMENT

ECG_ON = "02 00 00 01 82 00 01 01 0E 00"
ACC_ON = "02 02 00 01 19 00 01 01 10 00 02 01 02 00"


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


def lasts(strap: VirtualH10) -> bool:
    """Whether the link is up, asked afresh."""
    return strap.connected


def linked(*faults: str, seed: int = 7, mtu: int = 232, scenario: str = "calm") -> VirtualH10:
    strap = VirtualH10(seed=seed, faults=faults, scenario=scenario)
    strap.connect(0.0, mtu)
    for uuid in (PMD_CONTROL, PMD_DATA, MEASUREMENT):
        if any(uuid == row[1] for row in strap.table):
            strap.listen(uuid, 0.0)
    return strap


def ask(strap: VirtualH10, text: str, at_s: float = 0.0) -> str:
    said = strap.write(PMD_CONTROL, hexed(text), at_s)
    assert [uuid for uuid, _ in said] == [PMD_CONTROL]
    return said[0][1].hex(" ").upper()


def stream(strap: VirtualH10, command: str, until_s: float) -> list[bytes]:
    ask(strap, command)
    return [raw for uuid, raw in strap.due(until_s) if uuid == PMD_DATA]


def stamps_s(raws: list[bytes]) -> list[float]:
    return [int.from_bytes(raw[1:9], "little") / 1e9 for raw in raws]


def steps_s(raws: list[bytes]) -> list[float]:
    first_ns = int.from_bytes(raws[0][1:9], "little")
    since = [(int.from_bytes(raw[1:9], "little") - first_ns) / 1e9 for raw in raws]
    return [b - a for a, b in pairwise(since)]
