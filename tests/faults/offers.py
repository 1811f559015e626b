"""The promise of the coach: whatever comes, nothing is offered that breaks a rule of care.

A state is one second of the signal or one word of the person, drawn so that most of them are near
an offer. The real coach answers; ``offers_watch`` knows the rules by itself and looks on.
"""

from __future__ import annotations

import random

from biocoach.coach.coach import Coach, Scene
from biocoach.settings import CareSettings
from biocoach.types import (
    Activation,
    ActivationOver,
    AgeBand,
    HeartState,
    Movement,
    OfferReply,
    Output,
    Phase,
    Plan,
    PracticeFacts,
    PracticeLog,
    PracticeMoment,
    Presence,
    Prior,
    Quality,
    Rating,
    Repertoire,
    Reply,
    Second,
    Step,
    Support,
    Terms,
)
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces
from tests.faults.offers_watch import Watch

CARE = CareSettings()
_PIECE = 10_000
_DAY = 200  # states of one generated session
ENDS = (PracticeMoment.FINISHED, PracticeMoment.STOPPED)
NAMES = ("orienting", "slow-paced-4-6", "a", "b", "c", "d")


class Day:
    """One generated session, from its beginning: the coach, the watch, and what comes next."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.at_s = 0
        self.phase = Phase.APART
        self.age = dice.choice([AgeBand.ADULT, AgeBand.ADULT, AgeBand.ADULT, AgeBand.CHILD])
        self.plan: Plan | None = self._plan()
        self.number = 0
        self.active = False
        ago_s = [dice.uniform(0, 3600) for _ in range(dice.choice([0, 1, 3]))]
        prior = Prior(
            offers_ago_s=tuple(sorted(ago_s, reverse=True)),
            snooze_left_s=dice.choice([0.0, 0.0, 900.0]),
        )
        self.coach = Coach(CARE, prior, dice.randrange(100))
        self.watch = Watch(CARE, prior, self.age)
        self._tell(self._repertoire())

    def live(self, count: int) -> list[str]:
        """What broke, each in one line."""
        for _ in range(count):
            self.dice.choices([self._second, self._word], weights=[3, 1])[0]()
        return self.watch.broken

    # ---- what comes

    def _second(self) -> None:
        self.at_s += self.dice.choice([1, 1, 1, 1, 5, 60, 200, 700])
        second, outputs = self._drawn(), list[Output]()
        if self.active and self.dice.random() < 0.1:
            self.active = False
            outputs.append(
                ActivationOver(
                    number=self.number, peak_s=self.at_s, peak_bpm=90.0, end_s=float(self.at_s)
                )
            )
        elif not self.active and self.dice.random() < 0.4:
            self.active, self.number = True, self.number + 1
            outputs.append(self._activation())
        outputs.append(second)
        scene = Scene(phase=self.phase, plan=self.plan, age=self.age)
        said = self.coach.second(outputs, scene)
        self.watch.second(second, self.phase, self.plan, outputs, said, self.coach.practice)

    def _word(self) -> None:
        self.at_s += self.dice.choice([0, 0, 1])
        words = {
            self._rates: 4,
            self._logs: 5,
            self._replies: 2,
            self._too_much: 1,
            self._moves: 2,
            self._lost: 1,
            self._told: 1,
        }
        word = self.dice.choices(list(words), weights=list(words.values()))[0]
        word()

    def _rates(self) -> None:
        suds = self.dice.choice([None, 10, 60, 69, 70, 85, 100])
        rating = Rating(
            suds=suds,
            presence=self.dice.choice([None, None, Presence.HERE, Presence.HERE, *Presence]),
        )
        said = self.coach.rating(float(self.at_s), rating, self._scene())
        self.watch.rating(self.at_s, rating, self.phase, said, self.coach.practice)

    def _logs(self) -> None:
        runs = self.coach.practice
        log = PracticeLog(
            practice=self.dice.choice([*NAMES, *[runs.practice] * 6] if runs else NAMES),
            moment=self.dice.choice([PracticeMoment.STARTED, *PracticeMoment, *ENDS]),
        )
        said = self.coach.log(float(self.at_s), 1, log, self._scene())
        self.watch.log(self.at_s, log, self.phase, self.plan, said, self.coach.practice)

    def _replies(self) -> None:
        reply = OfferReply(reply=self.dice.choice([Reply.TAKE, Reply.NOT_NOW, *Reply]))
        self.coach.reply(float(self.at_s), reply.reply)
        self.watch.reply(self.at_s, reply.reply)

    def _too_much(self) -> None:
        self.watch.too_much(self.at_s, self.coach.too_much(float(self.at_s)))

    def _moves(self) -> None:
        self.phase = self.dice.choice([*[Phase.APART] * 9, *Phase])
        self.plan = self.dice.choice([*(self._plan() for _ in range(6)), None])

    def _lost(self) -> None:
        self.watch.lost(self.coach.link_lost(float(self.at_s)))

    def _told(self) -> None:
        self._tell(self._repertoire())

    # ---- how it looks

    def _tell(self, repertoire: Repertoire) -> None:
        self.coach.told(repertoire)
        self.watch.told(repertoire)

    def _scene(self) -> Scene:
        return Scene(phase=self.phase, plan=self.plan, age=self.age)

    def _plan(self) -> Plan:
        support = self.dice.choice([*[Support.REGULATE] * 4, *Support])
        step = Step(
            id="a",
            title="a",
            support=support,
            delay_s=self.dice.choice([None, 0.0, 60.0, 600.0]),
            delay_suds=self.dice.choice([None, 0, 50, 100]),
        )
        return Plan(step=step, planned_s=900.0, sits_still=self.dice.random() < 0.5)

    def _repertoire(self) -> Repertoire:
        return Repertoire(
            practices=tuple(self._facts(name) for name in NAMES if self.dice.random() < 0.9),
            sampling=self.dice.random() < 0.5,
        )

    def _facts(self, name: str) -> PracticeFacts:
        some = self.dice.random
        return PracticeFacts(
            id=name,
            rank=self.dice.choice([0, 1, 2, 9]),
            eyes_open=some() < 0.4,
            strains=some() < 0.2,
            own=some() < 0.2,
            phases=tuple(p for p in Phase if some() < 0.7),
            states=tuple(s for s in HeartState if some() < 0.7),
            good_signal=some() < 0.2,
            closed=self.dice.choice(["", "", "", "opt_in", "therapist", "not_for_me"]),
            quickness=self.dice.choice([None, (0.1, 0.2), (-0.3, 0.4)]),
        )

    def _drawn(self) -> Second:
        """Mostly one from which something may be said."""
        dice = self.dice
        heart = HeartState.ACTIVATED if self.active else HeartState.NEAR_BASELINE
        return Second(
            at_s=self.at_s,
            hr_bpm=dice.choice([84.0] * 9 + [None, float("nan")]),
            rmssd_ms=None,
            score=None,
            state=dice.choice([heart] * 5 + list(HeartState)),
            movement=dice.choice([Movement.STILL] * 5 + list(Movement)),
            movement_mg=dice.choice([5.0] * 9 + [None]),
            quality=dice.choice([Quality.GOOD] * 5 + list(Quality)),
            coverage=1.0,
            baseline_bpm=64.0,
            spread_bpm=3.0,
            why="ok",
        )

    def _activation(self) -> Activation:
        return Activation(
            number=self.number,
            onset_s=float(self.at_s - self.dice.choice([5, 20, 400])),
            alarm_s=float(self.at_s),
            movement=Movement.STILL,
            terms=Terms(heart_rate=3.0, rmssd=0.0, movement=None),
            threshold=2.5,
            baseline_bpm=64.0,
            spread_bpm=3.0,
            level_bpm=64.0,
            hr_bpm=84.0,
            why="rose",
        )


def run(order: Order) -> Outcome:
    return in_pieces(order, "offers", _PIECE, _try)


def _try(piece: Piece) -> Outcome:
    name, count = piece
    outcome = Outcome({"states": 0, "offers": 0, "silences": 0, "practices begun": 0})
    for number in range(0, count, _DAY):
        seed = f"{name}/{number}"
        day = Day(random.Random(seed))
        length = min(_DAY, count - number)
        broken = [f"{seed}: {line}" for line in day.live(length)]
        seen = day.watch
        outcome.add(
            Outcome(
                {
                    "states": length,
                    "offers": seen.offers,
                    "silences": seen.silences,
                    "practices begun": seen.begun,
                },
                broken,
            )
        )
    return outcome


CAMPAIGN = Campaign(
    promise="no offer, and no practice, breaks a rule of care", count=1_000_000, run=run
)
