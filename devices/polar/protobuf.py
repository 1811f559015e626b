"""The wire format of protocol buffers, as far as Polar's few messages need it.

Reading is total: it gives what could be read and says whether the bytes ended where they
should. Fields nobody asked for are there too, so that a reader skips them by not asking.
Source: the encoding page of the Protocol Buffers documentation (Google, 2024).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

VARINT, FIXED64, LENGTH, GROUP, GROUP_END, FIXED32 = range(6)
_VARINT_BYTES = 10  # of a 64-bit value; a negative int32 takes them all
_MASK64 = (1 << 64) - 1
_SIZES = {FIXED64: 8, FIXED32: 4}

Value = int | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A message's fields in their order: (number, value), a number for a varint, else bytes.

    ``whole`` False: the bytes broke off, or were none of this format, after these fields; of
    a last field that broke off its bytes up to there are among them.
    """

    items: tuple[tuple[int, Value], ...]
    whole: bool

    def numbers(self, number: int) -> list[int]:
        return [v for n, v in self.items if n == number and isinstance(v, int)]

    def texts(self, number: int) -> list[bytes]:
        return [v for n, v in self.items if n == number and isinstance(v, bytes)]


def read(raw: bytes) -> Fields:
    """The fields of one message. Never raises; groups (of an older time) are skipped."""
    items: list[tuple[int, Value]] = []
    at, depth = 0, 0
    while at < len(raw):
        key, at = _varint(raw, at)
        if key is None or not key >> 3:
            return Fields(items=tuple(items), whole=False)
        number, kind = key >> 3, key & 7
        if kind in (GROUP, GROUP_END):
            depth += 1 if kind == GROUP else -1
            if depth < 0:
                return Fields(items=tuple(items), whole=False)
            continue
        value, at, whole = _value(raw, at, kind)
        if value is not None and not depth:
            items.append((number, value))
        if not whole:
            return Fields(items=tuple(items), whole=False)
    return Fields(items=tuple(items), whole=not depth)


def _value(raw: bytes, at: int, kind: int) -> tuple[Value | None, int, bool]:
    """A field's value, where the next field begins, and whether it was all there."""
    if kind == VARINT:
        number, at = _varint(raw, at)
        return number, at, number is not None
    if kind == LENGTH:
        size, at = _varint(raw, at)
    else:
        size = _SIZES.get(kind)
    if size is None:
        return None, at, False
    whole = at + size <= len(raw)
    # Half a length-delimited field can be of use (a list of numbers); half a fixed one can't.
    value = raw[at : at + size] if whole or kind == LENGTH else None
    return value, at + size, whole


def _varint(raw: bytes, at: int) -> tuple[int | None, int]:
    """A varint and where it ends; None where it does not end within ten bytes."""
    value = 0
    for place in range(_VARINT_BYTES):
        if at + place >= len(raw):
            break
        byte = raw[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & _MASK64, at + place + 1
    return None, len(raw)


def read_packed(raw: bytes) -> tuple[list[int], bool]:
    """The varints that fill ``raw``, and whether the last one was all there."""
    values: list[int] = []
    at = 0
    while at < len(raw):
        value, at = _varint(raw, at)
        if value is None:
            return values, False
        values.append(value)
    return values, True


def numbers(found: Fields, number: int) -> tuple[list[int], bool]:
    """A repeated number's values, packed and unpacked alike, and whether all were readable."""
    values: list[int] = []
    whole = True
    for n, value in found.items:
        if n != number:
            continue
        if isinstance(value, int):
            values.append(value)
        else:
            packed, ended = read_packed(value)
            values += packed
            whole = whole and ended
    return values, whole


def signed(value: int) -> int:
    """The int32 or int64 that this varint stands for: a negative one comes as 2^64 - n."""
    return value - (1 << 64) if value >> 63 else value


# ---- writing


def write(fields: Sequence[tuple[int, Value]]) -> bytes:
    """A message of these fields: numbers as varints (negative ones too), bytes with their length.

    Raises ValueError for a field's number below 1.
    """
    return b"".join(part for number, value in fields for part in _field(number, value))


def _field(number: int, value: Value) -> Iterator[bytes]:
    if number < 1:
        raise ValueError("fields are numbered from 1")
    if isinstance(value, int):
        yield varint(number << 3 | VARINT)
        yield varint(value)
    else:
        yield varint(number << 3 | LENGTH)
        yield varint(len(value))
        yield value


def varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; a negative number as its 64-bit complement."""
    left, done = value & _MASK64, bytearray()
    while left > 0x7F:
        done.append(left & 0x7F | 0x80)
        left >>= 7
    done.append(left)
    return bytes(done)


def packed(values: Sequence[int]) -> bytes:
    return b"".join(varint(value) for value in values)
