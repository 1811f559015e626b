"""RR intervals of a FIT file. Run as a child: ``python -m …fit_file FILE`` prints them, in ms, each
with the time of its beat, after a line of JSON that says when it began and where it is damaged.

An ``hrv`` message tells no time. It stands between messages that do, some seconds apart, so that
a pause, or a strap that was not heard, shows as a clock that is ahead of the intervals.

A FIT file is somebody else's binary; the parser was seen to raise unexpected errors on
damaged ones, so that it never runs in the program's own process.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from biocoach.sandbox import limit_this_process

INVALID_S = 65.0  # the format's filler for an unused place is 65.535 s
# Where a file may tell when it began, the best first: the timer's start, the session's, the first
# record, the file's own making (FIT SDK, profile: event, session, record, file_id).
STARTS = (("event", "timestamp"), ("session", "start_time"), ("record", "timestamp"),
          ("file_id", "time_created"))  # fmt: skip
HOLE_S = 4.0  # the clock is ahead by more: a whole second is told, and a beat and a half may wait
HOLE_MAX_S = 86_400.0  # a clock that is ahead by more is a damaged one
CHECKSUM = "its checksum is not right, so that something in it may be"


@dataclass(slots=True)
class Fit:
    """``times_s``: of each interval's end, from the beginning of the first. ``started_utc``: ""
    where it is not told. ``broken``: why it could not be read to its end, with what came before."""

    rr_ms: list[float] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    started_utc: str = ""
    broken: str = ""
    doubt: str = ""


def read(data: bytes) -> Fit:
    """What can be read: the ``hrv`` messages in their order, up to where the file is damaged."""
    import fitdecode

    found, starts, follower = Fit(), dict[str, datetime](), _Follower()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            options = {"check_crc": fitdecode.CrcCheck.WARN}
            with fitdecode.FitReader(io.BytesIO(data), **options) as reader:
                for frame in reader:
                    if isinstance(frame, fitdecode.FitDataMessage):
                        for value in _rr_ms(frame):
                            found.rr_ms.append(value)
                            found.times_s.append(follower.beat(value))
                        follower.clock(frame)
                        _note_start(frame, starts)
        except Exception as error:  # noqa: BLE001 - the parser raises what it likes
            found.broken = words_for(error)
    found.doubt = CHECKSUM if any("crc" in str(w.message).lower() for w in said) else ""
    start = next((starts[m] for m, _ in STARTS if m in starts), None)
    if start is not None:  # the first beat may have come later than the timer's start
        found.started_utc = (start + timedelta(seconds=follower.before_s)).isoformat()
    return found


class _Follower:
    """Adds up intervals, and jumps to the file's clock where that is ahead of them."""

    def __init__(self) -> None:
        self._first: datetime | None = None
        self._sum_s = 0.0
        self.before_s = 0.0  # from the clock's start to the first interval

    def beat(self, rr_ms: float) -> float:
        self._sum_s += rr_ms / 1000
        return self._sum_s

    def clock(self, frame: Any) -> None:
        if frame.name not in ("record", "event"):
            return
        at = frame.get_value("timestamp", fallback=None)
        if not isinstance(at, datetime):
            return
        self._first = self._first or at
        ahead_s = (at - self._first).total_seconds() - self.before_s - self._sum_s
        if not HOLE_S < ahead_s < HOLE_MAX_S:
            return
        if self._sum_s:
            self._sum_s += ahead_s
        else:
            self.before_s += ahead_s


def _rr_ms(frame: Any) -> Iterator[float]:
    if frame.name != "hrv":
        return
    values = frame.get_value("time", fallback=())
    for value in values if isinstance(values, (tuple, list)) else (values,):
        if isinstance(value, (int, float)) and 0 < value < INVALID_S:
            yield float(value) * 1000


def _note_start(frame: Any, starts: dict[str, datetime]) -> None:
    """The first of each message that tells a time counts."""
    for message, name in STARTS:
        if frame.name == message and message not in starts and _is_start(frame):
            at = frame.get_value(name, fallback=None)
            if isinstance(at, datetime):
                starts[message] = at if at.tzinfo else at.replace(tzinfo=UTC)


def _is_start(frame: Any) -> bool:
    if frame.name != "event":
        return True
    told = (frame.get_value("event", fallback=""), frame.get_value("event_type", fallback=""))
    return told == ("timer", "start")


def words_for(error: Exception) -> str:
    """What is wrong with the file, for people."""
    import fitdecode

    if isinstance(error, fitdecode.FitEOFError):
        return "it breaks off"
    if isinstance(error, fitdecode.FitHeaderError):
        return "it is damaged, or of another kind inside"
    return "it needs too much memory" if isinstance(error, MemoryError) else "it is damaged"


def to_text(found: Fit) -> str:
    head = {"started_utc": found.started_utc, "broken": found.broken, "doubt": found.doubt}
    pairs = zip(found.rr_ms, found.times_s, strict=True)
    rows = (f"{value:.3f} {time_s:.3f}" for value, time_s in pairs)
    return "\n".join([json.dumps(head), *rows])


def of_text(text: str) -> Fit:
    head, *rows = text.splitlines()
    pairs = [row.split() for row in rows]
    return Fit(
        rr_ms=[float(value) for value, _ in pairs],
        times_s=[float(time_s) for _, time_s in pairs],
        **json.loads(head),
    )


def main() -> None:
    limit_this_process()
    sys.stdout.write(to_text(read(Path(sys.argv[1]).read_bytes())))


if __name__ == "__main__":
    main()
