"""The promise of the gate: nothing is said from data that is old, moving, poor or unknown.

A life is a session from its quiet minutes on, through the real sequencer, signal, gate, coach and
the page's slices. The strap sends what straps send, seconds apart, and all kinds of trouble come:
silence, losses, movement, late heaps, a computer that sleeps. The budget of offers and the wait
between two are taken away, so that nearly every good second would bring one; ``stale_watch`` knows
by itself which seconds are good, and the campaign ``offers`` keeps the budget.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

from biocoach.clock import StoryClock
from biocoach.running import Running, Step
from biocoach.settings import BaselineSettings, CareSettings, Settings
from biocoach.types import (
    AgeBand,
    Begin,
    Contact,
    Fit,
    HeartState,
    Input,
    InputBody,
    Link,
    Mark,
    MarkKind,
    Offer,
    OfferReply,
    Phase,
    Plan,
    PracticeFacts,
    Rating,
    Reading,
    Repertoire,
    Reply,
    Support,
)
from biocoach.types import Step as LadderStep
from dashboard.live import Live
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.stale_watch import Watch
from tests.strategies import motion, reading

_PIECE = 10_000
SETTINGS = replace(
    Settings(),
    care=CareSettings(offer_gap_s=3.0, offers_per_hour=100_000),
    baseline=BaselineSettings(length_s=70.0, drop_s=10.0),
)
QUIET_S = 75
LIFE_S = 800  # states of one life
START = datetime(2026, 1, 31, 9, tzinfo=UTC)
TROUBLES = {  # by how often; after a movement nothing may be said for 90 s
    "silent": 4, "no_rr": 3, "absurd": 3, "lost": 3, "contact": 3, "flat": 3, "ectopic": 3,
    "moving": 1, "no_frames": 3, "all_silent": 4, "late": 3, "sleep": 3,
}  # fmt: skip
PRACTICE = PracticeFacts(
    id="slow-paced-4-6", rank=1, eyes_open=True, strains=False, own=False, phases=tuple(Phase),
    states=tuple(HeartState), good_signal=False, closed="", quickness=None,
)  # fmt: skip
FACTS: dict[str, InputBody] = {
    "begin": Begin(
        seed=1, settings_hash="", fit=Fit(with_therapist=True, age=AgeBand.ADULT), simulated=True
    ),
    "told": Repertoire(practices=(PRACTICE, replace(PRACTICE, id="orienting", rank=2))),
    "plan": Plan(
        step=LadderStep(id="a", title="a", support=Support.REGULATE), planned_s=3600.0,
        sits_still=True,
    ),
}  # fmt: skip


class Life:
    def __init__(self, dice: random.Random, settings: Settings, troubles: dict[str, int]) -> None:
        self.dice = dice
        self.troubles = troubles
        self.clock = StoryClock(START)
        self.running = Running(
            id="s", person="me", writer="t", settings=settings,
            start_clock_s=self.clock.now_s(), started=START,
        )  # fmt: skip
        self.live = Live(self.running, strap={"link": "up", "reason": "", "lacks": []})
        self.watch = Watch()
        self.states = 0
        self.slept = 0
        self.trouble, self.trouble_ends_s = "", 0.0
        self.held: list[InputBody] = []  # on its way, late
        self.beat_s, self.rate_bpm, self.flips = 0.0, 64.0, False

    def live_through(self, count: int) -> list[str]:
        for word in (FACTS["begin"], FACTS["told"], FACTS["plan"], Mark(kind=MarkKind.BASELINE)):
            self._arrives(word)
        while self.states < count:
            if self.states == QUIET_S:
                self._arrives(Mark(kind=MarkKind.APART))
            self._second()
        return self.watch.broken

    # ---- one second

    def _second(self) -> None:
        self.states += 1
        before_s = self.clock.now_s()
        self._goes()
        slept_s = 0.0
        if self.trouble == "sleep":
            self.trouble, self.slept = "", self.slept + 1
            slept_s = self.dice.choice([4.0, 7.0, 60.0, 900.0, 7000.0])
        self.clock.pass_s(1.0 + slept_s)
        now_s = self.clock.now_s()
        steps = self.running.pass_time(now_s, self.clock)
        self._told(steps)
        self.beat_s = max(self.beat_s, before_s + slept_s)
        self._sends(now_s)
        if self.states > QUIET_S:
            self._says()
        self._page()

    def _goes(self) -> None:
        """The heart rises and falls; troubles come and pass."""
        dice, now_s = self.dice, self.clock.now_s()
        if now_s >= self.trouble_ends_s and self.states > QUIET_S:
            ended, self.trouble = self.trouble, ""
            if ended == "lost":
                self._arrives(Link(up=True))
            if dice.random() < 0.06:
                self.trouble = dice.choices(list(self.troubles), list(self.troubles.values()))[0]
                self.trouble_ends_s = now_s + dice.choice([2, 4, 6, 8, 15, 40])
                if self.trouble == "lost":
                    self._arrives(Link(up=False, reason="dropped"))
        if self.states > QUIET_S and dice.random() < 0.02:
            self.rate_bpm = dice.choice([62.0, 64.0, 90.0, 96.0])

    def _sends(self, now_s: float) -> None:
        words: list[InputBody] = []
        if self.trouble not in ("silent", "all_silent", "lost"):
            words.append(self._reading(now_s))
        elif self.beat_s < now_s:
            self.beat_s = now_s
        if self.trouble not in ("no_frames", "all_silent", "lost"):
            words.append(
                motion(self.dice.choice([80, 200, 400]) if self.trouble == "moving" else 5)
            )
        if self.trouble == "late":
            self.held += words
            return
        for word in (*self.held, *words):
            self._arrives(word)
        self.held.clear()

    def _reading(self, now_s: float) -> Reading:
        rr: list[int] = []
        while self.beat_s < now_s:
            ms = 60_000 / self.rate_bpm + self.dice.gauss(0.0, 18.0)
            if self.trouble == "ectopic":
                self.flips = not self.flips
                ms *= 0.6 if self.flips else 1.4
            elif self.trouble == "flat":
                ms = 900.0
            self.beat_s += ms / 1000
            rr.append(round(ms * 1.024))
        if self.trouble == "no_rr":
            rr = []
        elif self.trouble == "absurd":
            rr = [self.dice.choice([0, 28, 65_535]) for _ in rr]
        lost = self.trouble == "contact"
        return reading(tuple(rr), Contact.LOST if lost else Contact.DETECTED)

    def _says(self) -> None:
        """High distress asks for help at any time, and each offer is answered at once or waits."""
        dice = self.dice
        if dice.random() < 0.1:
            self._arrives(Rating(suds=dice.choice([85, 85, 85, 20])))
        if self.live.slices["offer"] is not None and dice.random() < 0.6:
            self._arrives(OfferReply(reply=Reply.NOT_NOW))

    # ---- the way in, and out to the page

    def _arrives(self, body: InputBody) -> None:
        steps = self.running.arrive(self.clock.now_s(), body, self.clock)
        self._told(steps)

    def _told(self, steps: list[Step]) -> None:
        """Each step is heard before it is judged, as it was when it was decided."""
        for step in steps:
            if isinstance(step.stamped, Input):
                body = step.stamped.body
                self.watch.heard(step.stamped.at_s, body, _shaken_mg(body))
            self.watch.said(step.outputs)
        if steps:
            self.live.step(self.running, steps)

    def _page(self) -> None:
        """What the page shows after all that was there to tell."""
        found, question = self.live.slices["offer"], self.live.slices["question"]
        offer = Offer(**found) if found is not None else None
        kind = question["kind"] if question else ""
        asked_s = question["at_s"] if question else 0.0
        self.watch.seen(self.clock.now_s(), offer, kind, asked_s)


def _shaken_mg(body: InputBody) -> int:
    samples = getattr(body, "samples_mg", ())
    return abs(samples[0][2] - 1000) if samples else 0


def run(order: Order) -> Outcome:
    return in_pieces(order, "stale", _PIECE, tried)


def tried(
    piece: Piece, settings: Settings = SETTINGS, troubles: dict[str, int] = TROUBLES
) -> Outcome:
    name, count = piece
    outcome = Outcome({"states": 0, "offers": 0, "questions": 0, "sleeps": 0})
    for number in range(0, count, LIFE_S):
        seed = f"{name}/{number}"
        life, length = Life(random.Random(seed), settings, troubles), min(LIFE_S, count - number)
        broken = [f"{seed}: {line}" for line in life.live_through(length)]
        outcome.add(
            Outcome(
                {
                    "states": life.states, "offers": life.watch.offers,
                    "questions": life.watch.questions, "sleeps": life.slept,
                },
                broken,
            )
        )  # fmt: skip
    return outcome


CAMPAIGN = Campaign(
    promise="nothing is said from old, moving, poor or unknown data, nor from the past",
    count=1_000_000,
    run=run,
)
