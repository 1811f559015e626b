"""What comes next on a ladder: from what was practised to one proposal a step, with its reason.

Deterministic, and only a proposal. Going on asks for *done* in two contexts and for something
learnt (an expectancy that fell, is low, or came true and was borne; Craske et al. 2014). It never
asks that distress or heart rate fell. Less is offered before a step back; a therapist may turn
it towards less, and the person's no stands until there is new data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from biocoach.exposure.decided import LESS, Decisions, Overrule, Way
from biocoach.exposure.evidence import Evidence, evidence_of, rows_of, state_of
from biocoach.exposure.ladder import Ladder, LadderStep
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import Around, Proposal, id_of, overrule_fits, shorter_s, within
from biocoach.exposure.states import Standing, StepState, less_help, more_help
from biocoach.types import Support

NOTHING_NOW = ("fit_first", "ladder_waits")  # may_practise: nothing is proposed at all
RESTS = "rest_today"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """All that is asked about one step."""

    ladder: Ladder
    step: LadderStep
    rows: tuple[Practised, ...]
    found: Evidence
    state: StepState
    next_begun: bool
    decisions: Decisions
    around: Around


def proposals(
    ladder: Ladder, rows: Sequence[Practised], decisions: Decisions, around: Around
) -> dict[str, Proposal]:
    """By step. ``rows``: all that was practised, the oldest first; those of other ladders and of
    none are left out, and one that is not over yet."""
    rows = [row for row in rows if not row.open]
    if ladder.put_away or around.waits in NOTHING_NOW:
        return {}
    held: Overrule | None = None
    found: dict[str, Proposal] = {}
    for step in ladder.in_use:
        place = _place(ladder, step, rows, decisions, around)
        held = decisions.overrule_of(ladder.id, step.id, around.today) or held
        proposal = _resting(place) if _rests(rows, around) else _for(place, held)
        if proposal is not None:
            found[step.id] = replace(proposal, id=id_of(ladder, step, proposal))
    return found


# ---- one step


def _place(
    ladder: Ladder,
    step: LadderStep,
    rows: Sequence[Practised],
    decisions: Decisions,
    around: Around,
) -> _Place:
    own = rows_of(step, ladder.id, rows)
    after = ladder.after(step.id)
    return _Place(
        ladder=ladder,
        step=step,
        rows=own,
        found=evidence_of(step, own),
        state=state_of(step, own, around.settings),
        next_begun=after is not None and _begun(after, ladder, rows),
        decisions=decisions,
        around=around,
    )  # fmt: skip


def _begun(step: LadderStep, ladder: Ladder, rows: Sequence[Practised]) -> bool:
    return bool(evidence_of(step, rows_of(step, ladder.id, rows)).counted)


def _rests(rows: Sequence[Practised], around: Around) -> bool:
    hard = any(r.hard and r.day == around.today for r in rows)
    return around.waits == RESTS or (hard and not around.simulated)


def _resting(place: _Place) -> Proposal | None:
    """A hard ending means rest today; it is said at the step that it was on."""
    hard = [r.session for r in place.rows if r.hard and r.day == place.around.today]
    return Proposal(way=Way.REST, rule="hard_today", sessions=tuple(hard)) if hard else None


def _for(place: _Place, held: Overrule | None) -> Proposal | None:
    if not place.rows and held is None:
        return None
    of_therapist = _therapists(place, held)
    if of_therapist is not None:
        return of_therapist
    standing = place.decisions.standing(
        place.ladder.id, place.step.id, _ids(place.rows), held=held is not None
    )
    answered = standing in (Standing.ACCEPTED, Standing.DECLINED)
    less = None if answered else _less(place)
    if less is not None or not place.found.counted:
        return less
    forward = _forward(place)
    if forward is None:
        return _hold(place)
    if held is not None:
        return _held_back(held)
    return forward if standing is Standing.OPEN else None


def _therapists(place: _Place, held: Overrule | None) -> Proposal | None:
    """A therapist's word on this very step, until it was answered."""
    if held is None or held.step != place.step.id or held.way is Way.HOLD:
        return None
    if not overrule_fits(place.ladder, place.step, held.way, place.around.settings):
        return None
    before = place.ladder.before(place.step.id)
    if held.way is Way.STEP_BACK and before and not within(before, place.around.limits):
        return None
    proposal = replace(
        _as(place, held.way),
        rule="therapist",
        by=held.by,
        reason=held.reason,
        until=held.until,
        word=held.id,
    )
    answered = {a.proposal for a in place.decisions.answers_of(place.ladder.id, place.step.id)}
    name = id_of(place.ladder, place.step, proposal)
    return None if name in answered else proposal


def _held_back(held: Overrule) -> Proposal:
    return Proposal(
        way=Way.HOLD,
        rule="therapist",
        by=held.by,
        reason=held.reason,
        until=held.until,
        word=held.id,
    )


def _less(place: _Place) -> Proposal | None:
    """After two *too much* or far away: shorter, nearer or more support; and where those were
    offered already and it was so twice again, a step back."""
    answers = place.decisions.answers_of(place.ladder.id, place.step.id)
    less = {name for a in answers if a.way in LESS for name in a.seen}
    back = {name for a in answers if a.way is Way.STEP_BACK for name in a.seen}
    strained = place.found.strained
    fresh = [row for row in strained if row.session not in less | back]
    twice = place.around.settings.strain_twice
    offered = any(row.session in less for row in strained)
    if len(fresh) < twice:
        return None
    ways = _less_ways(place)
    before = place.ladder.before(place.step.id)
    may_go_back = offered and before is not None and within(before, place.around.limits)
    first = Way.STEP_BACK if may_go_back else ways[0]
    return replace(
        _as(place, first),
        rule="too_much_after_less" if offered else "too_much_twice",
        others=tuple(way for way in ways if way is not first),
        sessions=_ids(fresh),
        figures={
            "times": len(fresh),
            "too_much": sum(row.too_much for row in fresh),
            "away": sum(row.away for row in fresh),
        },
    )  # fmt: skip


def _less_ways(place: _Place) -> list[Way]:
    ways = []
    if shorter_s(place.step, place.around.limits, place.around.settings) is not None:
        ways.append(Way.SHORTER)
    ways.append(Way.NEARER)
    if more_help(place.step.support) is not None and not place.around.child:
        ways.append(Way.MORE_SUPPORT)
    return ways


def _as(place: _Place, way: Way) -> Proposal:
    """A proposal of less, with all that its ways would change."""
    before = place.ladder.before(place.step.id)
    return Proposal(
        way=way,
        rule="",
        to=before.id if before is not None and way is Way.STEP_BACK else "",
        planned_s=shorter_s(place.step, place.around.limits, place.around.settings),
        more_support=more_help(place.step.support),
    )


def _forward(place: _Place) -> Proposal | None:
    """One step up; else, on a step that is done, a little less help; else once without any."""
    step, found, around = place.step, place.found, place.around
    if not within(step, around.limits):
        return None
    up = place.ladder.after(step.id)
    if found.reached(around.settings) and up and not place.next_begun and within(up, around.limits):
        return Proposal(
            way=Way.ADVANCE,
            rule=found.why_learnt(around.settings),
            to=up.id,
            sessions=found.made_by(around.settings),
            figures=found.figures(),
        )
    if place.state is not StepState.DONE:
        return None
    if step.support is Support.OBSERVE or around.child:
        return Proposal(way=Way.BARE_REPEAT, rule="once_without", sessions=_ids(found.done))
    return _fade(place)


def _fade(place: _Place) -> Proposal | None:
    """Done with this much help, since it was last decided: a little less."""
    answers = place.decisions.answers_of(place.ladder.id, place.step.id)
    seen = {name for a in answers if a.yes for name in a.seen if a.way in (Way.FADE, *LESS)}
    with_it = [
        row
        for row in place.found.done
        if row.support is place.step.support and not row.bare and row.session not in seen
    ]
    if len(with_it) < place.around.settings.fade_done:
        return None
    return Proposal(
        way=Way.FADE,
        rule="done_with_support",
        support=less_help(place.step.support),
        sessions=_ids(with_it),
        figures={"done": len(with_it)},
    )


def _hold(place: _Place) -> Proposal | None:
    """Why it holds; nothing where all is said and done here."""
    found, limits = place.found, place.around.limits
    figures, sessions = found.figures(), _ids(found.counted)
    up = place.ladder.after(place.step.id)
    if not within(place.step, limits):
        return Proposal(way=Way.HOLD, rule="beyond_limits")
    if found.reached(place.around.settings):
        if up is not None and not within(up, limits):
            return Proposal(way=Way.HOLD, rule="next_beyond_limits", to=up.id)
        if place.state is StepState.MASTERED or up is not None:
            return None
        return Proposal(way=Way.HOLD, rule="last_step", sessions=sessions, figures=figures)
    return Proposal(way=Way.HOLD, rule=_missing(place), sessions=sessions, figures=figures)


def _missing(place: _Place) -> str:
    """What is not there yet, the first of it."""
    found, settings = place.found, place.around.settings
    if not found.done:
        return "not_done"
    if len(found.contexts) < settings.done_contexts:
        said = all(row.context.strip() for row in found.done)
        return "one_context" if said else "context_unknown"
    if found.latest_pct is None:
        return "expectancy_unknown" if found.coped is None else "not_coped"
    return "expectancy_high"


def _ids(rows: Sequence[Practised]) -> tuple[str, ...]:
    return tuple(row.session for row in rows)
