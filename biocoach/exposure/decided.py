"""What people have said of proposals: the person's yes or no, and a therapist's word towards less.

A no stands until there is new data of that step. A therapist's word lapses after its day, or when
it is lifted; it is kept all the same, with name and reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from biocoach.exposure.states import Standing, proposal_after
from biocoach.settings import LADDER, LadderSettings
from biocoach.types import Refusal

Json = dict[str, Any]


class Way(StrEnum):
    """What may be proposed for a step."""

    ADVANCE = "advance"
    HOLD = "hold"
    SHORTER = "shorter"
    NEARER = "nearer"
    MORE_SUPPORT = "more_support"
    STEP_BACK = "step_back"
    FADE = "fade"
    BARE_REPEAT = "bare_repeat"
    REST = "rest"


LESS = (Way.SHORTER, Way.NEARER, Way.MORE_SUPPORT)  # offered before a step back
OVERRULES = (Way.HOLD, *LESS, Way.STEP_BACK)  # never forward
ASKING = (Way.ADVANCE, *LESS, Way.STEP_BACK, Way.FADE, Way.BARE_REPEAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """``seen``: the step's sessions that there were then; a later one is new data."""

    proposal: str
    ladder: str
    step: str
    way: Way
    yes: bool
    day: str
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrule:
    """``until``: its last day. ``lifted``: the day on which it was taken back; "" where not."""

    id: str
    ladder: str
    step: str
    way: Way
    by: str
    reason: str
    day: str
    until: str
    lifted: str = ""

    def holds(self, today: str) -> bool:
        return not self.lifted and today <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The oldest first."""

    answers: tuple[Answered, ...] = ()
    overrules: tuple[Overrule, ...] = ()

    def answers_of(self, ladder: str, step: str) -> tuple[Answered, ...]:
        return tuple(a for a in self.answers if (a.ladder, a.step) == (ladder, step))

    def standing(
        self, ladder: str, step: str, sessions: Collection[str], *, held: bool
    ) -> Standing:
        """Where what is proposed for a step now stands. ``sessions``: all of the step; ``held``:
        a therapist's word is on it."""
        now, answers = Standing.OPEN, self.answers_of(ladder, step)
        if answers:
            now = proposal_after(now, "yes" if answers[-1].yes else "no")
            if not set(sessions) <= set(answers[-1].seen):
                now = proposal_after(now, "new_data")
        if now is Standing.REPLACED:
            now = Standing.OPEN  # another, made of the new data
        return proposal_after(now, "overrule") if held else now

    def overrule_of(self, ladder: str, step: str, today: str) -> Overrule | None:
        """The latest that holds."""
        found = [
            o for o in self.overrules if (o.ladder, o.step) == (ladder, step) and o.holds(today)
        ]
        return found[-1] if found else None

    def told(self) -> Json:
        return {
            "answers": [asdict(a) | {"seen": list(a.seen)} for a in self.answers],
            "overrules": [asdict(o) for o in self.overrules],
        }


def with_answer(
    decisions: Decisions, answer: Answered, limits: LadderSettings = LADDER
) -> Decisions:
    """Of each step the latest answers are kept; the oldest of all go first."""
    answers = (*decisions.answers, answer)
    return replace(decisions, answers=answers[-limits.decisions_max :])


def with_overrule(
    decisions: Decisions, overrule: Overrule, limits: LadderSettings = LADDER
) -> Decisions:
    """In place of an earlier word on the same step, which is kept as lifted."""
    before = lifted(decisions, overrule.ladder, overrule.step, overrule.day)
    overrules = (*before.overrules, overrule)
    return replace(before, overrules=overrules[-limits.decisions_max :])


def lifted(decisions: Decisions, ladder: str, step: str, today: str) -> Decisions:
    overrules = tuple(
        replace(o, lifted=today) if (o.ladder, o.step) == (ladder, step) and o.holds(today) else o
        for o in decisions.overrules
    )
    return replace(decisions, overrules=overrules)


def last_day(today: str, limits: LadderSettings = LADDER) -> str:
    """Until when a therapist's word of today holds."""
    return (date.fromisoformat(today) + timedelta(days=limits.overrule_days)).isoformat()


def decisions_of(fact: Mapping[str, Any] | None) -> Decisions | Refusal:
    """What ``told`` wrote; nothing where there was none."""
    try:
        found = fact or {}
        return Decisions(
            answers=tuple(_answered(row) for row in found.get("answers", [])),
            overrules=tuple(_overrule(row) for row in found.get("overrules", [])),
        )
    except (KeyError, TypeError, ValueError) as error:
        return Refusal(why=f"what was decided can't be read: {error!r}")


def _answered(row: Mapping[str, Any]) -> Answered:
    return Answered(**{**row, "way": Way(row["way"]), "seen": tuple(row["seen"])})


def _overrule(row: Mapping[str, Any]) -> Overrule:
    return Overrule(**{**row, "way": Way(row["way"])})
