"""The arc: where the work is, what was done, and setbacks as part of it.

The phase is the person's or their therapist's to set; here is at most a suggestion with its reason
(after Herman 1992, stabilise before going deeper). Milestones are for doing, never for calm, and
there are no streaks. A setback is shown with its figures and without blame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from biocoach.exposure.decided import Decisions, Way
from biocoach.exposure.evidence import rows_of, state_of, told
from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.exposure.states import StepState
from biocoach.settings import ARC, ArcSettings

Json = dict[str, Any]
Figures = dict[str, float]


class ArcPhase(StrEnum):
    ASSESSMENT = "assessment"
    STABILISING = "stabilising"
    PROCESSING = "processing"
    INTEGRATION = "integration"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """The urges of one session: how many were let pass, how many acted on."""

    session: str
    day: str
    let_pass: int = 0
    acted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Something done; or a setback. ``title``: of the step it is about; ``n``: a count in it."""

    id: str
    at_day: str
    session: str | None = None
    title: str = ""
    n: int = 0

    def told(self) -> Json:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A phase that the data would fit better, and why."""

    phase: ArcPhase
    reason: str
    figures: Figures = field(default_factory=dict)


# ---- milestones


def milestones(
    ladders: Iterable[Ladder], rows: Sequence[Practised], urges: Sequence[Urged]
) -> list[Milestone]:
    """What was done for the first time, or came back to, the oldest first. ``rows``, ``urges``:
    the oldest first."""
    steps = [
        found
        for ladder in ladders
        for step in ladder.steps
        for found in _of_step(ladder, step, rows)
    ]
    firsts = [_first("first_practised", rows), _first("first_done", [r for r in rows if r.done])]
    bare = _first("first_bare", [r for r in rows if r.bare and r.done])
    found = [*firsts, bare, *steps, *_urges(urges), *_came_back(rows)]
    return sorted((one for one in found if one), key=lambda one: one.at_day)  # fmt: skip


def _first(name: str, rows: Sequence[Practised]) -> Milestone | None:
    return Milestone(id=name, at_day=rows[0].day, session=rows[0].session) if rows else None


def _of_step(ladder: Ladder, step: LadderStep, rows: Sequence[Practised]) -> Iterable[Milestone]:
    """When the step was done in another context, when it was reached, when it was mastered."""
    own = rows_of(step, ladder.id, rows)
    shown = {"contexts": False, "done": False, "mastered": False}
    for row, found, state in told(step, own):
        now = {
            "contexts": len(found.contexts) > 1,
            "done": state in (StepState.DONE, StepState.MASTERED),
            "mastered": state is StepState.MASTERED,
        }
        for name, is_so in now.items():
            if is_so and not shown[name]:
                shown[name] = True
                yield Milestone(
                    id=f"step_{name}", at_day=row.day, session=row.session, title=step.title
                )


def _urges(urges: Sequence[Urged], settings: ArcSettings = ARC) -> Iterable[Milestone]:
    passed = 0
    for one in urges:
        before, passed = passed, passed + one.let_pass
        for n in settings.urges_let_pass:
            if before < n <= passed:
                yield Milestone(id="urges_passed", at_day=one.day, session=one.session, n=n)


def _came_back(rows: Sequence[Practised], settings: ArcSettings = ARC) -> Iterable[Milestone]:
    """Practised again after a hard ending, or after weeks without."""
    for before, after in pairwise(r for r in rows if r.day):
        if before.hard or before.too_much or _days(before.day, after.day) >= settings.gap_days:
            yield Milestone(id="came_back", at_day=after.day, session=after.session)


# ---- setbacks


def setbacks(
    ladders: Iterable[Ladder],
    rows: Sequence[Practised],
    decisions: Decisions,
    today: str,
    settings: ArcSettings = ARC,
) -> list[Milestone]:
    """*Too much*, weeks without practice, a step back: the oldest first."""
    titles = {(ladder.id, s.id): s.title for ladder in ladders for s in ladder.steps}
    found = [
        Milestone(id="too_much", at_day=r.day, session=r.session,
                  title=titles.get((r.ladder, r.step), ""))
        for r in rows if r.too_much
    ]  # fmt: skip
    days = [r.day for r in rows if r.day]
    for before, after in pairwise([*days, today] if days else []):
        if _days(before, after) >= settings.gap_days:
            found.append(Milestone(id="gap", at_day=before, n=_days(before, after)))
    found += [
        Milestone(id="step_back", at_day=a.day, title=titles.get((a.ladder, a.step), ""))
        for a in decisions.answers
        if a.way is Way.STEP_BACK and a.yes
    ]
    return sorted(found, key=lambda one: one.at_day)


# ---- the phase


def suggestion(
    phase: ArcPhase | None,
    ladders: Sequence[Ladder],
    rows: Sequence[Practised],
    settings: ArcSettings = ARC,
) -> Suggestion | None:
    """Where the data would put the work; None where that is where it stands."""
    found = _phase_of([x for x in ladders if not x.put_away], rows, settings)
    return None if found.phase is phase else found


def _phase_of(
    ladders: Sequence[Ladder], rows: Sequence[Practised], settings: ArcSettings
) -> Suggestion:
    pairs = [(ladder, step) for ladder in ladders for step in ladder.in_use]
    states = [state_of(step, rows_of(step, ladder.id, rows)) for ladder, step in pairs]
    reached = sum(state in (StepState.DONE, StepState.MASTERED) for state in states)
    mastered = sum(state is StepState.MASTERED for state in states)
    figures: Figures = {"steps": len(states), "done": reached, "mastered": mastered}
    last = rows[-3:]
    if not states:
        return Suggestion(phase=ArcPhase.ASSESSMENT, reason="no_steps")
    if sum(r.too_much or r.away for r in last) >= settings.sign_twice:
        times = sum(r.too_much or r.away for r in last)
        return Suggestion(
            phase=ArcPhase.STABILISING, reason="much_lately", figures={"times": times}
        )
    if mastered == len(states):
        return Suggestion(phase=ArcPhase.MAINTENANCE, reason="all_mastered", figures=figures)
    if reached >= settings.integrated_share * len(states):
        return Suggestion(phase=ArcPhase.INTEGRATION, reason="half_done", figures=figures)
    done = sum(r.done for r in rows)
    if done >= settings.stabilised_done:
        return Suggestion(phase=ArcPhase.PROCESSING, reason="some_done", figures={"times": done})
    return Suggestion(phase=ArcPhase.STABILISING, reason="nothing_done", figures=figures)


def _days(before: str, after: str) -> int:
    return (date.fromisoformat(after) - date.fromisoformat(before)).days
