"""What reading a file gives: its inputs in order of arrival, and what could not be used."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from biocoach.types import InputBody, Intervals, Reading

FORMATS = (
    "capture", "rr-text", "time-rr", "csv", "fit", "hrv-logger", "polar", "kubios", "openhrv",
)  # fmt: skip
UNKNOWN = (
    "not a kind of file that is known here (captures, RR text, CSV, FIT, and exports of "
    "HRV Logger, Polar, Kubios and OpenHRV)"
)

Timed = tuple[float, InputBody]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line (from 1) that was skipped; line 0: a word about the file as a whole."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A file's inputs in order of arrival. ``cut_off``: it ends before it should.

    ``zone_assumed``: it tells its start without a zone, and this computer's was taken.
    """

    kind: str
    inputs: Sequence[Timed]
    length_s: float
    started_utc: str | None = None
    device: str = ""
    simulated: bool = False
    problems: Sequence[Problem] = field(default_factory=tuple)
    cut_off: bool = False
    zone_assumed: bool = False


class Fingerprint:
    """SHA-256 of the beats, whatever file they came in: each interval in whole milliseconds.

    A strap that sends no intervals is known by its rates.
    """

    def __init__(self) -> None:
        self._intervals, self._rates, self._seen = sha256(), sha256(), False

    def add(self, body: InputBody) -> None:
        if isinstance(body, Reading):
            self._rates.update(struct.pack("<I", min(body.bpm, 2**32 - 1)))
            rr_ms: Sequence[float] = [v * 1000 / 1024 for v in body.rr_1024]
        elif isinstance(body, Intervals):
            rr_ms = body.rr_ms
        else:
            return
        for value in rr_ms:
            self._seen = True
            self._intervals.update(struct.pack("<q", round(min(value, 1e9))))

    def hexdigest(self) -> str:
        return (self._intervals if self._seen else self._rates).hexdigest()


def fingerprint(inputs: Iterable[Timed]) -> str:
    found = Fingerprint()
    for _, body in inputs:
        found.add(body)
    return found.hexdigest()
