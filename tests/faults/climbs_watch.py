"""D4 and the rules of care of the ladder, written down a second time, in other words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from biocoach.exposure.decided import LESS, Decisions, Way
from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import Around, Proposal
from biocoach.types import Came, Support

Proposed = Mapping[str, Proposal]
UP = (Way.ADVANCE, Way.FADE, Way.BARE_REPEAT)
ORDER = (Support.REGULATE, Support.DELAY, Support.ASK, Support.OBSERVE)


def against(
    ladder: Ladder, rows: Sequence[Practised], decided: Decisions, around: Around,
    name: str, told: Proposal,
) -> str:  # fmt: skip
    """Which rule this proposal breaks; "" where none."""
    step = next(s for s in ladder.steps if s.id == name)
    own = [r for r in rows if r.step == name]
    if step.put_away:
        return "the step is put away"
    if not set(told.sessions) <= {r.session for r in own}:
        return "it leans on sessions of other steps"
    if told.way in UP:
        return _forward(ladder, rows, decided, around, step, told)
    if told.way in (*LESS, Way.STEP_BACK) and told.rule != "therapist":
        return _less(own, decided, step, told)
    return ""


def beyond(step: LadderStep, around: Around) -> bool:
    limits = around.limits
    if limits is None:
        return False
    return step.expected_suds > limits.suds_max or step.planned_s > limits.length_max_s


def _forward(
    ladder: Ladder, rows: Sequence[Practised], decided: Decisions, around: Around,
    step: LadderStep, told: Proposal,
) -> str:  # fmt: skip
    counted = [r for r in rows if r.step == step.id and r.session not in step.earlier]
    if any(r.hard and r.day == around.today for r in rows):
        return "today had a hard ending"
    if _held(ladder, decided, around, step):
        return "a therapist holds it"
    if beyond(step, around):
        return "the step itself is beyond what goes alone"
    if told.way is Way.ADVANCE:
        return _advance(ladder, counted, around, step, told)
    if told.way is Way.FADE:
        one_less = ORDER[ORDER.index(step.support) + 1 :][:1]
        if [told.support] != list(one_less) or around.child:
            return "not one less"
    elif step.support is not Support.OBSERVE and not around.child:
        return "without a screen before there is no help"
    return "" if any(_done(step, r) for r in counted) else "never done"


def _advance(
    ladder: Ladder, counted: list[Practised], around: Around, step: LadderStep, told: Proposal
) -> str:
    used = [s for s in ladder.steps if not s.put_away]
    after = used[used.index(step) + 1 :][:1]
    if [told.to] != [s.id for s in after]:
        return "not to the next step"
    if beyond(after[0], around):
        return "to a step beyond what goes alone"
    settings = {"".join(filter(str.isalnum, r.context.lower())) for r in counted if _done(step, r)}
    if len(settings - {""}) < 2:
        return "not done in two contexts"
    there = [r for r in counted if not r.away]  # far away nothing is learnt
    said = [p for r in there for p in (r.before_pct, r.after_pct) if p is not None]
    fell = bool(said) and (said[0] - said[-1] >= 30 or said[-1] <= 20)
    bad = (Came.PARTLY, Came.YES)
    borne = any(r.came in bad and r.coped is True and _done(step, r) for r in counted)
    return "" if fell or borne else "nothing was learnt of the fear"


def _less(own: list[Practised], decided: Decisions, step: LadderStep, told: Proposal) -> str:
    if sum(r.too_much or r.away for r in own if r.session not in step.earlier) < 2:
        return "not twice too much or far away"
    offered = any(a.step == step.id and a.way in LESS for a in decided.answers)
    if told.way is Way.STEP_BACK and not offered:
        return "a step back before less was offered"
    return ""


def _held(ladder: Ladder, decided: Decisions, around: Around, step: LadderStep) -> bool:
    used = [s.id for s in ladder.steps if not s.put_away]
    below = used[: used.index(step.id) + 1]
    return any(
        o.step in below and not o.lifted and o.day <= around.today <= o.until
        for o in decided.overrules
    )


def _done(step: LadderStep, row: Practised) -> bool:
    """Stayed as planned, no contact or checking beyond the plan, and there all the while."""
    whole = row.planned_s is not None and row.planned_s >= step.planned_s
    return whole and row.stayed is True and row.beyond_plan is False and not row.away
