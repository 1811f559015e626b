"""The files of a virtual H10's memory, as bytes: a folder's list and the two kinds of recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devices.virtual_h10_protobuf import nested, number, packed


def directory(sizes: Mapping[str, int]) -> bytes:
    """A list of names (folders end in /) with their sizes in bytes."""
    return b"".join(
        nested(1, nested(1, name.encode()) + number(2, size)) for name, size in sizes.items()
    )


def rr_file(rr_ms: Sequence[int], interval_s: int = 1) -> bytes:
    """Whole milliseconds, in the order of the beats; the interval means nothing here."""
    return nested(1, number(3, interval_s)) + nested(28, packed(1, rr_ms))


def heart_rate_file(bpm: Sequence[int], interval_s: int = 1) -> bytes:
    """A rate for every ``interval_s``."""
    return nested(1, number(3, interval_s)) + packed(2, bpm)


def spoilt(raw: bytes) -> bytes:
    """About two thirds of a file, cut in the middle of a number where there is one."""
    end = 2 * len(raw) // 3
    inside = next((i + 1 for i in reversed(range(4, end)) if raw[i] >= 0x80), end)
    return raw[:inside]
