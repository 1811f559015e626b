"""Polar measurement frames (pmd-data): ECG, accelerometer, pulse intervals.

Byte 0 is the measurement; 1-8 the time of the *last* sample, ns since 2000-01-01 by the
strap's own clock; 9 the frame type, its high bit set when the samples are compressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.types import Ecg, Motion, Refusal, Unread
from devices.polar import measurement_name

UNIX_OF_POLAR_EPOCH_NS = 946_684_800_000_000_000
# What an H10's clock says after a shutdown: 2019-01-01.
H10_CLOCK_START_NS = 599_616_000_000_000_000
ECG_SAMPLES_A_FRAME = 73
ACC_SAMPLES_A_FRAME = 36

_HEAD_BYTES = 10
_PPI_BYTES = 6
_REFERENCE_BYTES = 6  # compressed ACC: three channels of 16 bits
_WIDEST_DELTA_BITS = 32

Axes = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseInterval:
    """One optical pulse interval, with the sensor's own doubts about it."""

    hr_bpm: int
    pp_ms: int
    error_ms: int
    blocker: bool
    skin_contact: bool
    skin_contact_supported: bool


Samples = tuple[int, ...] | tuple[Axes, ...] | tuple[PulseInterval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A decoded frame, oldest sample first.

    ``kind`` is ecg, acc or ppi; ``unit`` uV, mG, ms, or raw where the factor that scales
    the samples is not in the frame. ``samples``: n ints, n x 3 ints, or n intervals.
    """

    kind: str
    timestamp_ns: int
    frame_type: int
    compressed: bool
    unit: str
    samples: Samples


def decode(raw: bytes) -> Frame | Refusal:
    """One pmd-data notification; a Refusal where it is cut short or not understood.

    Never raises.
    """
    if len(raw) < _HEAD_BYTES:
        return Refusal(why=f"too short: {len(raw)} bytes where a frame's head has {_HEAD_BYTES}")
    measurement = measurement_name(raw[0])
    frame_type, compressed = raw[9] & 0x7F, bool(raw[9] & 0x80)
    found = _samples(measurement, frame_type, compressed, raw[_HEAD_BYTES:])
    if isinstance(found, Refusal):
        return found
    unit, samples = found
    if not samples:
        return Refusal(why="a frame without samples")
    return Frame(
        kind=measurement.lower(),
        timestamp_ns=int.from_bytes(raw[1:9], "little"),
        frame_type=frame_type,
        compressed=compressed,
        unit=unit,
        samples=samples,
    )


def to_input(raw: bytes) -> Motion | Ecg | Unread:
    """The frame as an input of a session; Unread, with the reason, where it is of no use."""
    frame = decode(raw)
    if isinstance(frame, Refusal):
        return Unread(characteristic="pmd-data", raw=bytes(raw), why=frame.why)
    body = as_input(raw, frame)
    if body is None:
        why = f"{frame.kind} frames in {frame.unit} are not used yet"
        return Unread(characteristic="pmd-data", raw=bytes(raw), why=why)
    return body


def as_input(raw: bytes, frame: Frame) -> Motion | Ecg | None:
    """The frame in a session's words, or None for a kind that sessions have no use for."""
    if frame.unit == "uV":
        microvolts = tuple(s for s in frame.samples if isinstance(s, int))
        return Ecg(raw=bytes(raw), timestamp_ns=frame.timestamp_ns, samples_uv=microvolts)
    if frame.unit == "mG":
        axes = tuple(s for s in frame.samples if isinstance(s, tuple))
        return Motion(raw=bytes(raw), timestamp_ns=frame.timestamp_ns, samples_mg=axes)
    return None


def encode_acc(timestamp_ns: int, samples_mg: Sequence[Axes]) -> bytes:
    """An accelerometer frame as an H10 sends it (raw, type 1: 16 bits an axis, mG).

    ``timestamp_ns`` is that of the last sample. Raises OverflowError for a value beyond its field.
    """
    head = bytes([2]) + timestamp_ns.to_bytes(8, "little") + bytes([1])
    return head + b"".join(
        value.to_bytes(2, "little", signed=True) for axes in samples_mg for value in axes
    )


def encode_ecg(timestamp_ns: int, samples_uv: Sequence[int]) -> bytes:
    """An ECG frame as an H10 sends it (raw, type 0: 24 bits a sample, microvolts).

    ``timestamp_ns`` is that of the last sample. Raises OverflowError for a value beyond its field.
    """
    head = bytes([0]) + timestamp_ns.to_bytes(8, "little") + bytes([0])
    return head + b"".join(value.to_bytes(3, "little", signed=True) for value in samples_uv)


# ---- the kinds


def _samples(
    measurement: str, frame_type: int, compressed: bool, body: bytes
) -> tuple[str, Samples] | Refusal:
    if measurement == "ECG" and frame_type == 0 and not compressed:
        values = _signed(body, 3)
        return values if isinstance(values, Refusal) else ("uV", values)
    if measurement == "ACC" and frame_type <= 2 and not compressed:
        axes = _axes(body, frame_type + 1)
        return axes if isinstance(axes, Refusal) else ("mG", axes)
    if measurement == "ACC" and frame_type <= 1 and compressed:
        axes = _uncompress(body)
        return axes if isinstance(axes, Refusal) else ("mG" if frame_type else "raw", axes)
    if measurement == "PPI" and frame_type == 0 and not compressed:
        pulses = _pulses(body)
        return pulses if isinstance(pulses, Refusal) else ("ms", pulses)
    how = "compressed" if compressed else "raw"
    return Refusal(why=f"no decoder for {measurement} frames of {how} type {frame_type}")


def _signed(body: bytes, size: int) -> tuple[int, ...] | Refusal:
    if len(body) % size:
        return Refusal(why=f"{len(body)} bytes of samples are not a whole number of {size}")
    return tuple(
        int.from_bytes(body[i : i + size], "little", signed=True) for i in range(0, len(body), size)
    )


def _axes(body: bytes, size: int) -> tuple[Axes, ...] | Refusal:
    if len(body) % (3 * size):
        return Refusal(why=f"{len(body)} bytes of samples are not a whole number of x, y, z")
    flat = _signed(body, size)
    return flat if isinstance(flat, Refusal) else tuple(zip(*[iter(flat)] * 3, strict=True))


def _uncompress(body: bytes) -> tuple[Axes, ...] | Refusal:
    """A reference sample, then blocks of differences: a width in bits, a count, the bits."""
    reference = _axes(body[:_REFERENCE_BYTES], 2)
    if isinstance(reference, Refusal) or not reference:
        return Refusal(why="cut short in the reference sample")
    samples = list(reference)
    at = _REFERENCE_BYTES
    while at < len(body):
        if at + 2 > len(body):
            return Refusal(why="cut short in the head of a block of differences")
        width_bits, count = body[at], body[at + 1]
        if width_bits > _WIDEST_DELTA_BITS:
            return Refusal(why=f"differences of {width_bits} bits are not credible")
        end = at + 2 + -(-width_bits * count * 3 // 8)
        if end > len(body):
            return Refusal(why="cut short in a block of differences")
        deltas = _differences(body[at + 2 : end], width_bits, count * 3)
        for i in range(0, len(deltas), 3):
            x, y, z = samples[-1]
            samples.append((x + deltas[i], y + deltas[i + 1], z + deltas[i + 2]))
        at = end
    return tuple(samples)


def _differences(block: bytes, width_bits: int, count: int) -> list[int]:
    """``count`` two's-complement numbers, least significant bit first across the bytes."""
    if width_bits == 0:
        return [0] * count
    bits = int.from_bytes(block, "little")
    mask, half = (1 << width_bits) - 1, 1 << (width_bits - 1)
    values = ((bits >> (i * width_bits)) & mask for i in range(count))
    return [value - (mask + 1) if value >= half else value for value in values]


def _pulses(body: bytes) -> tuple[PulseInterval, ...] | Refusal:
    if len(body) % _PPI_BYTES:
        return Refusal(why=f"{len(body)} bytes are not a whole number of pulse intervals")
    records = (body[i : i + _PPI_BYTES] for i in range(0, len(body), _PPI_BYTES))
    return tuple(
        PulseInterval(
            hr_bpm=record[0],
            pp_ms=int.from_bytes(record[1:3], "little"),
            error_ms=int.from_bytes(record[3:5], "little"),
            blocker=bool(record[5] & 1),
            skin_contact=bool(record[5] & 2),
            skin_contact_supported=bool(record[5] & 4),
        )
        for record in records
    )
