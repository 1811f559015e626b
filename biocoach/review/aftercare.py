"""What is owed after a hard ending: on a later day, one question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from biocoach.clock import moment_of
from biocoach.coach.policy import AWAY
from biocoach.review.record import Record
from biocoach.review.told import said
from biocoach.types import Debrief, End, MarkKind, Rating

Json = dict[str, Any]
ASKED_FOR_DAYS = 3  # later it would no longer be about that ending
HARD_ENDINGS = ("too_much", "end_gently")


def ended_hard(record: Record, suds: int) -> bool:
    """By *too much*, far away or numb, or at a distress of ``suds`` or more: rest is due.

    *Too much* counts when the person stayed, too. The last word counts: the debrief's, else the
    last rating's. The page has the same rule for what it shows right away (``lib/aftercare.ts``).
    """
    ends = [i.body.reason for i in record.inputs if isinstance(i.body, End)]
    if any(reason in HARD_ENDINGS for reason in ends):
        return True
    marks = {mark["kind"] for mark in said(record)["marks"]}
    if MarkKind.TOO_MUCH.value in marks:
        return True
    # A rating from before they left says nothing of the ending.
    kinds = (Rating, Debrief) if MarkKind.APART.value in marks else (Debrief,)
    words = [i.body for i in record.inputs[::-1] if isinstance(i.body, kinds)]
    words.sort(key=lambda word: isinstance(word, Rating))  # the debrief looks back on them all
    presence = next((w.presence for w in words if w.presence is not None), None)
    distress = next((w.suds for w in words if w.suds is not None), 0)
    return presence in AWAY or distress >= suds


def day_ended(summary: Json) -> date:
    """The local day on which a session ended: rest, and the question after it, go by that."""
    started = moment_of(summary["started_utc"])
    return (started + timedelta(seconds=summary["length_s"])).astimezone().date()


def check_in_due(
    summaries: Iterable[Json], answered: Mapping[str, Any] | None, now: datetime
) -> Json | None:
    """The session to check in about: the last practice, if it ended hard on an earlier day. A step
    that was told afterwards, or that a recording was, is one as soon as its day is known.

    ``summaries``: in the journal's order. ``answered``: the last check-in, a skipped one too.
    """
    own = [s for s in summaries if _is_practice(s)]
    practised = [s for s in own if s.get("hard_end") or s.get("went_apart")]
    if any(s.get("elsewhere") for s in practised):  # what was told stands where it was
        practised.sort(key=lambda s: moment_of(s["started_utc"]))
    if not practised or not practised[-1].get("hard_end"):
        return None
    last = practised[-1]
    days = (now.astimezone().date() - day_ended(last)).days
    if not 1 <= days <= ASKED_FOR_DAYS or (answered or {}).get("session") == last["id"]:
        return None
    return {"session": last["id"]}


def _is_practice(summary: Json) -> bool:
    elsewhere = summary.get("elsewhere")
    return not elsewhere or bool(summary.get("practised") and elsewhere["dated"])
