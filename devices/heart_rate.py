"""Heart Rate Measurement (0x2A37): bytes to a Reading and back.

Source: Bluetooth SIG, Heart Rate Service 1.0 and GATT Specification Supplement 3.113.
Layout: a flags byte; the rate in one or two bytes; the energy in two, if flagged; then
as many 16-bit RR intervals as fit, oldest first, in 1/1024 s. Little-endian throughout.
"""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.types import Contact, Reading, Refusal

SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"
BATTERY_SERVICE = "0000180f-0000-1000-8000-00805f9b34fb"
BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"

RR_PER_SECOND = 1024

_WIDE_RATE = 0x01
_CONTACT_DETECTED = 0x02
_CONTACT_SUPPORTED = 0x04
_ENERGY = 0x08
_RR = 0x10


def decode(raw: bytes) -> Reading | Refusal:
    """One notification as a Reading; a Refusal where bytes are missing or left over.

    Left-over bytes are refused rather than skipped: they mean that the flags and the
    layout disagree, and then no field can be trusted. Never raises.
    """
    if not raw:
        return Refusal(why="empty: not even the flags byte")
    flags = raw[0]
    rate_end = 3 if flags & _WIDE_RATE else 2
    rr_start = rate_end + (2 if flags & _ENERGY else 0)
    if len(raw) < rr_start:
        return Refusal(why=f"too short: {len(raw)} bytes where the flags promise {rr_start}")
    rest = raw[rr_start:]
    if rest and not flags & _RR:
        return Refusal(why=f"{len(rest)} bytes left over, and no flag for RR intervals")
    if len(rest) % 2:
        return Refusal(why="half an RR interval at the end")
    energy_kj = int.from_bytes(raw[rate_end:rr_start], "little") if flags & _ENERGY else None
    return Reading(
        raw=bytes(raw),
        bpm=int.from_bytes(raw[1:rate_end], "little"),
        rr_1024=tuple(int.from_bytes(rest[i : i + 2], "little") for i in range(0, len(rest), 2)),
        contact=_contact(flags),
        energy_expended_kj=energy_kj,
    )


def _contact(flags: int) -> Contact:
    if not flags & _CONTACT_SUPPORTED:
        return Contact.UNKNOWN
    return Contact.DETECTED if flags & _CONTACT_DETECTED else Contact.LOST


def battery_pct(raw: bytes) -> int | None:
    """A Battery Level (0x2A19), 0-100; None where it says nothing credible. Never raises."""
    return raw[0] if raw and raw[0] <= 100 else None


def encode(
    bpm: int,
    rr_1024: Sequence[int] = (),
    *,
    contact: Contact = Contact.UNKNOWN,
    energy_expended_kj: int | None = None,
) -> bytes:
    """The notification a strap would send: ``bpm`` 0-65535, ``rr_1024`` in 1/1024 s, 0-65535.

    Raises OverflowError for a value that does not fit its field.
    """
    flags = _WIDE_RATE if bpm > 255 else 0
    if contact is not Contact.UNKNOWN:
        flags |= _CONTACT_SUPPORTED
    if contact is Contact.DETECTED:
        flags |= _CONTACT_DETECTED
    if energy_expended_kj is not None:
        flags |= _ENERGY
    if rr_1024:
        flags |= _RR
    parts = [bytes([flags]), bpm.to_bytes(2 if bpm > 255 else 1, "little")]
    if energy_expended_kj is not None:
        parts.append(energy_expended_kj.to_bytes(2, "little"))
    parts.extend(rr.to_bytes(2, "little") for rr in rr_1024)
    return b"".join(parts)
