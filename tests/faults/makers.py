"""Packets to decode: valid ones of every kind, then bent, cut, doubled and glued together."""

from __future__ import annotations

import random
from collections.abc import Callable

from biocoach.types import Contact
from devices import heart_rate
from devices.polar import control, frames
from devices.virtual_h10_files import directory, heart_rate_file, rr_file
from devices.virtual_h10_pmd import FEATURES

Dice = random.Random
LONGEST = 512  # no attribute is longer


def heart(dice: Dice) -> bytes:
    """Every combination of flags, with what they promise."""
    flags = dice.randrange(256) if dice.random() < 0.2 else dice.randrange(32)
    if flags < 32:
        return heart_rate.encode(
            dice.randrange(256, 400) if flags & 1 else dice.randrange(256),
            [_u16(dice) for _ in range(dice.randrange(1, 10))] if flags & 16 else (),
            contact=dice.choice(list(Contact)),
            energy_expended_kj=_u16(dice) if flags & 8 else None,
        )
    return bytes([flags]) + dice.randbytes(dice.randrange(20))


def ecg(dice: Dice) -> bytes:
    size = dice.choice([1, 3, 73, 73, 80])
    raw = frames.encode_ecg(_stamp(dice), [dice.randrange(-8000, 8000)] * size)
    return _typed(dice, raw)


def acc(dice: Dice) -> bytes:
    size = dice.choice([1, 2, 16, 36])
    axes = dice.randrange(-2000, 2000), dice.randrange(-2000, 2000), dice.randrange(-2000, 2000)
    return _typed(dice, frames.encode_acc(_stamp(dice), [axes] * size))


def compressed(dice: Dice) -> bytes:
    """A reference and blocks of differences of all widths, as long as they should be."""
    parts = [bytes([2]), _stamp(dice).to_bytes(8, "little"), dice.choice([b"\x80", b"\x81"])]
    parts.append(dice.randbytes(6))
    for _ in range(dice.randrange(5)):
        width, count = dice.choice([0, 1, 3, 6, 8, 13, 16, 31, 32, 33, 255]), dice.randrange(20)
        parts += [bytes([width, count]), dice.randbytes(-(-width * count * 3 // 8))]
    return b"".join(parts)


def pulses(dice: Dice) -> bytes:
    head = bytes([3]) + _stamp(dice).to_bytes(8, "little") + b"\0"
    return head + dice.randbytes(6 * dice.randrange(1, 6))


def other_frame(dice: Dice) -> bytes:
    """Any measurement, any frame type."""
    head = bytes([dice.randrange(256)]) + _stamp(dice).to_bytes(8, "little")
    return head + bytes([dice.randrange(256)]) + dice.randbytes(dice.randrange(60))


def reply(dice: Dice) -> bytes:
    """An answer of the control point: any op, type and status, settings that fit or not."""
    head = bytes([0xF0, dice.choice([1, 1, 2, 3, 4, 9]), dice.choice([0, 2, 2, 12, 255])])
    status = dice.choice([0, 0, 0, 5, 6, 10, 99])
    tail = b"".join(_setting(dice) for _ in range(dice.randrange(5)))
    return head + bytes([status]) + dice.choice([b"", bytes([dice.randrange(2)]) + tail])


def said(dice: Dice) -> bytes:
    """Commands, notices and the feature read."""
    chosen = {"sample_rate": dice.choice([130, 200]), "resolution": 14, "range": 8}
    return dice.choice(
        [
            FEATURES,
            bytes([1, *dice.choices([0, 2, 5], k=dice.randrange(4))]),
            control.get_settings(dice.randrange(8)),
            control.stop(dice.randrange(8)),
            control.start(dice.choice([0, 2]), chosen),
        ]
    )


def recording(dice: Dice) -> bytes:
    """Files, folders and answers of the memory."""
    values = [dice.choice([0, 27, 700, 1100, 14_679_420, 2**40])] * dice.randrange(40)
    return dice.choice(
        [
            rr_file(values),
            heart_rate_file([v % 256 for v in values], dice.choice([1, 5])),
            directory({"DEVICE.BPB": 127, "bio1/": 0, "SAMPLES.BPB": values[0] if values else 0}),
            bytes([8, dice.randrange(3), 0x12, 4]) + b"bio1",
        ]
    )


def transfer(dice: Dice) -> bytes:
    """A packet of the file transfer: a head that fits or not, then a piece of a file."""
    return bytes([dice.randrange(256) & 0xF7]) + recording(dice)[: dice.randrange(230)]


def noise(dice: Dice) -> bytes:
    return dice.randbytes(dice.choice([0, 1, 2, 5, 10, 16, 20, 60, 229, LONGEST]))


MAKERS: tuple[Callable[[Dice], bytes], ...] = (
    heart,
    ecg,
    acc,
    compressed,
    pulses,
    other_frame,
    reply,
    said,
    recording,
    transfer,
    noise,
)


def packet(dice: Dice) -> bytes:
    """One packet: of any kind, whole in one of five, else bent up to four times."""
    raw = dice.choice(MAKERS)(dice)
    for _ in range(dice.randrange(5)):
        raw = dice.choice(_BENDS)(dice, raw)
    return raw[:LONGEST]


# ---- ways to bend


def _flip(dice: Dice, raw: bytes) -> bytes:
    at = _place(dice, raw)
    return raw[:at] + bytes(b ^ 1 << dice.randrange(8) for b in raw[at : at + 1]) + raw[at + 1 :]


def _extreme(dice: Dice, raw: bytes) -> bytes:
    at = _place(dice, raw)
    return raw[:at] + dice.choice([b"\0", b"\x01", b"\x7f", b"\x80", b"\xff"]) + raw[at + 1 :]


def _cut(dice: Dice, raw: bytes) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def _behead(dice: Dice, raw: bytes) -> bytes:
    return raw[dice.randrange(min(len(raw), 12) + 1) :]


def _double(dice: Dice, raw: bytes) -> bytes:
    at, end = sorted((dice.randrange(len(raw) + 1), dice.randrange(len(raw) + 1)))
    return raw[:end] + raw[at:]


def _insert(dice: Dice, raw: bytes) -> bytes:
    at = _place(dice, raw)
    return raw[:at] + dice.randbytes(dice.randrange(1, 5)) + raw[at:]


def _drop(dice: Dice, raw: bytes) -> bytes:
    at = _place(dice, raw)
    return raw[:at] + raw[at + dice.randrange(1, 4) :]


def _glue(dice: Dice, raw: bytes) -> bytes:
    """The front of one and the back of another."""
    other = dice.choice(MAKERS)(dice)
    return raw[: dice.randrange(len(raw) + 1)] + other[dice.randrange(len(other) + 1) :]


_BENDS = (_flip, _extreme, _cut, _behead, _double, _insert, _drop, _glue)


def _place(dice: Dice, raw: bytes) -> int:
    """More often at the front, where the flags and lengths are."""
    return dice.randrange(min(len(raw), 14) + 1 if dice.random() < 0.7 else len(raw) + 1)


# ---- small parts


def _u16(dice: Dice) -> int:
    return dice.choice([0, 26, 53, 600, 1024, 65_535, dice.randrange(65_536)])


def _stamp(dice: Dice) -> int:
    return dice.choice([0, frames.H10_CLOCK_START_NS, 2**64 - 1, dice.randrange(2**64)])


def _typed(dice: Dice, raw: bytes) -> bytes:
    """Now and then another frame type than the samples are of."""
    return raw if dice.random() < 0.7 else raw[:9] + bytes([dice.randrange(256)]) + raw[10:]


def _setting(dice: Dice) -> bytes:
    kind, count = dice.randrange(8), dice.randrange(5)
    return bytes([kind, count]) + dice.randbytes((2, 2, 2, 3, 1, 4, 16, 2)[kind] * count)
