"""The separation session's phases: what the person may do when, as one table.

plan -> baseline -> apart -> back -> debrief -> closed. Ending needs no return, and nothing
here ever refuses an ending.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from biocoach.settings import CareSettings
from biocoach.types import (
    AgeBand,
    Begin,
    Debrief,
    End,
    Fit,
    InputBody,
    Mark,
    MarkKind,
    Phase,
    Plan,
)

# (phase, what was said) -> the phase after it. What is missing is refused: wrong_phase.
TABLE: dict[tuple[Phase, str], Phase] = {
    (Phase.PLAN, "plan"): Phase.PLAN,
    (Phase.PLAN, "baseline"): Phase.BASELINE,
    (Phase.PLAN, "apart"): Phase.APART,
    (Phase.PLAN, "end"): Phase.CLOSED,
    (Phase.BASELINE, "plan"): Phase.BASELINE,
    (Phase.BASELINE, "baseline"): Phase.BASELINE,
    (Phase.BASELINE, "apart"): Phase.APART,
    (Phase.BASELINE, "back"): Phase.BACK,
    (Phase.BASELINE, "time_over"): Phase.BACK,
    (Phase.BASELINE, "end"): Phase.CLOSED,
    (Phase.APART, "back"): Phase.BACK,
    (Phase.APART, "time_over"): Phase.BACK,
    (Phase.APART, "end"): Phase.DEBRIEF,
    (Phase.BACK, "back"): Phase.BACK,
    (Phase.BACK, "end"): Phase.DEBRIEF,
    (Phase.BACK, "debrief"): Phase.CLOSED,
    (Phase.DEBRIEF, "back"): Phase.DEBRIEF,
    (Phase.DEBRIEF, "debrief"): Phase.CLOSED,
    (Phase.DEBRIEF, "end"): Phase.CLOSED,
}

PHASE_MARKS = (MarkKind.BASELINE, MarkKind.APART, MarkKind.BACK, MarkKind.TIME_OVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move from one phase to the next, kept so that the mark behind it can be withdrawn."""

    number: int
    at_s: float
    before: Phase
    after: Phase
    word: str


@dataclass(slots=True)
class Path:
    """The moves that were made and not withdrawn, in their order."""

    moves: list[Moved] = field(default_factory=list)

    @property
    def last(self) -> Moved | None:
        return self.moves[-1] if self.moves else None

    @property
    def since_s(self) -> float:
        """Since when the session stands in its phase; a word said again there changes nothing."""
        return next((m.at_s for m in reversed(self.moves) if m.before is not m.after), 0.0)

    def said_s(self, word: str) -> float | None:
        """When a word was said last."""
        return next((m.at_s for m in reversed(self.moves) if m.word == word), None)


def word_of(body: InputBody) -> str | None:
    """The word by which an input moves the session, or None for one that does not."""
    match body:
        case Plan():
            return "plan"
        case Mark(kind=kind) if kind in PHASE_MARKS:
            return kind.value
        case Debrief():
            return "debrief"
        case End():
            return "end"
        case _:
            return None


def next_phase(phase: Phase, word: str) -> Phase | None:
    return TABLE.get((phase, word))


def may_practise(begin: Begin, care: CareSettings) -> str:
    """Why practice apart can't begin today at all; or nothing."""
    why = may_tell(begin.fit)
    if why:
        return why
    if begin.prior.hard_today and not begin.simulated:
        return "rest_today"
    if begin.prior.practised_today >= care.sessions_per_day and not begin.simulated:
        return "enough_today"
    return ""


def may_tell(fit: Fit | None) -> str:
    """Why a step can't be told afterwards: what is over is only kept, so that no day's limit and
    no length forbids it; or nothing."""
    if fit is None:
        return "fit_first"
    waits = fit.ladder_waits or fit.age is not AgeBand.ADULT
    return "ladder_waits" if waits and not fit.with_therapist else ""


def may_plan(begin: Begin, plan: Plan, care: CareSettings) -> str:
    """Why this plan can't be followed; or nothing. Without a therapist steps stay small."""
    why = may_practise(begin, care)
    if why or begin.fit is None or begin.fit.with_therapist:
        return why
    if max(plan.step.expected_suds, plan.suds or 0) > care.alone_suds_max:
        return "too_hard_alone"
    return "too_long_alone" if plan.planned_s > care.alone_length_max_s else ""
