"""What reading a file gives: its inputs in order of arrival, and what could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from biocoach.types import InputBody

FORMATS = (
    "capture", "rr-text", "time-rr", "csv", "fit", "hrv-logger", "polar", "kubios", "openhrv",
)  # fmt: skip
UNKNOWN = "not a kind of file that is known here: " + ", ".join(FORMATS)

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
