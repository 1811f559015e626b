"""What waits for the disk: entries to be written, steps to be told.

A disk that refuses loses nothing that was taken in. What is bounded is what is taken in: once
``most`` entries wait, the strap's data are not taken any more, and the record has a gap there.
"""

from __future__ import annotations

from biocoach.running import Step
from biocoach.types import (
    Ecg,
    End,
    Entry,
    Input,
    InputBody,
    Intervals,
    Mark,
    MarkKind,
    Motion,
    Presence,
    Rating,
    Reading,
    Refused,
    SecondOpinion,
    Unread,
)

NOT_WRITTEN = "not_written"  # the reason of the gap
BULK = (Reading, Intervals, Motion, Ecg, Unread, SecondOpinion)


def is_care(body: InputBody) -> bool:
    """*Too much*, *far away* or *numb*, and an ending: never refused, whatever the disk says."""
    if isinstance(body, Rating):
        return body.presence in (Presence.FAR_AWAY, Presence.NUMB)
    return isinstance(body, End) or (isinstance(body, Mark) and body.kind is MarkKind.TOO_MUCH)


class Backlog:
    """Bounded: a refusing disk lasts at most until nobody was heard for so long that the session
    is over, so that what still comes in then (ticks, the person's few words) is bounded too."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._steps: list[Step] = []
        self._care: list[Step] = []
        self.entries: list[Entry] = []

    @property
    def full(self) -> bool:
        return len(self.entries) >= self._most

    def keep(self, steps: list[Step]) -> None:
        for step in steps:
            self.entries += step.entries
            if isinstance(step.stamped, Input) and is_care(step.stamped.body):
                self._care.append(step)
        self._steps += steps

    def care(self) -> list[Step]:
        """The steps that can't wait to be told until they are written; each is given once."""
        care, self._care = self._care, []
        return [s for s in care if not any(isinstance(o, Refused) for o in s.outputs)]

    def written(self) -> list[Step]:
        """All entries are on the disk: what may be told now."""
        steps, self._steps = self._steps, []
        self.entries.clear()
        self._care.clear()
        return steps
