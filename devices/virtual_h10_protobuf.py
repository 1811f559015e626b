"""The little of Protocol Buffers that a virtual H10 speaks: varints and nested bytes.

Source: protobuf.dev, Encoding. Written apart from the client's reader, so that a
misunderstanding of one is not repeated by the other.
"""

from __future__ import annotations

from collections.abc import Iterable

_VARINT, _NESTED = 0, 2
_VARINT_MOST_BYTES = 10

Fields = dict[int, list[int | bytes]]


def varint(value: int) -> bytes:
    """Seven bits a byte, low ones first; ``value`` 0 or above."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    return varint(field << 3 | _VARINT) + varint(value)


def nested(field: int, body: bytes) -> bytes:
    return varint(field << 3 | _NESTED) + varint(len(body)) + body


def packed(field: int, values: Iterable[int]) -> bytes:
    """All values in one field; nothing where there are none."""
    body = b"".join(map(varint, values))
    return nested(field, body) if body else b""


def fields(data: bytes) -> Fields:
    """Every field's values in order, numbers and bytes. Raises ValueError for other bytes."""
    found: Fields = {}
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        value: int | bytes
        match key & 7:
            case 0:
                value, at = _read_varint(data, at)
            case 2:
                size, at = _read_varint(data, at)
                value, at = data[at : at + size], at + size
            case 1:
                value, at = data[at : at + 8], at + 8
            case 5:
                value, at = data[at : at + 4], at + 4
            case kind:
                raise ValueError(f"no wire type {kind}")
        if at > len(data):
            raise ValueError("cut short")
        found.setdefault(key >> 3, []).append(value)
    return found


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[at : at + _VARINT_MOST_BYTES]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a varint without an end")


def one_number(found: Fields, field: int) -> int:
    """The last value of a field, as the rules want. Raises ValueError where there is no number."""
    values = found.get(field, [])
    if not values or not isinstance(values[-1], int):
        raise ValueError(f"no number in field {field}")
    return values[-1]


def one_nested(found: Fields, field: int) -> bytes:
    """As ``one_number``, of bytes."""
    values = found.get(field, [])
    if not values or not isinstance(values[-1], bytes):
        raise ValueError(f"no bytes in field {field}")
    return values[-1]
