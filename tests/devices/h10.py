"""A virtual H10 in the hand: linked, listened to, and asked in hexadecimal."""

from __future__ import annotations

from itertools import pairwise

from devices.polar import PMD_CONTROL, PMD_DATA
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_table import FILES, MEASUREMENT

ECG_ON = "02 00 00 01 82 00 01 01 0E 00"
ACC_ON = "02 02 00 01 19 00 01 01 10 00 02 01 02 00"


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


def lasts(strap: VirtualH10) -> bool:
    """Whether the link is up, asked afresh."""
    return strap.connected


def linked(
    *faults: str,
    seed: int = 7,
    mtu: int = 232,
    scenario: str = "calm",
    kept: tuple[str, bytes] | None = None,
    packet_s: float = 0.0,
) -> VirtualH10:
    strap = VirtualH10(seed=seed, faults=faults, scenario=scenario, kept=kept, packet_s=packet_s)
    strap.connect(0.0, mtu)
    for uuid in (PMD_CONTROL, PMD_DATA, MEASUREMENT, FILES):
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


def send(strap: VirtualH10, message: bytes, at_s: float = 0.0, size: int = 20) -> list[bytes]:
    """A whole message in packets of ``size``; the strap's packets."""
    parts = [message[i : i + size - 1] for i in range(0, len(message), size - 1)]
    said: list[tuple[str, bytes]] = []
    for count, part in enumerate(parts):
        head = count % 16 << 4 | (2 if count == len(parts) - 1 else 6) | (count > 0)
        said += strap.write(FILES, bytes([head]) + part, at_s)
    assert {uuid for uuid, _ in said} <= {FILES}
    return [raw for _, raw in said]


def operation(command: int, path: str) -> bytes:
    told = bytes([8, command, 0x12, len(path)]) + path.encode()
    return len(told).to_bytes(2, "little") + told


def start_recording(kind: int = 16, name: str = "bio1", interval_s: int = 1) -> bytes:
    told = bytes([8, kind, 0x12, 2, 0x18, interval_s, 0x1A, len(name)]) + name.encode()
    return b"\x0e\x80" + told


STOP_RECORDING, STATUS = b"\x0f\x80", b"\x10\x80"
DONE, REFUSED, NOT_THERE = bytes(3), bytes([0, 106, 0]), bytes([0, 103, 0])


def body(packets: list[bytes]) -> bytes:
    """A reply's bytes without the heads, which must count and end as they should."""
    for count, packet in enumerate(packets):
        last = count == len(packets) - 1
        assert packet[0] == count % 16 << 4 | (2 if last else 6) | (count > 0)
    return b"".join(packet[1:] for packet in packets)
