"""When the coach may speak (C6): a step's support policy, the budget of offers, the gates.

Pure. The rules of care live here in one place; nothing else makes an offer.
"""

from __future__ import annotations

from dataclasses import dataclass

from biocoach.settings import CareSettings
from biocoach.types import (
    AgeBand,
    HeartState,
    Movement,
    Offer,
    Phase,
    Plan,
    Presence,
    Quality,
    Reply,
    Second,
    Silence,
    Support,
)

BREATHING = "slow-paced-4-6"
GROUNDING = "grounding-5-4-3-2-1"
ORIENTING = "orienting"
HOUR_S = 3600.0


def movement_known(second: Second) -> bool:
    """Not so where the strap has an accelerometer whose last word is stale."""
    return second.movement is Movement.UNVERIFIED or second.movement_mg is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the coach knows at one second of an activation."""

    second: Second
    phase: Phase
    plan: Plan | None
    age: AgeBand
    activation: int
    alarm_s: float
    presence: Presence | None
    suds: int | None
    practising: bool


class Policy:
    """Remembers offers and snoozes; decides once a second while an activation lasts."""

    def __init__(self, care: CareSettings) -> None:
        self._care = care
        self._offers_s: list[float] = []
        self._snoozed_until_s = 0.0
        self._said: tuple[int, str] | None = None
        self._answered: set[int] = set()

    def reply(self, at_s: float, reply: Reply) -> None:
        if reply is Reply.SNOOZE:
            self._snoozed_until_s = at_s + self._care.snooze_s

    def decide(self, at_s: float, now: Situation) -> Offer | Silence | None:
        """An offer, a silence with a new reason, or nothing new."""
        if now.activation in self._answered:
            return None
        because, why_not = self._because(now)
        why_not = why_not or self._gate(at_s, now)
        if why_not:
            if self._said == (now.activation, why_not):
                return None
            self._said = (now.activation, why_not)
            return Silence(at_s=at_s, because=why_not, activation=now.activation)
        self._answered.add(now.activation)
        self._offers_s.append(at_s)
        return Offer(
            at_s=at_s, practice=self._practice(now), because=because, activation=now.activation
        )

    def _because(self, now: Situation) -> tuple[str, str]:
        """Why the step's policy lets the coach speak now, or why it does not."""
        if now.plan is None or now.phase is not Phase.APART:
            return "", "not_apart"
        match now.plan.step.support:
            case Support.REGULATE:
                return "activation", ""
            case Support.DELAY:
                if now.suds is not None and now.suds >= self._care.delay_suds:
                    return "rated_high", ""
                if now.second.at_s - now.alarm_s >= self._care.delay_s:
                    return "after_minutes", ""
                return "", "delay"
            case Support.ASK:
                return "", "ask"
            case Support.OBSERVE:
                return "", "observe"

    def _gate(self, at_s: float, now: Situation) -> str:
        """The reasons that hold in every policy: the signal, the person, the budget."""
        second, plan = now.second, now.plan
        if second.quality is Quality.POOR or second.hr_bpm is None:
            return "poor_signal"
        if second.state not in (HeartState.ACTIVATED, HeartState.RECOVERING):
            return "unknown"
        if second.state is HeartState.RECOVERING:
            return "on_its_way_back"
        if second.movement is Movement.MOVING:
            return "moving"
        if not movement_known(second):
            return "no_motion"
        if second.movement is Movement.UNVERIFIED and not (plan and plan.sits_still):
            return "movement_unverified"
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
        """Breathing first, grounding when breathing was offered last; eyes open when far away."""
        if now.presence in (Presence.FAR_AWAY, Presence.NUMB):
            return ORIENTING
        return BREATHING if len(self._offers_s) % 2 else GROUNDING

    def orient(self, at_s: float, because: str) -> Offer:
        """Eyes-open orienting, in any policy; the person said so, hence no budget."""
        return Offer(at_s=at_s, practice=ORIENTING, because=because, asked=True)
