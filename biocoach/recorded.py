"""A recording's journal lines: what it may hold, when it began, and that it is what it was
announced to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from biocoach.clock import iso_utc
from biocoach.review.imported import Fingerprint, Imported, Timed, fingerprint
from biocoach.review.incoming import BrokenOffError, Incoming
from biocoach.types import (
    Battery,
    Begin,
    Closed,
    Ecg,
    Elsewhere,
    End,
    Entry,
    InputBody,
    Intervals,
    Label,
    Link,
    Mark,
    Motion,
    Rating,
    Reading,
    Strap,
    Unread,
    Urge,
)

PERSON = "me"
RECORDED = "recorded"  # why such a session ended
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no strap kept intervals before; a reset clock does
TOO_LATE = timedelta(days=1)  # in the future by more than any zone: a wrong clock
# What a recording may hold. Whatever else a session is made of is not for a file to say.
HOLDS = (
    Reading | Intervals | Motion | Ecg | Unread | Link | Strap | Battery
    | Rating | Urge | Mark | Label
)  # fmt: skip
NOT_ANNOUNCED = "it could not be read twice alike"

Recording = Imported | Incoming


@dataclass(frozen=True, slots=True)
class Page:
    """Makes a recording's journal lines. ``started`` None: its wall times are ``now``."""

    person: str
    writer: str
    boot_id: str
    name: str
    settings_hash: str
    started: datetime | None
    now: datetime

    def wall_utc(self, at_s: float) -> str:
        """The recording's own time; or now, for one that does not know when it was."""
        if self.started is None:
            return iso_utc(self.now)
        return iso_utc(self.started + timedelta(seconds=at_s))

    def entries(self, rows: Iterable[tuple[float, InputBody | Closed]]) -> Iterator[Entry]:
        for number, (at_s, body) in enumerate(rows):
            yield Entry(
                person=self.person,
                writer=self.writer,
                session=self.name,
                boot_id=self.boot_id,
                at_s=at_s,
                wall_utc=self.wall_utc(at_s),
                body=body,
                settings_hash=self.settings_hash,
                number=None if isinstance(body, Closed) else number,
            )


def rows_of(
    begin: Begin, sort: Elsewhere, inputs: Iterable[Timed], length_s: float
) -> Iterator[tuple[float, InputBody | Closed]]:
    """The whole session: nothing was decided in it while it ran, so that no decision is kept.

    Raises BrokenOffError before the end where the inputs are not those that were announced.
    """
    last_s, beats = 0.0, Fingerprint()
    yield last_s, begin
    for at_s, body in inputs:
        if isinstance(body, HOLDS):
            beats.add(body)
            last_s = max(last_s, round(at_s, 3))
            yield last_s, body
    if beats.hexdigest() != sort.beats_sha256:
        raise BrokenOffError(NOT_ANNOUNCED)
    last_s = max(last_s, length_s)
    yield last_s, End(reason=RECORDED)
    yield last_s, Closed(at_s=last_s, reason=RECORDED)


def beats_of(recording: Recording) -> str:
    """A child has told it; otherwise all of it is here."""
    if isinstance(recording, Incoming):
        return recording.beats_sha256
    return fingerprint(recording.inputs)


def start_of(recording: Recording, now: datetime) -> datetime | None:
    """When it began, by its own word; None where it does not say, or what can't be."""
    try:
        found = datetime.fromisoformat((recording.started_utc or "").replace("Z", "+00:00"))
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST <= found <= now + TOO_LATE else None
