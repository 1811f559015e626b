"""What the person set of the arc: the phase, by whom and since when, and the signs to watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from biocoach.exposure.arc import ArcPhase
from biocoach.exposure.signs import SignKind
from biocoach.types import Refusal

Json = dict[str, Any]
PAST_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """``by``: who set it; "" is the person."""

    phase: ArcPhase
    day: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """``moves``: the oldest first, the last is where the work is. ``watched``: as was chosen."""

    moves: tuple[Moved, ...] = ()
    watched: tuple[SignKind, ...] = ()

    @property
    def now(self) -> Moved | None:
        return self.moves[-1] if self.moves else None

    def moved(self, phase: str, by: str, day: str) -> Course:
        new = Moved(phase=ArcPhase(phase), day=day, by=by)
        return replace(self, moves=(*self.moves, new)[-PAST_MAX:])

    def watching(self, signs: Iterable[str]) -> Course:
        chosen = {SignKind(sign) for sign in signs}
        return replace(self, watched=tuple(kind for kind in SignKind if kind in chosen))

    def told(self) -> Json:
        return {
            "moves": [{"phase": m.phase.value, "day": m.day, "by": m.by} for m in self.moves],
            "watched": [kind.value for kind in self.watched],
        }


def course_of(fact: Mapping[str, Any] | None) -> Course | Refusal:
    """What ``told`` wrote; nothing where there was none."""
    try:
        found = fact or {}
        moves = [
            Moved(phase=ArcPhase(row["phase"]), day=str(row["day"]), by=str(row["by"]))
            for row in found.get("moves", [])
        ]
        watched = tuple(SignKind(sign) for sign in found.get("watched", []))
        return Course(moves=tuple(moves), watched=watched)
    except (KeyError, TypeError, ValueError) as error:
        return Refusal(why=f"the arc can't be read: {error!r}")
