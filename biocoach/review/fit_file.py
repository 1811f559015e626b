"""RR intervals of a FIT file. Run as a child: ``python -m …fit_file FILE`` prints them, in ms,
after a line of JSON that says when it began and where it is damaged.

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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from biocoach.sandbox import limit_this_process

INVALID_S = 65.0  # the format's filler for an unused place is 65.535 s
# Where a file may tell when it began, the best first: the timer's start, the session's, the first
# record, the file's own making (FIT SDK, profile: event, session, record, file_id).
STARTS = (("event", "timestamp"), ("session", "start_time"), ("record", "timestamp"),
          ("file_id", "time_created"))  # fmt: skip
CHECKSUM = "its checksum is not right, so that something in it may be"


@dataclass(slots=True)
class Fit:
    """``started_utc``: "" where it is not told. ``broken``: why it could not be read to its end,
    with what came before."""

    rr_ms: list[float] = field(default_factory=list)
    started_utc: str = ""
    broken: str = ""
    doubt: str = ""


def read(data: bytes) -> Fit:
    """What can be read: the ``hrv`` messages in their order, up to where the file is damaged."""
    import fitdecode

    found, starts = Fit(), dict[str, datetime]()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            options = {"check_crc": fitdecode.CrcCheck.WARN}
            with fitdecode.FitReader(io.BytesIO(data), **options) as reader:
                for frame in reader:
                    if isinstance(frame, fitdecode.FitDataMessage):
                        found.rr_ms += _rr_ms(frame)
                        _note_start(frame, starts)
        except Exception as error:  # noqa: BLE001 - the parser raises what it likes
            found.broken = words_for(error)
    found.doubt = CHECKSUM if any("crc" in str(w.message).lower() for w in said) else ""
    found.started_utc = next((starts[m].isoformat() for m, _ in STARTS if m in starts), "")
    return found


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
    return "\n".join([json.dumps(head), *(f"{value:.3f}" for value in found.rr_ms)])


def of_text(text: str) -> Fit:
    head, *values = text.splitlines()
    return Fit(rr_ms=[float(v) for v in values], **json.loads(head))


def main() -> None:
    limit_this_process()
    sys.stdout.write(to_text(read(Path(sys.argv[1]).read_bytes())))


if __name__ == "__main__":
    main()
