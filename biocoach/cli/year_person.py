"""How the simulated person goes up the ladder: one step at a time, by what is proposed to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from biocoach.cli.laddering import Laddering
from biocoach.cli.year_session import Lived
from biocoach.clock import StoryClock
from biocoach.exposure.ladder import Checks, Ladder, LadderStep, ladder_of
from biocoach.keeping import Keeper
from biocoach.telling import Told, tell
from biocoach.types import Plan, Refusal, Step
from dashboard.ports import Outcome
from devices import virtual_year as year
from devices.virtual_story import dice_for

Json = dict[str, Any]
TEMPLATES = ("partner-away", "alone-at-home", "waiting-for-a-reply", "not-asking")
LONGEST_S = 3600.0  # longer steps are put away: a year of them would take an hour to make


@dataclass(slots=True)
class Climber:
    """``at``: the id of the step that is practised now; ``tries``: how often each was;
    ``climbed``: how many ladders were begun."""

    seed: int
    clock: StoryClock
    ladders: Laddering
    lived: Lived
    keeper: Keeper
    ladder: str = ""
    at: str = ""
    nth: int = 0
    climbed: int = 0
    tries: dict[str, int] = field(default_factory=dict)

    async def begin(self) -> None:
        """The next ladder from its template, without its longest steps."""
        made = _good(await self.ladders.add(TEMPLATES[self.climbed % len(TEMPLATES)], ""))
        self.climbed += 1
        self.ladder = made["id"]
        now = await self._now()
        steps = [
            step.told() | {"put_away": step.planned_s > LONGEST_S, "who": "S."}
            for step in now.steps
        ]
        wish = {"title": now.title, "put_away": False, "steps": steps, "rev": now.rev}
        _good(await self.ladders.keep(self.ladder, wish))
        self.at = (await self._now()).in_use[0].id

    async def practise(self, week: year.Week, moment: datetime) -> str:
        """One practice on that day, if nothing speaks against it; what it was, in a word."""
        self.clock.go_to(moment)
        proposal = await self._answer()
        if proposal == "rest":
            return "rest"
        ladder = await self._now()
        step = ladder.step(self.at) or ladder.in_use[0]
        self.nth += 1
        learnt = year.tolerance(self.tries.get(step.id, 0), self.nth)
        plan = year.planned(self.seed, self.nth, self._plan(ladder, step), week, learnt)
        self.tries[step.id] = self.tries.get(step.id, 0) + 1
        if proposal == "bare_repeat":
            return self._tell(plan, week, learnt)
        running = self.lived.begin()
        quiet_s = running.session.baseline_need_s
        found = year.practise(self.seed, self.nth, plan, week, learnt, quiet_s)
        dice = dice_for(self.seed, f"year/answers/{self.nth}")
        events = year.events(self.seed, self.nth, found.scenario)
        self.lived.live(running, events, dice)
        return "too much" if found.too_much else "practised"

    def _tell(self, plan: Plan, week: year.Week, learnt: float) -> str:
        began = self.clock.wall()
        self.clock.pass_s(plan.planned_s + 900)
        word = year.told(self.seed, self.nth, plan, week, learnt)
        told = Told(started=began, plan=plan, stayed_s=plan.planned_s, over=True, debrief=word)
        _, why = tell(self.keeper, told)
        return why or "told"

    async def _answer(self) -> str:
        """What is proposed at the step in hand; a yes to all that asks for one."""
        found = _good(await self.ladders.view())
        steps = next(one["steps"] for one in found["ladders"] if one["id"] == self.ladder)
        here = next(s for s in steps if s["id"] == self.at)
        proposal = here["proposal"]
        if proposal is None:
            if here["state"] == "mastered" and here["id"] == _last(steps)["id"]:
                await self.begin()
            return ""
        way = str(proposal["way"])
        if proposal["asks"]:
            _good(await self.ladders.answer(self.ladder, proposal["id"], yes=True, way=way))
        if way in ("advance", "step_back") and proposal["to"]:
            self.at = proposal["to"]
        return way

    async def _now(self) -> Ladder:
        found = _good(await self.ladders.view())
        row = next(one for one in found["ladders"] if one["id"] == self.ladder)
        shown = {"state", "history", "proposal", "overrule"}
        steps = [{k: v for k, v in step.items() if k not in shown} for step in row["steps"]]
        ladder = ladder_of(row | {"steps": steps})
        assert not isinstance(ladder, Refusal)
        return ladder

    def _plan(self, ladder: Ladder, step: LadderStep) -> Plan:
        contexts = step.contexts or ("at home",)
        half = step.planned_s / 2
        return Plan(
            step=Step(
                id=step.id, title=step.title, support=step.support, ladder=ladder.id,
                expected_suds=step.expected_suds, delay_s=step.delay_s, kind=step.kind,
                delay_suds=step.delay_suds, who=step.who, where=step.where,
            ),
            planned_s=step.planned_s,
            sits_still=step.sits_still,
            checkpoints_s=() if step.checks is Checks.NONE else (half,),
            context=contexts[self.tries.get(step.id, 0) % len(contexts)],
            contact=step.contact,
        )  # fmt: skip


def _last(steps: list[Json]) -> Json:
    return [step for step in steps if not step["put_away"]][-1]


def day_of(start: datetime, week: int, weekday: int) -> datetime:
    """At six in the evening, by the calendar of the year's first day."""
    return start + timedelta(weeks=week, days=weekday, hours=18)


def _good(found: Json | Outcome) -> Json:
    if isinstance(found, Outcome):
        if found.why:
            raise RuntimeError(f"the simulated person was refused: {found.why}")
        return {}
    return found
