"""When the coach may speak (C6): a step's support policy, the budget of offers, the gates.

Pure. The rules of care live here in one place; nothing else makes an offer.
"""

from __future__ import annotations

from dataclasses import dataclass

from biocoach import gate
from biocoach.settings import CareSettings
from biocoach.types import (
    AgeBand,
    HeartState,
    Offer,
    OfferWithdrawn,
    Phase,
    Plan,
    Presence,
    Prior,
    Reply,
    Second,
    Silence,
    Support,
)

BREATHING = "slow-paced-4-6"
GROUNDING = "grounding-5-4-3-2-1"
ORIENTING = "orienting"
# Fit for somebody who is far away or numb. What a session decides must be the same at every
# replay, so that this is no look into the library; an id that is not here is not known to fit.
EYES_OPEN = (ORIENTING, GROUNDING)
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
class Situation:
    """What the coach knows at one second of an activation.

    ``suds`` was rated at ``rated_s``, while apart; None where nothing was rated there.
    """

    second: Second
    phase: Phase
    plan: Plan | None
    age: AgeBand
    activation: int
    onset_s: float
    alarm_s: float
    presence: Presence | None
    suds: int | None
    rated_s: float
    practising: bool


class Policy:
    """Remembers offers and snoozes; decides once a second while an activation lasts.

    An offer waits for its answer only as long as its data can be believed: it is withdrawn at
    the first second that would not have allowed it. It was seen, so that it stays counted; it
    was not answered, so that the same activation may be offered to again within the budget.
    """

    def __init__(self, care: CareSettings, prior: Prior = NO_PRIOR) -> None:
        """``prior``: the budget goes on from earlier sessions, whose offers lie before 0."""
        self._care = care
        self._offers_s = [-ago_s for ago_s in prior.offers_ago_s]
        self._snoozed_until_s = prior.snooze_left_s
        self._said: tuple[int, str] | None = None
        self._offered: set[int] = set()
        self._waiting: Offer | None = None
        self._breathing_is_next = True

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
        if now.activation in self._offered:
            return None
        because, why_not = self._because(now)
        why_not = why_not or self._gate(at_s, now)
        if why_not:
            if self._said == (now.activation, why_not):
                return None
            self._said = (now.activation, why_not)
            return Silence(at_s=at_s, because=why_not, activation=now.activation)
        self._offered.add(now.activation)
        self._offers_s.append(at_s)
        self._waiting = Offer(
            at_s=at_s, practice=self._practice(now), because=because, activation=now.activation
        )
        return self._waiting

    def over(self, at_s: float) -> OfferWithdrawn | None:
        """The activation is over, and with it an offer that waited."""
        return None if self._waiting is None else self._withdraw(at_s, "over")

    def lost(self, at_s: float) -> OfferWithdrawn | None:
        """The strap's link is lost: from now on its data are old, whatever the next second says."""
        return None if self._waiting is None else self._withdraw(at_s, "poor_signal")

    def _withdraw(self, at_s: float, because: str) -> OfferWithdrawn:
        assert self._waiting is not None  # the callers looked
        number, self._waiting = self._waiting.activation, None
        self._offered -= {number}
        return OfferWithdrawn(at_s=at_s, because=because, activation=number)

    def _no_longer(self, now: Situation) -> str:
        if now.phase is not Phase.APART:
            return "not_apart"
        return doubt(now.second, now.plan) or _unknown(now.second)

    def _because(self, now: Situation) -> tuple[str, str]:
        """Why the step's policy lets the coach speak now, or why it does not."""
        if now.plan is None or now.phase is not Phase.APART:
            return "", "not_apart"
        match now.plan.step.support:
            case Support.REGULATE:
                return "activation", ""
            case Support.DELAY:
                if self._rated_high(now):
                    return "rated_high", ""
                if now.second.at_s - now.alarm_s >= self._care.delay_s:
                    return "after_minutes", ""
                return "", "delay"
            case Support.ASK:
                return "", "ask"
            case Support.OBSERVE:
                return "", "observe"

    def _rated_high(self, now: Situation) -> bool:
        """The last rating made while apart is high, and it is of this activation.

        It is so when it was said since the onset, however long that lasts, or at most
        ``delay_suds_fresh_s`` ago: distress may be felt before the strap shows it. An older
        rating, or one from before they left, is of something else.
        """
        if now.suds is None or now.suds < self._care.delay_suds:
            return False
        fresh = now.second.at_s - now.rated_s <= self._care.delay_suds_fresh_s
        return fresh or now.rated_s >= now.onset_s

    def _gate(self, at_s: float, now: Situation) -> str:
        """The reasons that hold in every policy: the signal, the person, the budget."""
        why = doubt(now.second, now.plan) or _unknown(now.second)
        if why:
            return why
        if now.second.state is HeartState.RECOVERING:
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

    def _practice(self, now: Situation) -> str:
        """Breathing and grounding in turn, breathing first; eyes open when far away."""
        if now.presence in AWAY:
            return ORIENTING
        breathing, self._breathing_is_next = self._breathing_is_next, not self._breathing_is_next
        return BREATHING if breathing else GROUNDING

    def orient(self, at_s: float, because: str) -> Offer:
        """Eyes-open orienting, in any policy; the person said so, hence no budget.

        It takes the place of an offer that waited."""
        self._waiting = None
        return Offer(at_s=at_s, practice=ORIENTING, because=because, asked=True)


def _unknown(second: Second) -> str:
    """While an activation lasts its heart is activated or on its way back; or nobody knows."""
    known = second.state in (HeartState.ACTIVATED, HeartState.RECOVERING)
    return "" if known else "unknown"
