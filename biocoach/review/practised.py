"""What a session says to the ladder: how long the person stayed, and what they said of it.

The person's word goes before what is worked out. What nobody said and nothing shows is unknown
(None): a step is never done by a guess.
"""

from __future__ import annotations

from typing import Any, TypeVar

from biocoach.clock import moment_of
from biocoach.coach.policy import AWAY
from biocoach.exposure.practised import Practised
from biocoach.review.aftercare import HARD_ENDINGS, ended_hard
from biocoach.review.record import Record
from biocoach.review.told import said
from biocoach.session import UNKNOWN_WHEN
from biocoach.settings import Settings
from biocoach.types import (
    Closed,
    Debrief,
    Elsewhere,
    End,
    MarkKind,
    NumbersShown,
    Phase,
    Plan,
    Rating,
    Urge,
    Where,
)

Json = dict[str, Any]
T = TypeVar("T")
TO_THE_MINUTE_S = 60.0  # a plan is made in minutes, and nobody presses a key to the second;
TO_THE_TENTH = 0.1  # but of a short step not more than a tenth, or leaving at once would do


def practised(
    name: str,
    started_utc: str,
    record: Record,
    parts: list[Json],
    settings: Settings,
    elsewhere: Elsewhere | None = None,
) -> Practised | None:
    """The row of one session, ``parts`` its phases; None where the person never was apart, or
    followed no plan."""
    apart = [p for p in parts if p["phase"] == Phase.APART.value and not p["withdrawn"]]
    plan = _last(record, Plan)
    if plan is None or not apart:
        return None
    word = _last(record, Debrief) or Debrief()
    marks = {mark["kind"] for mark in said(record)["marks"]}
    much = MarkKind.TOO_MUCH.value in marks
    bare = elsewhere is not None and elsewhere.where is Where.WORD
    ended_by, stayed_s = _stay(
        record, parts, apart, known=elsewhere is None or bare, bare=bare, much=much
    )
    reasons = {d.reason for d in record.decisions if isinstance(d, Closed)}
    told = [i.body.presence for i in record.inputs if isinstance(i.body, Rating | Debrief)]
    return Practised(
        session=name,
        day=_day(started_utc, elsewhere),
        ladder=plan.step.ladder,
        step=plan.step.id,
        support=plan.step.support,
        planned_s=plan.planned_s,
        stayed_s=stayed_s,
        stayed=_stayed(plan, word, stayed_s, ended_by),
        beyond_plan=_beyond(record, plan, word),
        context=plan.context,
        before_pct=plan.probability_pct,
        after_pct=word.probability_pct,
        came=word.came,
        coped=word.coped,
        suds_before=plan.suds,
        suds_after=word.suds,
        too_much=much or "too_much" in reasons,
        away=any(presence in AWAY for presence in told),
        hard=ended_hard(record, settings.care.aftercare_suds),
        bare=bare,
        expected_suds=plan.step.expected_suds,
        contact=plan.contact,
        open=not any(isinstance(d, Closed) for d in record.decisions),
    )


def _stay(
    record: Record,
    parts: list[Json],
    apart: list[Json],
    *,
    known: bool,
    bare: bool,
    much: bool,
) -> tuple[str, float | None]:
    """By what the time apart ended, and how long it was, s; None where nobody told. ``known``: its
    end is, also without a word that the other came back; ``bare``: without a strap."""
    ended_by = _ended_by(parts, apart[-1], record)
    last = parts[-1] is apart[-1]  # nobody told that the other came back
    unknown = (last and not known) or ended_by == UNKNOWN_WHEN
    stayed_s = None if unknown else apart[-1]["end_s"] - apart[0]["start_s"]
    if bare and last:
        ended_by = "too_much" if much else "end"
    return ended_by, stayed_s


def urges(record: Record) -> Json:
    """Of how many urges it was said whether they were acted on, how many were, and of how many it
    was not said."""
    said = [item.body.acted for item in record.inputs if isinstance(item.body, Urge)]
    told = [acted for acted in said if acted is not None]
    return {"urges": len(told), "acted": sum(told), "urges_open": len(said) - len(told)}


def _day(started_utc: str, elsewhere: Elsewhere | None) -> str:
    """The local day; "" for a recording that does not tell when it was."""
    if elsewhere is not None and not elsewhere.dated:
        return ""
    return moment_of(started_utc).astimezone().date().isoformat()


def _ended_by(parts: list[Json], apart: Json, record: Record) -> str:
    """The word by which they were apart no more, an ending by its reason where that is a hard one;
    "" while they still are."""
    if parts[-1] is apart:
        return next((d.reason for d in record.decisions if isinstance(d, Closed)), "")
    word = str(parts[parts.index(apart) + 1]["because"])
    ends = [i.body.reason for i in record.inputs if isinstance(i.body, End)]
    return next((r for r in ends if r in HARD_ENDINGS), word) if word == "end" else word


def _stayed(plan: Plan, word: Debrief, stayed_s: float | None, ended_by: str) -> bool | None:
    """Back before the planned time is no failing: the other may have come early, or the time was
    shortened. It is asked. Where nobody ended it, nobody knows how long it was."""
    if word.stayed is not None or stayed_s is None:
        return word.stayed
    hard = ended_by in HARD_ENDINGS
    nearly_s = 0.0 if hard else min(TO_THE_MINUTE_S, plan.planned_s * TO_THE_TENTH)
    if stayed_s >= plan.planned_s - nearly_s:
        return True
    return False if hard or ended_by == "end" else None


def _beyond(record: Record, plan: Plan, word: Debrief) -> bool | None:
    """Contact or checking beyond the plan: an urge acted on, or the numbers looked at. Nothing
    kept is not nothing done, and of contact that was planned only the person can tell."""
    if word.beyond_plan is not None:
        return word.beyond_plan
    acted = any(isinstance(i.body, Urge) and i.body.acted for i in record.inputs)
    looked = any(isinstance(i.body, NumbersShown) and i.body.shown for i in record.inputs)
    return True if (acted and not plan.contact) or looked else None


def _last(record: Record, kind: type[T]) -> T | None:
    return next((i.body for i in record.inputs[::-1] if isinstance(i.body, kind)), None)
