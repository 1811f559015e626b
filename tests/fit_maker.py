"""A small FIT activity with beat intervals, as the FIT protocol has it (Garmin FIT SDK)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
STARTED = datetime(2026, 1, 20, 18, 0, 0, tzinfo=UTC)
UINT8, UINT16, UINT32, ENUM = 0x02, 0x84, 0x86, 0x00
RECORD, EVENT, HRV = 20, 21, 78  # global message numbers
A_MESSAGE = 5  # intervals in one hrv message; unused places are 65535
CRC = (0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
       0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)  # fmt: skip


def crc(data: bytes) -> int:
    found = 0
    for byte in data:
        for nibble in (byte & 0xF, byte >> 4):
            found = (found >> 4) ^ CRC[found & 0xF] ^ CRC[nibble]
    return found


def definition(local: int, message: int, fields: Sequence[tuple[int, int, int]]) -> bytes:
    """``fields``: number, size in bytes, base type."""
    head = struct.pack("<BBBHB", 0x40 | local, 0, 0, message, len(fields))
    return head + b"".join(bytes(f) for f in fields)


def activity(
    rr_ms: Sequence[float], started: datetime = STARTED, holes: Mapping[int, float] | None = None
) -> bytes:
    """The timer starts, and hrv messages follow, each after a record that tells the time.

    ``holes``: before the interval of this number so many seconds pass without one.
    """
    at = int((started - EPOCH).total_seconds())
    body = definition(0, EVENT, [(253, 4, UINT32), (0, 1, ENUM), (1, 1, ENUM)])
    body += struct.pack("<BIBB", 0, at, 0, 0)
    body += definition(1, HRV, [(0, 2 * A_MESSAGE, UINT16)])
    body += definition(2, RECORD, [(253, 4, UINT32)])
    passed_s = 0.0
    for first in range(0, len(rr_ms), A_MESSAGE):
        own = [round(v) for v in rr_ms[first : first + A_MESSAGE]]
        own += [0xFFFF] * (A_MESSAGE - len(own))
        passed_s += sum((holes or {}).get(n, 0.0) for n in range(first, first + A_MESSAGE))
        body += struct.pack("<BI", 2, at + int(passed_s))
        passed_s += sum(v for v in own if v != 0xFFFF) / 1000
        body += struct.pack(f"<B{A_MESSAGE}H", 1, *own)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))
