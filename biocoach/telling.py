"""Keeps a step that was practised without strap or screen, as the person tells it afterwards.

It becomes a closed session of its own, in one transaction. Nothing of the heart is known in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from biocoach.exposure.phases import may_tell
from biocoach.keeping import Keeper
from biocoach.types import (
    Begin,
    Closed,
    Debrief,
    Elsewhere,
    End,
    InputBody,
    Mark,
    MarkKind,
    Plan,
    Where,
)

TOLD = "told"  # the format, and why such a session ended
AGO_MAX = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """``stayed_s``: how long the person was apart. ``over``: the planned time was over, or the
    other came back; otherwise they ended it before."""

    started: datetime
    plan: Plan
    stayed_s: float
    over: bool
    debrief: Debrief
    too_much: bool = False


def tell(keeper: Keeper, told: Told) -> tuple[str, str]:
    """The session's name and "", or "" and why not, as a code. StoreError passes through."""
    now = keeper.clock.wall()
    ended = told.started + timedelta(seconds=told.stayed_s)
    if ended > now or told.started < now - AGO_MAX:
        return "", "not_then"
    why = may_tell(keeper.fit())
    if why:
        return "", why
    sort = Elsewhere(where=Where.WORD, format=TOLD, beats_sha256="", dated=True)
    page, begin = keeper.opened(sort, told.started)
    keeper.journal.append(list(page.entries(_rows(begin, told))))
    keeper.summarise(page.name)
    return page.name, ""


def _rows(begin: Begin, told: Told) -> list[tuple[float, InputBody | Closed]]:
    end_s = told.stayed_s
    last = MarkKind.TIME_OVER if told.stayed_s >= told.plan.planned_s else MarkKind.BACK
    rows: list[tuple[float, InputBody | Closed]] = [
        (0.0, begin),
        (0.0, told.plan),
        (0.0, Mark(kind=MarkKind.APART)),
    ]
    if told.too_much:
        rows.append((end_s, Mark(kind=MarkKind.TOO_MUCH)))
    if told.over:
        rows.append((end_s, Mark(kind=last)))
    return [
        *rows,
        (end_s, told.debrief),
        (end_s, End(reason=TOLD)),
        (end_s, Closed(at_s=end_s, reason=TOLD)),
    ]
