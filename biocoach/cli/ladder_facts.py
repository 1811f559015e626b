"""What a record says of its ladders, as values. What can't be read is never written over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from biocoach.exposure.course import Course, course_of
from biocoach.exposure.decided import Decisions, decisions_of
from biocoach.exposure.ladder import Ladder, ladder_of
from biocoach.exposure.practised import Practised
from biocoach.types import Refusal
from dashboard.ports import Outcome

Json = dict[str, Any]
LADDERS, ARC = "ladders", "arc"  # the facts' names
UNREADABLE = Outcome(why="unreadable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the record says, as values."""

    ladders: tuple[Ladder, ...]
    decisions: Decisions
    course: Course
    rows: tuple[Practised, ...]

    def ladder(self, name: str) -> Ladder | None:
        return next((one for one in self.ladders if one.id == name), None)

    def over(self, ladder: str, step: str) -> tuple[str, ...]:
        """A step's sessions; not one that still runs, which will be new data."""
        own = [r for r in self.rows if (r.ladder, r.step) == (ladder, step)]
        return tuple(row.session for row in own if not row.open)


def held_of(fact: Callable[[str], Json | None], rows: Iterable[Practised]) -> Held | Outcome:
    """From the facts of the open record. Raises StoreError."""
    known = fact(LADDERS) or {}
    ladders = [ladder_of(one) for one in known.get("ladders", [])]
    decisions = decisions_of(known.get("decided"))
    course = course_of(fact(ARC))
    good = tuple(one for one in ladders if isinstance(one, Ladder))
    if len(good) < len(ladders):
        return UNREADABLE
    if isinstance(decisions, Refusal) or isinstance(course, Refusal):
        return UNREADABLE
    return Held(ladders=good, decisions=decisions, course=course, rows=tuple(rows))
