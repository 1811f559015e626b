"""The messages around a Polar H10's internal recording: what is asked, and what it answers.

Field numbers are those of Polar's published ``.proto`` files. Every reader is total. A file
says nothing of when it was recorded, and its values are given as they stand in it: 0, 28 and
14679420 ms were seen in real ones, and judging them is not a decoder's work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from biocoach.types import Refusal
from devices.polar import protobuf
from devices.polar.protobuf import Fields

SAMPLES_FILE = "SAMPLES.BPB"
IDENTIFIER_MAX = 64
# The file tells no time, so its name does; and whether it may be thrown away.
_OURS = "bc-%Y%m%dT%H%M%SZ"
_TRIAL = "bc-try-%Y%m%dT%H%M%SZ"

_GET, _REMOVE = 0, 3
_HR_SAMPLES, _RR_SAMPLES = 2, 28
_KNOWN = (1, _HR_SAMPLES, 3, _RR_SAMPLES)  # 1: the interval, 3: when no heart was felt


class SampleType(IntEnum):
    HEART_RATE = 1
    RR = 16


class Error(IntEnum):
    """Error numbers of the strap that mean something to us."""

    NO_SUCH_FILE = 103
    NOT_PERMITTED = 106
    NOT_IMPLEMENTED = 201
    BUSY = 202
    DISK_FULL = 205
    BATTERY_LOW = 209


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStatus:
    """``identifier`` outlives the recording: on a strap at rest it names the last one."""

    on: bool
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file or, with a ``/`` at its end, a folder. ``size`` in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """A recording. ``rr_ms`` None: it holds no beat intervals at all, only ``bpm`` values.

    ``interval_s``: the time between two ``bpm`` values; None where it is not told.
    ``cut_off``: the file breaks off; these are the values before.
    """

    rr_ms: tuple[int, ...] | None
    bpm: tuple[int, ...]
    interval_s: float | None
    cut_off: bool


# ---- its name


def identifier_at(started: datetime, *, trial: bool = False) -> str:
    """A recording's name that holds the moment of its start, to the second."""
    return started.astimezone(UTC).strftime(_TRIAL if trial else _OURS)


def started_of(identifier: str, *, trial: bool = False) -> datetime | None:
    """The start that a recording's name tells; None where ``identifier_at`` did not make it."""
    try:
        told = datetime.strptime(identifier, _TRIAL if trial else _OURS).replace(tzinfo=UTC)
    except ValueError:
        return None
    return told if identifier_at(told, trial=trial) == identifier else None


def is_trial(identifier: str) -> bool:
    return started_of(identifier, trial=True) is not None


# ---- asked of the strap


def get(path: str) -> bytes:
    """The operation that reads a file, or lists a folder (``path`` ends in ``/``)."""
    return protobuf.write([(1, _GET), (2, path.encode())])


def remove(path: str) -> bytes:
    return protobuf.write([(1, _REMOVE), (2, path.encode())])


def start_parameters(kind: SampleType, identifier: str, interval_s: int = 1) -> bytes:
    """Of a query START_RECORDING. Raises ValueError for an identifier of no or 65 characters."""
    if not 0 < len(identifier) <= IDENTIFIER_MAX:
        raise ValueError(f"an identifier has 1 to {IDENTIFIER_MAX} characters")
    interval = protobuf.write([(3, interval_s)])
    return protobuf.write([(1, kind), (2, interval), (3, identifier.encode())])


def local_time_parameters(moment: datetime) -> bytes:
    """Of a query SET_LOCAL_TIME. Raises ValueError for a moment without a time zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a time zone")
    date = protobuf.write([(1, moment.year), (2, moment.month), (3, moment.day)])
    time = protobuf.write(
        [
            (1, moment.hour),
            (2, moment.minute),
            (3, moment.second),
            (4, moment.microsecond // 1000),
        ]
    )
    return protobuf.write([(1, date), (2, time), (3, round(offset.total_seconds() / 60))])


# ---- answered by the strap


def read_status(raw: bytes) -> RecordingStatus | Refusal:
    """The answer to RECORDING_STATUS. Never raises."""
    found = protobuf.read(raw)
    on = found.numbers(1)
    if not found.whole or not on:
        return Refusal(why="not a recording status")
    return RecordingStatus(on=bool(on[-1]), identifier=_text(found, 2))


def read_directory(raw: bytes) -> tuple[Listed, ...] | Refusal:
    """The answer to a GET of a folder. Never raises."""
    found = protobuf.read(raw)
    entries = [protobuf.read(entry) for entry in found.texts(1)]
    if not found.whole or not all(entry.whole and entry.texts(1) for entry in entries):
        return Refusal(why="not a list of files")
    return tuple(Listed(name=_text(e, 1), size=(e.numbers(2) or [0])[-1]) for e in entries)


def read_samples(raw: bytes) -> Samples | Refusal:
    """A SAMPLES.BPB. Never raises; what comes before a break is given, and the break is told."""
    found = protobuf.read(raw)
    if not found.items:
        return Refusal(why="not a recording" if raw else "the file is empty")
    bpm, whole = protobuf.numbers(found, _HR_SAMPLES)
    whole = whole and found.whole
    rr_ms: list[int] | None = None
    for part in found.texts(_RR_SAMPLES):
        inner = protobuf.read(part)
        values, ended = protobuf.numbers(inner, 1)
        rr_ms = (rr_ms or []) + [protobuf.signed(value) for value in values]
        whole = whole and inner.whole and ended
    if rr_ms is None and not bpm and not found.texts(1):
        return Refusal(why="not a recording")
    if not rr_ms and not bpm and _holds_unknown(found):
        return Refusal(why=f"{len(raw)} bytes, and no values where they are known to be")
    return Samples(
        rr_ms=None if rr_ms is None else tuple(rr_ms),
        bpm=tuple(protobuf.signed(value) for value in bpm),
        interval_s=_interval_s(found),
        cut_off=not whole,
    )


def _holds_unknown(found: Fields) -> bool:
    """Whether a file without values has some where nobody looks: then it is not an empty one."""
    inside = [item for part in found.texts(_RR_SAMPLES) for item in protobuf.read(part).items]
    rest = [
        *((n, v) for n, v in found.items if n not in _KNOWN),
        *((n, v) for n, v in inside if n != 1),
    ]
    return any(isinstance(value, bytes) and value for _, value in rest)


def _interval_s(found: Fields) -> float | None:
    told = found.texts(1)
    if not told:
        return None
    parts = protobuf.read(told[-1])
    hours, minutes, seconds, millis = ((parts.numbers(n) or [0])[-1] for n in (1, 2, 3, 4))
    total_s = hours * 3600 + minutes * 60 + seconds + millis / 1000
    return total_s if total_s > 0 else None


def _text(found: Fields, number: int) -> str:
    told = found.texts(number)
    return told[-1].decode("utf-8", "replace") if told else ""


DECODERS: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    ("psftp-status", read_status),
    ("psftp-directory", read_directory),
    ("psftp-samples", read_samples),
)
