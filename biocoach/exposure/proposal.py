"""A proposal for a step of a ladder, and what bounds it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from biocoach.exposure.decided import ASKING, Way
from biocoach.exposure.ladder import Ladder, LadderStep, with_step
from biocoach.exposure.states import more_help
from biocoach.settings import LADDER, LadderSettings
from biocoach.types import Support

Json = dict[str, Any]
# Which rules speak; the page has words for each.
RULES = (
    "expectancy_fell",
    "expectancy_low",
    "came_and_coped",
    "not_done",
    "one_context",
    "context_unknown",
    "expectancy_unknown",
    "expectancy_high",
    "not_coped",
    "beyond_limits",
    "next_beyond_limits",
    "last_step",
    "too_much_twice",
    "too_much_after_less",
    "done_with_support",
    "once_without",
    "hard_today",
    "therapist",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What goes without a therapist."""

    suds_max: int
    length_max_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """``today``: the local date. ``limits`` None: with a therapist. ``waits``: why practising apart
    can't begin today, as ``may_practise`` says. ``child``: under 13; nothing is offered to them in
    a session, so there is no support to fade. ``simulated``: a story, in which no rest is owed."""

    today: str
    limits: Limits | None = None
    waits: str = ""
    child: bool = False
    simulated: bool = False
    settings: LadderSettings = LADDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """``rule``: which rule speaks. ``sessions``, ``figures``: the data that made it. ``others``:
    ways that may be taken instead. ``to``: the step it leads to, in this ladder. ``by``,
    ``reason``, ``until``, ``word``: of a therapist's word, the last its id."""

    way: Way
    rule: str
    sessions: tuple[str, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)
    others: tuple[Way, ...] = ()
    to: str = ""
    planned_s: float | None = None
    support: Support | None = None
    more_support: Support | None = None
    by: str = ""
    reason: str = ""
    until: str = ""
    word: str = ""
    id: str = ""

    @property
    def asks(self) -> bool:
        """It waits for a yes or a no."""
        return self.way in ASKING

    def told(self, ladder: Ladder) -> Json:
        to = ladder.step(self.to)
        return asdict(self) | {"asks": self.asks, "to_title": to.title if to else ""}


def overrule_fits(ladder: Ladder, step: LadderStep, way: Way, limits: LadderSettings) -> bool:
    """Whether a therapist's word of this kind changes anything here."""
    if way is Way.SHORTER:
        return shorter_s(step, None, limits) is not None
    if way is Way.MORE_SUPPORT:
        return more_help(step.support) is not None
    return way in (Way.HOLD, Way.NEARER) or (
        way is Way.STEP_BACK and ladder.before(step.id) is not None
    )


def shorter_s(step: LadderStep, limits: Limits | None, settings: LadderSettings) -> float | None:
    """Half as long, in whole minutes; None where it is as short as a plan can be."""
    half_s = step.planned_s * settings.shorter_share // 60 * 60
    bounded_s = half_s if limits is None else min(half_s, limits.length_max_s)
    found_s = max(settings.shortest_s, bounded_s)
    return found_s if found_s < step.planned_s else None


def within(step: LadderStep, limits: Limits | None) -> bool:
    return limits is None or (
        step.expected_suds <= limits.suds_max and step.planned_s <= limits.length_max_s
    )


def taken(ladder: Ladder, name: str, proposal: Proposal, way: Way) -> Ladder:
    """The ladder after a yes; only length and help are changed for the person."""
    step = ladder.step(name)
    if step is None:
        return ladder
    if way is Way.SHORTER and proposal.planned_s is not None:
        return with_step(ladder, replace(step, planned_s=proposal.planned_s))
    if way is Way.MORE_SUPPORT and proposal.more_support is not None:
        return with_step(ladder, replace(step, support=proposal.more_support))
    if way is Way.FADE and proposal.support is not None:
        return with_step(ladder, replace(step, support=proposal.support))
    return ladder


def id_of(ladder: Ladder, step: LadderStep, proposal: Proposal) -> str:
    """The same for the same proposal from the same data: a yes is to what was read. A therapist's
    word is one, whatever the step is by now."""
    said: tuple[object, ...] = (proposal.word,)
    if not proposal.word:
        said = (proposal.to, proposal.planned_s, proposal.support, proposal.more_support)
    told = (ladder.id, step.id, proposal.way, proposal.rule, *said, *proposal.sessions)
    return hashlib.sha256("\0".join(map(str, told)).encode()).hexdigest()[:16]
