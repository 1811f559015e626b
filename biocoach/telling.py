"""Keeps a step that was practised without strap or screen, as the person tells it afterwards.

It becomes a closed session of its own, in one transaction. Nothing of the heart is known in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from biocoach.exposure.phases import may_tell
from biocoach.keeping import Keeper
from biocoach.recorded import PERSON, Page
from biocoach.review import sessions as review
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
    name, settings_hash = keeper.new_id(), keeper.settings.hash()
    keeper.journal.put_settings(settings_hash, json.loads(keeper.settings.document()))
    page = Page(
        person=PERSON,
        writer=keeper.writer,
        boot_id=keeper.clock.boot_id,
        name=name,
        settings_hash=settings_hash,
        started=told.started,
        now=now,
    )
    begin = Begin(
        seed=0,
        settings_hash=settings_hash,
        fit=keeper.fit(),
        simulated=keeper.simulated,
        source=Where.WORD.value,
        elsewhere=Elsewhere(where=Where.WORD, format=TOLD, beats_sha256="", dated=True),
    )
    entries = keeper.journal.append(list(page.entries(_rows(begin, told))))
    summary = review.summary(name, entries, keeper.settings)
    keeper.journal.put_summary(name, summary)
    return name, ""


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
