"""The rules of care about offers and practices, written down a second time, from the design.

Nothing here asks the coach what it thinks: the watch keeps its own account of what was said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from biocoach.settings import CareSettings
from biocoach.types import (
    Activation,
    ActivationOver,
    AgeBand,
    HeartState,
    Movement,
    Offer,
    OfferWithdrawn,
    Output,
    Phase,
    Plan,
    PracticeEnded,
    PracticeFacts,
    PracticeLog,
    PracticeMoment,
    Presence,
    Prior,
    Quality,
    Question,
    Rating,
    Refused,
    Repertoire,
    Reply,
    Second,
    Silence,
    Support,
)

AWAY = (Presence.FAR_AWAY, Presence.NUMB)
ORIENTING = "orienting"
OWN_WORD = ("too_much", "end_gently")  # questions that answer a word of the person


@dataclass(slots=True)
class Watch:
    care: CareSettings
    prior: Prior
    age: AgeBand
    broken: list[str] = field(default_factory=list)
    offers: int = 0
    silences: int = 0
    begun: int = 0
    _practices: dict[str, PracticeFacts] = field(default_factory=dict)
    _at: list[float] = field(default_factory=list)
    _snoozed_until_s: float = 0.0
    _activation: Activation | None = None
    _explained: set[int] = field(default_factory=set)
    _presence: Presence | None = None
    _felt: tuple[float, int] = (-math.inf, 0)  # when rated, and what, at any time
    _apart: tuple[float, int] = (-math.inf, 0)  # the same, while apart
    _too_much_s: float = -math.inf
    _running: str = ""
    _begun: PracticeFacts | None = None  # as it was when it began: those steps are on the page
    _waiting: Offer | None = None

    def __post_init__(self) -> None:
        self._at = [-ago_s for ago_s in self.prior.offers_ago_s]
        self._snoozed_until_s = self.prior.snooze_left_s

    def told(self, repertoire: Repertoire) -> None:
        self._practices = {facts.id: facts for facts in repertoire.practices}

    # ---- words

    def rating(
        self, at_s: float, rating: Rating, phase: Phase, said: Sequence[Output],
        running: PracticeLog | None,
    ) -> None:  # fmt: skip
        if rating.suds is not None:
            self._felt = (at_s, rating.suds)
            apart = phase is Phase.APART
            self._apart = (at_s, rating.suds) if apart else (-math.inf, 0)
        self._presence = rating.presence or self._presence
        self._ended(said)
        asked = [o for o in said if isinstance(o, Offer)]
        self._must(bool(asked) is (rating.presence in AWAY), "orienting is for far away or numb")
        self._asked(asked)
        if rating.presence in AWAY:
            self._must(self._eyes_open(), "closed eyes go on while far away")
        self._same(running)

    def too_much(self, at_s: float, said: Sequence[Output]) -> None:
        asked = [o for o in said if isinstance(o, Offer)]
        self._must(len(asked) == 1, f"too much at {at_s} brings one orienting")
        self._asked(asked)
        self._too_much_s = at_s
        self._ended(said)
        self._must(self._eyes_open(), "closed eyes go on after too much")

    def _asked(self, offers: Sequence[Offer]) -> None:
        for offer in offers:
            self._must(offer.asked and offer.practice == ORIENTING, "only orienting answers a word")
            self._waiting = None

    def reply(self, at_s: float, reply: Reply) -> None:
        self._waiting = None
        if reply is Reply.SNOOZE:
            self._snoozed_until_s = at_s + self.care.snooze_s

    def lost(self, said: Sequence[Output]) -> None:
        gone = any(isinstance(o, OfferWithdrawn) for o in said)
        self._must(gone is (self._waiting is not None), "an offer goes with the link")
        self._waiting = None

    def log(
        self, at_s: float, log: PracticeLog, phase: Phase, plan: Plan | None,
        said: Sequence[Output], running: PracticeLog | None,
    ) -> None:  # fmt: skip
        refused = any(isinstance(o, Refused) for o in said)
        if log.moment is PracticeMoment.STARTED and not refused:
            self.begun += 1
            facts = self._practices.get(log.practice)
            shut = log.practice != ORIENTING and (facts is None or facts.closed != "")
            why = "closed" if shut else self._unfit(facts, at_s, phase, plan)
            self._must(not why, f"{log.practice} began at {at_s}: {why}")
            self._running, self._begun, self._waiting = log.practice, facts, None
        elif log.moment is PracticeMoment.MOVED:
            self._must(refused is (self._running != log.practice), "moved without running")
            self._waiting = self._waiting if refused else None
        elif log.moment is not PracticeMoment.STARTED:
            self._must(not refused, "nobody is kept in a practice")
            self._running = "" if self._running == log.practice else self._running
        self._same(running)

    # ---- seconds

    def second(
        self, second: Second, phase: Phase, plan: Plan | None, heard: Sequence[Output],
        said: Sequence[Output], running: PracticeLog | None,
    ) -> None:  # fmt: skip
        self._heard(heard, said)
        self._ended(said)
        for output in said:
            if isinstance(output, OfferWithdrawn):
                self._waiting = None
            elif isinstance(output, Offer):
                self._offer(output, second, phase, plan)
            elif isinstance(output, Silence):
                self.silences += 1
                self._must(bool(output.because), "a silence without a reason")
                self._explained.add(output.activation or 0)
            elif isinstance(output, Question):
                self._question(output, second, phase, plan)
        if self._waiting is not None:
            self._must(not _doubt(second, plan), "an offer outlives its data")
            self._must(phase is Phase.APART, "an offer outlives being apart")
        withdrawn = any(isinstance(o, OfferWithdrawn) for o in said)  # the next second says more
        if self._activation is not None and not withdrawn:
            self._must(self._activation.number in self._explained, "neither offer nor silence")
        if self._running:
            why = self._unfit(self._begun, second.at_s, phase, plan)
            self._must(not why, f"{self._running} goes on: {why}")
            now = self._practices.get(self._running)
            harms = now is not None and now.closed == "not_for_me"
            self._must(not harms, f"{self._running} goes on: it is not for this person")
        self._same(running)

    def _heard(self, heard: Sequence[Output], said: Sequence[Output]) -> None:
        for output in heard:
            if isinstance(output, Activation):
                self._activation = output
            elif isinstance(output, ActivationOver):
                waits = self._waiting is not None and self._waiting.activation is not None
                gone = any(isinstance(o, OfferWithdrawn) for o in said)
                self._must(gone or not waits, "an offer outlives its activation")
                self._activation = None

    def _offer(self, offer: Offer, second: Second, phase: Phase, plan: Plan | None) -> None:
        self.offers += 1
        at_s = offer.at_s
        self._must(not offer.asked, "a second is no word of the person")
        self._must(phase is Phase.APART and plan is not None, "offered when not apart")
        self._must(not _doubt(second, plan), f"offered from {_doubt(second, plan)} data")
        self._must(self.age is not AgeBand.CHILD, "offered to a child")
        self._must(not self._running, "offered while practising")
        self._must(at_s >= self._snoozed_until_s, "offered while snoozed")
        self._must(all(at_s - t >= self.care.offer_gap_s for t in self._at), "two in ten minutes")
        hour = [t for t in self._at if at_s - t < 3600]
        self._must(len(hour) < self.care.offers_per_hour, "a fourth in an hour")
        if plan is not None:
            self._occasion(offer, second, plan)
        self._practice(offer, second, phase)
        self._at.append(at_s)
        self._explained.add(offer.activation or 0)
        self._waiting = offer

    def _occasion(self, offer: Offer, second: Second, plan: Plan) -> None:
        step, found = plan.step, self._activation
        since_s = found.onset_s if found is not None else math.inf
        own = step.delay_suds if step.support is Support.DELAY else None
        rated_s, suds = self._apart
        of_now = offer.at_s - rated_s <= self.care.delay_suds_fresh_s or rated_s >= since_s
        high = suds >= (self.care.delay_suds if own is None else own) and of_now
        self._must(found is not None or high, "offered for nothing")
        if found is not None:
            known = second.state in (HeartState.ACTIVATED, HeartState.RECOVERING)
            self._must(known, "offered for a heart that is not known")
            back = second.state is HeartState.RECOVERING
            self._must(high or not back, "offered on the way back")
        self._must(step.support in (Support.REGULATE, Support.DELAY), "offered against the policy")
        if step.support is Support.DELAY and not high and found is not None:
            delay_s = self.care.delay_s if step.delay_s is None else step.delay_s
            self._must(second.at_s - found.alarm_s >= delay_s, "offered before its time")

    def _practice(self, offer: Offer, second: Second, phase: Phase) -> None:
        if self._presence in AWAY:
            self._must(offer.practice == ORIENTING, "far away: orienting and nothing else")
            return
        facts = self._practices.get(offer.practice)
        self._must(facts is not None, "offered what is not there")
        if facts is None:
            return
        self._must(facts.rank > 0, "offered what is never offered")
        self._must(facts.id == ORIENTING or not facts.closed, "offered what is closed")
        self._must(facts.id == ORIENTING or not facts.strains, "a strained breath in panic")
        self._must(phase in facts.phases, "offered in a phase that it is not for")
        self._must(not facts.good_signal or second.quality is Quality.GOOD, "needs a good signal")
        if offer.activation is not None:
            fits = second.state in facts.states or second.state is HeartState.RECOVERING
            self._must(fits, "offered in a state that it is not for")

    def _question(self, asked: Question, second: Second, phase: Phase, plan: Plan | None) -> None:
        if asked.kind in OWN_WORD:
            self._must(False, "a question without a word")
        if plan is not None and plan.step.support is Support.OBSERVE:
            self._must(False, "a question on a still screen")
        if asked.kind == "settled":
            self._must(phase is Phase.APART and not _doubt(second, plan), "settled, from bad data")

    # ---- both

    def _ended(self, said: Sequence[Output]) -> None:
        for output in said:
            if isinstance(output, PracticeEnded):
                self._must(output.practice == self._running, "ended what did not run")
                self._running = ""

    def _unfit(
        self, facts: PracticeFacts | None, at_s: float, phase: Phase, plan: Plan | None
    ) -> str:
        """Why it may not run now, by the rules of care."""
        if facts is None or facts.id == ORIENTING:
            return ""
        if phase is Phase.APART and plan is not None and plan.step.support is Support.OBSERVE:
            return "the screen is still"
        if self._presence in AWAY and not facts.eyes_open:
            return "far away"
        rated_s, suds = self._felt
        fresh_s = self.care.delay_suds_fresh_s
        high = suds >= self.care.delay_suds and at_s - rated_s <= fresh_s
        panic = high or at_s - self._too_much_s <= fresh_s or self._activation is not None
        return "panic" if facts.strains and panic else ""

    def _eyes_open(self) -> bool:
        facts = self._begun
        return self._running in ("", ORIENTING) or facts is None or facts.eyes_open

    def _same(self, running: PracticeLog | None) -> None:
        here = "" if running is None else running.practice
        self._must(here == self._running, f"{here!r} runs, not {self._running!r}")

    def _must(self, holds: bool, rule: str) -> None:
        if not holds:
            self.broken.append(rule)


def _doubt(second: Second, plan: Plan | None) -> str:
    if second.hr_bpm is None or math.isnan(second.hr_bpm) or second.quality is Quality.POOR:
        return "poor"
    if second.movement is Movement.MOVING:
        return "moving"
    if second.movement is Movement.STILL:
        return "stale" if second.movement_mg is None else ""
    return "" if plan is not None and plan.sits_still else "unverified"
