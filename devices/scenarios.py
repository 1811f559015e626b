"""What can happen to the virtual person: rises of the heart, walks, marks, and faults.

Data and closed formulas only; ``virtual`` draws the numbers. Times are seconds from the
start, rises are in beats a minute above the resting heart rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from biocoach.types import (
    Debrief,
    Mark,
    MarkKind,
    PersonBody,
    Plan,
    Presence,
    Rating,
    Step,
    Support,
    Urge,
    UrgeKind,
)

FAULTS = ("dropout", "ectopy", "silence", "contact", "noacc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """An exponential rise from ``onset_s`` on, held, and an exponential way back.

    ``up_s`` and ``tau_s`` are the time constants; ``hold_s`` counts from the onset.
    """

    onset_s: float
    bpm: float
    up_s: float
    hold_s: float
    tau_s: float
    cause: str = "activation"

    def at(self, at_s: float) -> float:
        since_s = at_s - self.onset_s
        if since_s <= 0:
            return 0.0
        reached = 1 - math.exp(-min(since_s, self.hold_s) / self.up_s)
        return self.bpm * reached * math.exp(-max(0.0, since_s - self.hold_s) / self.tau_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    start_s: float
    end_s: float

    def holds(self, at_s: float) -> bool:
        return self.start_s <= at_s < self.end_s


Script = tuple[tuple[float, PersonBody], ...]
# A draw between -1 and 1, so that no two seeds tell the same story.
Draw = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story. ``faults`` says when a fault strikes, if it is asked for."""

    name: str
    duration_s: float
    rises: tuple[Rise, ...] = ()
    walks: tuple[Window, ...] = ()
    script: Script = ()
    faults: dict[str, Window]

    @property
    def back_s(self) -> float | None:
        marks = (at_s for at_s, body in self.script if body == Mark(kind=MarkKind.BACK))
        return next(marks, None)


def _faults(dropout_s: float, silence_s: float, contact_s: float) -> dict[str, Window]:
    return {
        "dropout": Window(start_s=dropout_s, end_s=dropout_s + 8),
        "silence": Window(start_s=silence_s, end_s=silence_s + 20),
        "contact": Window(start_s=contact_s, end_s=contact_s + 15),
    }


def _baseline() -> tuple[float, PersonBody]:
    return 0.0, Mark(kind=MarkKind.BASELINE)


def _apart() -> tuple[float, PersonBody]:
    return 300.0, Mark(kind=MarkKind.APART)


def _felt(at_s: float, suds: int) -> tuple[float, PersonBody]:
    return at_s, Rating(suds=suds, presence=Presence.HERE)


def _plan(step_id: str, title: str, planned_s: float) -> tuple[float, PersonBody]:
    step = Step(id=step_id, title=title, support=Support.REGULATE, expected_suds=50)
    return 0.0, Plan(
        step=step,
        planned_s=planned_s,
        sits_still=step_id != "round-the-block",
        feared="They will not come back, and I will not bear it",
        probability_pct=60,
        suds=40,
        checkpoints_s=(300.0, 600.0),
    )


def _calm(draw: Draw) -> Scenario:
    """Half an hour of sitting; nothing happens."""
    del draw
    return Scenario(
        name="calm", duration_s=1800, script=(_baseline(),), faults=_faults(700, 1100, 450)
    )


def _separation(draw: Draw) -> Scenario:
    """Fifteen minutes apart: one activation that settles apart, one that the return finds."""
    first = Rise(onset_s=480 + 8 * draw(), bpm=22 + 1.5 * draw(), up_s=20, hold_s=100, tau_s=45)
    onset_s = 1000 + 8 * draw()
    second = Rise(onset_s=onset_s, bpm=18 + 1.5 * draw(), up_s=20, hold_s=1140 - onset_s, tau_s=60)
    debrief = Debrief(
        happened="They came back with milk and the paper",
        probability_pct=30,
        suds=20,
        presence=Presence.HERE,
        body_words="tight chest, then warm and heavy arms",
        learnt="The wave came, and it went without a message",
    )
    script: Script = (
        _plan("walk-to-the-shop", "A walk to the shop", 900),
        _baseline(),
        _apart(),
        _felt(305.0, 40),
        (545.0, Urge(kind=UrgeKind.TEXT, acted=False)),
        _felt(600.0, 70),
        _felt(900.0, 45),
        _felt(1100.0, 65),
        (1140.0, Mark(kind=MarkKind.BACK)),
        _felt(1150.0, 50),
        (1560.0, debrief),
    )
    return Scenario(
        name="separation",
        duration_s=1620,
        rises=(first, second),
        script=script,
        faults=_faults(820, 880, 400),
    )


def _walk(draw: Draw) -> Scenario:
    """Three minutes on foot: the heart rises, and movement explains it."""
    start_s = 480 + 8 * draw()
    walk = Rise(
        onset_s=start_s, bpm=25 + 1.5 * draw(), up_s=25, hold_s=180, tau_s=40, cause="movement"
    )
    script: Script = (
        _plan("round-the-block", "Round the block alone", 600),
        _baseline(),
        _apart(),
        _felt(310.0, 20),
    )
    return Scenario(
        name="walk",
        duration_s=960,
        rises=(walk,),
        walks=(Window(start_s=start_s, end_s=start_s + 180),),
        script=script,
        faults=_faults(400, 850, 350),
    )


def _panic(draw: Draw) -> Scenario:
    """A steep, high rise while sitting: nobody may take it for exercise."""
    rise = Rise(onset_s=600 + 8 * draw(), bpm=40 + 2 * draw(), up_s=3.5, hold_s=180, tau_s=90)
    script: Script = (
        _plan("evening-alone", "An evening alone", 1200),
        _baseline(),
        _apart(),
        _felt(310.0, 50),
        _felt(660.0, 90),
        _felt(1000.0, 60),
    )
    return Scenario(
        name="panic",
        duration_s=1500,
        rises=(rise,),
        script=script,
        faults=_faults(450, 1300, 350),
    )


_BUILDERS: dict[str, Callable[[Draw], Scenario]] = {
    "calm": _calm,
    "separation": _separation,
    "walk": _walk,
    "panic": _panic,
}
SCENARIOS = tuple(_BUILDERS)


def build(name: str, draw: Draw) -> Scenario:
    """The story of that name; ``draw`` gives numbers between -1 and 1. Raises KeyError."""
    return _BUILDERS[name](draw)
