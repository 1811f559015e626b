"""The promise of the ladder: whatever is practised, answered, overruled and edited in whatever
order, nothing practised is lost, nothing is proposed beyond the rules, and a way up stays open.

The real ladder, titration and decisions answer; ``climbs_watch`` knows the rules by itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from biocoach.exposure.decided import (
    OVERRULES,
    Answered,
    Decisions,
    Overrule,
    last_day,
    lifted,
    with_answer,
    with_overrule,
)
from biocoach.exposure.evidence import rows_of, state_of
from biocoach.exposure.ladder import Ladder, LadderStep, history_of, kept
from biocoach.exposure.practised import Practised
from biocoach.exposure.proposal import Around, Limits, overrule_fits, taken
from biocoach.exposure.states import StepState
from biocoach.exposure.titration import proposals
from biocoach.settings import LADDER
from biocoach.types import Came, Refusal, Support
from tests.faults import climbs_watch as watch
from tests.faults.campaign import Campaign, Order, Outcome, Piece, in_pieces

_PIECE = 200
MOVES = 50
BEGINS = date(2026, 1, 5)
TRIES_UP = 14  # good practices after which a step is mastered, whatever lies behind it
CONTEXTS = ("", "home", "Home ", "work", "evening, at a friend's")
SUPPORTS = tuple(Support)


@dataclass(slots=True)
class Climb:
    """One person's months on one ladder."""

    dice: random.Random
    around: Around
    ladder: Ladder = field(init=False)
    rows: list[Practised] = field(default_factory=list)
    decided: Decisions = field(default_factory=Decisions)
    day: date = BEGINS
    named: int = 0
    broken: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        steps = tuple(self.new_step() for _ in range(self.dice.randint(2, 5)))
        self.ladder = Ladder(id="l", title="Mine", steps=steps)

    def new_step(self) -> LadderStep:
        self.named += 1
        return LadderStep(
            id=f"s{self.named}",
            title=f"Step {self.named}",
            planned_s=60.0 * self.dice.choice([5, 10, 10, 30, 60, 90]),
            expected_suds=self.dice.choice([10, 20, 30, 50, 60]),
            support=self.dice.choice(SUPPORTS),
        )

    # ---- what may happen

    def move(self) -> None:
        self.day += timedelta(days=self.dice.choice([0, 0, 1, 1, 2, 5, 30]))
        self.around = replace(self.around, today=self.day.isoformat())
        act = self.dice.choice(
            [self.practise] * 5 + [self.answer] * 3 + [self.edit] * 2 + [self.overrule, self.lift]
        )
        act()
        self.look()

    def practise(self) -> None:
        if not self.ladder.in_use:
            return
        step = self.dice.choice(self.ladder.in_use)
        dice = self.dice
        self.add(
            step,
            planned_s=step.planned_s * dice.choice([0.5, 1, 1, 1, 1, 1, 2]),
            stayed=dice.choice([True] * 6 + [False, None]),
            beyond_plan=dice.choice([False] * 6 + [True, None]),
            context=dice.choice(CONTEXTS),
            before_pct=dice.choice([None, 20, 50, 51, 80]),
            after_pct=dice.choice([None, 0, 20, 21, 49, 50, 51, 80]),
            came=dice.choice([None, Came.NO, Came.NO, Came.PARTLY, Came.YES]),
            coped=dice.choice([None, True, False]),
            too_much=dice.random() < 0.08,
            away=dice.random() < 0.05,
            hard=dice.random() < 0.03,
            bare=dice.random() < 0.1,
        )

    def add(self, step: LadderStep, **said: object) -> None:
        base = Practised(
            session=f"p{len(self.rows) + 1}", day=self.day.isoformat(), ladder="l",
            step=step.id, support=step.support,
        )  # fmt: skip
        self.rows.append(replace(base, **said))  # type: ignore[arg-type]
        self.count("practised")

    def answer(self, *, only_yes: bool = False) -> None:
        asking = [(s, p) for s, p in self.proposed().items() if p.asks]
        if not asking:
            return
        step, proposal = self.dice.choice(asking)
        yes = only_yes or self.dice.random() < 0.7
        way = self.dice.choice([proposal.way, *proposal.others])
        if yes:
            self.ladder = taken(self.ladder, step, proposal, way)
        seen = tuple(r.session for r in self.rows if r.step == step)
        answered = Answered(
            proposal=proposal.id, ladder="l", step=step, way=way, yes=yes,
            day=self.around.today, seen=seen,
        )  # fmt: skip
        self.decided = with_answer(self.decided, answered)
        self.count("answers")
        again = self.proposed().get(step)
        if again is not None and again.asks and again.by == "":
            self.broke(f"{step}: {again.way} is asked again right after an answer")

    def edit(self) -> None:
        dice, steps = self.dice, list(self.ladder.steps)
        what = dice.choice(["move", "harder", "easier", "words", "away", "back", "remove", "add"])
        at = dice.randrange(len(steps)) if steps else 0
        if what == "add":
            steps.append(self.new_step())
        elif what == "move":
            dice.shuffle(steps)
        elif steps and what == "remove":
            del steps[at]
        elif steps:
            steps[at] = _edited(steps[at], what)
        past = history_of(((r.ladder, r.step, r.session) for r in self.rows), "l")
        found = kept(self.ladder, replace(self.ladder, steps=tuple(steps)), past)
        if isinstance(found, Refusal):
            self.broke(f"{what}: {found.why}")
        else:
            self.ladder = found
            self.count("edits")

    def overrule(self) -> None:
        if not self.ladder.in_use:
            return
        step, way = self.dice.choice(self.ladder.in_use), self.dice.choice(OVERRULES)
        if overrule_fits(self.ladder, step, way, LADDER):
            today = self.around.today
            word = Overrule(
                id=f"o{len(self.rows)}", ladder="l", step=step.id, way=way, by="Dr. K.",
                reason="Too soon", day=today, until=last_day(today),
            )  # fmt: skip
            self.decided = with_overrule(self.decided, word)
            self.count("overrules")

    def lift(self) -> None:
        for step in self.ladder.steps:
            self.decided = lifted(self.decided, "l", step.id, self.around.today)

    # ---- what must hold

    def proposed(self) -> watch.Proposed:
        return proposals(self.ladder, self.rows, self.decided, self.around)

    def look(self) -> None:
        now = self.proposed()
        if now != self.proposed():
            self.broke("another proposal from the same data")
        for name, proposal in now.items():
            self.count(str(proposal.way))
            why = watch.against(self.ladder, self.rows, self.decided, self.around, name, proposal)
            if why:
                self.broke(f"{name}: {proposal.way} ({proposal.rule}): {why}")
        lost = {r.step for r in self.rows} - {s.id for s in self.ladder.steps}
        if lost:
            self.broke(f"practised and lost: {sorted(lost)}")
        if len({s.id for s in self.ladder.steps}) < len(self.ladder.steps):
            self.broke("a step is there twice")

    def way_up(self) -> None:
        """From wherever this led: with nothing held back, good practice masters any step."""
        self.lift()
        for step in self.ladder.in_use:
            if watch.beyond(step, self.around):
                continue
            for nth in range(TRIES_UP):
                self.day += timedelta(days=1)
                self.around = replace(self.around, today=self.day.isoformat())
                here = self.ladder.step(step.id)
                assert here is not None
                if state_of(here, rows_of(here, "l", self.rows)) is StepState.MASTERED:
                    break
                self.add(
                    here, planned_s=here.planned_s, stayed=True, beyond_plan=False,
                    context=("home", "work")[nth % 2], before_pct=30, after_pct=10,
                    came=Came.NO, bare=nth >= 2,
                )  # fmt: skip
                self.answer(only_yes=True)
            else:
                self.broke(f"{step.id} is never mastered by good practice")

    def broke(self, why: str) -> None:
        self.broken.append(why)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def _edited(step: LadderStep, what: str) -> LadderStep:
    changes: dict[str, dict[str, object]] = {
        "harder": {"expected_suds": min(100, step.expected_suds + 20)},
        "easier": {"planned_s": max(60.0, step.planned_s / 2)},
        "words": {"title": step.title + "!", "who": "S."},
        "away": {"put_away": True},
        "back": {"put_away": False},
    }
    return replace(step, **changes[what])  # type: ignore[arg-type]


def _work(piece: Piece) -> Outcome:
    name, size = piece
    outcome = Outcome(counts={"climbs": size})
    for nth in range(size):
        dice = random.Random(f"{name}/{nth}")
        limits = dice.choice([None, None, Limits(suds_max=50, length_max_s=3600.0)])
        climb = Climb(dice, Around(today="", limits=limits, child=dice.random() < 0.15))
        for _ in range(MOVES):
            climb.move()
        climb.way_up()
        outcome.failures += [f"{name}/{nth}: {why}" for why in climb.broken]
        outcome.add(Outcome(counts=climb.counts))
    return outcome


def run(order: Order) -> Outcome:
    return in_pieces(order, "climbs", _PIECE, _work)


CAMPAIGN = Campaign(
    promise="on the ladder nothing is lost, nothing breaks a rule, a way up stays open",
    count=2000,
    run=run,
)
