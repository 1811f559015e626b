"""When the coach may speak (C6): a step's support policy, the budget of offers, the gates.

Pure. The rules of care live here in one place; nothing else makes an offer, and nothing else
says whether a practice may begin or go on.
"""

from __future__ import annotations

from dataclasses import dataclass

from biocoach import gate
from biocoach.coach.choice import ORIENTING, Chooser
from biocoach.settings import CareSettings
from biocoach.types import (
    AgeBand,
    HeartState,
    Offer,
    OfferWithdrawn,
    Phase,
    Plan,
    PracticeFacts,
    Presence,
    Prior,
    Quality,
    Reply,
    Second,
    Silence,
    Support,
)

AWAY = (Presence.FAR_AWAY, Presence.NUMB)
HOUR_S = 3600.0
NO_PRIOR = Prior()


def doubt(second: Second, plan: Plan | None) -> str:
    """Why no prompt may come from this second; "" where it can be believed.

    The signal's gate, and one word more: whoever planned to sit still is believed without an
    accelerometer.
    """
    found = gate.doubt(
        hr_bpm=second.hr_bpm,
        quality=second.quality,
        movement=second.movement,
        movement_mg=second.movement_mg,
    )
    if found.of_heart:
        return gate.Doubt.POOR.value
    sits = plan is not None and plan.sits_still
    return "" if found is gate.Doubt.UNVERIFIED and sits else found.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides whether a practice may begin, or go on. ``panic``: the heart is activated, or
    high distress was rated, or *too much* said, lately."""

    phase: Phase
    plan: Plan | None
    presence: Presence | None
    panic: bool


def may_begin(facts: PracticeFacts, now: Standing) -> str:
    """Why not, as a code; "" where it may. Orienting with open eyes may always."""
    if facts.id == ORIENTING:
        return ""
    return "closed" if facts.closed else may_go_on(facts, now)


def may_go_on(facts: PracticeFacts, now: Standing) -> str:
    """The same of one under way: what was only closed meanwhile goes on, by these rules still."""
    if facts.id == ORIENTING:
        return ""
    if now.phase is Phase.APART and now.plan and now.plan.step.support is Support.OBSERVE:
        return "still_screen"
    if now.presence in AWAY and not facts.eyes_open:
        return "eyes_open_only"
    return "not_in_panic" if facts.strains and now.panic else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the coach knows at one second of an activation, or after a rating of high distress.

    ``activation`` None: the heart shows none. ``suds`` was rated at ``rated_s``, while apart; None
    where nothing was rated there.
    """

    second: Second
    phase: Phase
    plan: Plan | None
    age: AgeBand
    activation: int | None
    onset_s: float
    alarm_s: float
    presence: Presence | None
    suds: int | None
    rated_s: float
    practising: bool

    @property
    def occasion(self) -> tuple[int, float]:
        """What an offer would be for: it is made once for each."""
        return (0, self.rated_s) if self.activation is None else (self.activation, 0.0)


def rated_high(now: Situation, care: CareSettings) -> bool:
    """The last rating made while apart is high, and it is of now.

    It is so when it was said since the onset, however long that lasts, or at most
    ``delay_suds_fresh_s`` ago: distress may be felt before the strap shows it, or without. An
    older rating, or one from before they left, is of something else.
    """
    step = now.plan.step if now.plan else None
    own = step.delay_suds if step and step.support is Support.DELAY else None
    if now.suds is None or now.suds < (care.delay_suds if own is None else own):
        return False
    fresh = now.second.at_s - now.rated_s <= care.delay_suds_fresh_s
    return fresh or (now.activation is not None and now.rated_s >= now.onset_s)


class Policy:
    """Remembers offers and snoozes; decides once a second while there is an occasion.

    An offer waits for its answer only as long as its data can be believed: it is withdrawn at
    the first second that would not have allowed it. It was seen, so that it stays counted; it
    was not answered, so that the same occasion may be offered to again within the budget.
    """

    def __init__(self, care: CareSettings, prior: Prior = NO_PRIOR, seed: int = 0) -> None:
        """``prior``: the budget goes on from earlier sessions, whose offers lie before 0."""
        self._care = care
        self.chooser = Chooser(seed)
        self._offers_s = [-ago_s for ago_s in prior.offers_ago_s]
        self._snoozed_until_s = prior.snooze_left_s
        self._said: tuple[tuple[int, float], str] | None = None
        self._offered: set[tuple[int, float]] = set()
        self._waiting: Offer | None = None
        self._waits_for: set[tuple[int, float]] = set()

    @property
    def waits(self) -> bool:
        return self._waiting is not None

    def reply(self, at_s: float, reply: Reply) -> None:
        self._waiting = None
        if reply is Reply.SNOOZE:
            self._snoozed_until_s = at_s + self._care.snooze_s

    def practised(self) -> None:
        """A practice began: the offer that waited is answered, whichever practice it is."""
        self._waiting = None

    def decide(self, at_s: float, now: Situation) -> Offer | OfferWithdrawn | Silence | None:
        """An offer, its end, a silence with a new reason, or nothing new."""
        if self._waiting is not None and (why := self._no_longer(now)):
            return self._withdraw(at_s, why)
        if now.occasion in self._offered:
            return None
        because, why_not = self._because(now)
        why_not = why_not or self._gate(at_s, now, because)
        fitting = [] if why_not else self._fitting(now)
        if not fitting:
            return self._silence(at_s, now, why_not or "nothing_fits")
        return self._offer(at_s, now, because, fitting)

    def _offer(
        self, at_s: float, now: Situation, because: str, fitting: list[PracticeFacts]
    ) -> Offer:
        both = {now.occasion, (0, now.rated_s)}  # and for what was rated by now
        self._waits_for = both - self._offered  # what was answered before stays so
        self._offered |= self._waits_for
        self._offers_s.append(at_s)
        practice, how = ORIENTING, ""
        if now.presence not in AWAY:
            chosen = self.chooser.pick(fitting)
            practice, how = chosen.practice, chosen.how
        self._waiting = Offer(
            at_s=at_s, practice=practice, because=because, activation=now.activation, chosen=how
        )
        return self._waiting

    def _silence(self, at_s: float, now: Situation, why_not: str) -> Silence | None:
        if self._said == (now.occasion, why_not):
            return None
        self._said = (now.occasion, why_not)
        return Silence(at_s=at_s, because=why_not, activation=now.activation)

    def over(self, at_s: float) -> OfferWithdrawn | None:
        """The activation is over, and with it an offer that waited for it."""
        waits = self._waiting is not None and self._waiting.activation is not None
        return self._withdraw(at_s, "over") if waits else None

    def lost(self, at_s: float) -> OfferWithdrawn | None:
        """The strap's link is lost: from now on its data are old, whatever the next second says."""
        return None if self._waiting is None else self._withdraw(at_s, "poor_signal")

    def _withdraw(self, at_s: float, because: str) -> OfferWithdrawn:
        assert self._waiting is not None  # the callers looked
        number, self._waiting = self._waiting.activation, None
        self._offered -= self._waits_for
        return OfferWithdrawn(at_s=at_s, because=because, activation=number)

    def _no_longer(self, now: Situation) -> str:
        assert self._waiting is not None  # the caller looked
        if now.phase is not Phase.APART:
            return "not_apart"
        why = doubt(now.second, now.plan)
        if self._waiting.activation is not None:
            return why or _unknown(now.second)
        return why or ("" if rated_high(now, self._care) else "over")

    def _because(self, now: Situation) -> tuple[str, str]:
        """Why the step's policy lets the coach speak now, or why it does not."""
        if now.plan is None or now.phase is not Phase.APART:
            return "", "not_apart"
        step, high = now.plan.step, rated_high(now, self._care)
        match step.support:
            case Support.REGULATE | Support.DELAY if high:
                return "rated_high", ""
            case Support.REGULATE:
                return "activation", ""
            case Support.DELAY:
                delay_s = self._care.delay_s if step.delay_s is None else step.delay_s
                if now.activation is not None and now.second.at_s - now.alarm_s >= delay_s:
                    return "after_minutes", ""
                return "", "delay"
            case Support.ASK:
                return "", "ask"
            case Support.OBSERVE:
                return "", "observe"

    def _gate(self, at_s: float, now: Situation, because: str) -> str:
        """The reasons that hold in every policy: the signal, the person, the budget."""
        why = doubt(now.second, now.plan)
        if not why and now.activation is not None:
            why = _unknown(now.second)
        if why:
            return why
        if now.second.state is HeartState.RECOVERING and because != "rated_high":
            return "on_its_way_back"
        if now.age is AgeBand.CHILD:
            return "child"
        if now.practising:
            return "practising"
        return self._budget(at_s)

    def _budget(self, at_s: float) -> str:
        if at_s < self._snoozed_until_s:
            return "snoozed"
        if self._offers_s and at_s - self._offers_s[-1] < self._care.offer_gap_s:
            return "offered_lately"
        recent = [t for t in self._offers_s if at_s - t < HOUR_S]
        return "enough_this_hour" if len(recent) >= self._care.offers_per_hour else ""

    def _fitting(self, now: Situation) -> list[PracticeFacts]:
        """What may be offered: in an activation, or at high distress, nothing that strains."""
        stands = Standing(phase=now.phase, plan=now.plan, presence=now.presence, panic=True)
        known = self.chooser.practices
        if now.presence in AWAY:
            return [PracticeFacts(id=ORIENTING, eyes_open=True)]
        return [f for f in known if f.rank and not may_begin(f, stands) and _fits(f, now)]

    def orient(self, at_s: float, because: str) -> Offer:
        """Eyes-open orienting, in any policy; the person said so, hence no budget.

        It takes the place of an offer that waited."""
        self._waiting = None
        return Offer(at_s=at_s, practice=ORIENTING, because=because, asked=True)


def _fits(facts: PracticeFacts, now: Situation) -> bool:
    """Its own word on when. After a rating the heart is not asked: the person's word wins."""
    if now.phase not in facts.phases:
        return False
    if facts.good_signal and now.second.quality is not Quality.GOOD:
        return False
    return now.activation is None or now.second.state in {*facts.states, HeartState.RECOVERING}


def _unknown(second: Second) -> str:
    """While an activation lasts its heart is activated or on its way back; or nobody knows."""
    known = second.state in (HeartState.ACTIVATED, HeartState.RECOVERING)
    return "" if known else "unknown"
