"""A simulated person's year of practice: good weeks, hard ones, gaps, and how each step goes.

Everything is drawn from the seed, each part from its own stream, so that a shorter year is the
beginning of a longer one. The sizes are made up to look like a person's: nobody was measured, and
no result may lean on them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from biocoach.captures import Timed
from biocoach.types import (
    Answer,
    Came,
    Debrief,
    End,
    Label,
    Mark,
    MarkKind,
    Plan,
    Presence,
    Rating,
    Urge,
    UrgeKind,
)
from devices.scenarios import Rise, Scenario, Script, Window
from devices.virtual import story_events
from devices.virtual_heart import Dice, beat_times, draw_person
from devices.virtual_story import Story, dice_for
from devices.virtual_year_turns import turns
from devices.virtual_year_words import BODY, FEARS, GONE, LEARNT

HALF_A_YEAR = 26  # weeks
GOOD_FROM = 0.3
TOO_MUCH_FROM = 68.0  # distress at which it may be too much
FAR_AWAY_FROM = 70.0
WORN_ON_S = 240.0  # how long the strap is worn on after the reunion


class WeekKind(StrEnum):
    GOOD = "good"
    ORDINARY = "ordinary"
    HARD = "hard"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """``mood``: -1 to 1. ``days``: on which of its days, 0-6, something is practised."""

    number: int
    kind: WeekKind
    mood: float
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One practice as it goes: its story for the strap, and how hard it was, 0-100."""

    scenario: Scenario
    distress: float
    too_much: bool


def weeks(seed: int, count: int) -> Iterator[Week]:
    """A setback of two or three weeks and a gap in each half of a year, the rest in between."""
    dice = dice_for(seed, "year/weeks")
    hard, gap = range(0), range(0)
    for number in range(count):
        if number % HALF_A_YEAR == 0:
            hard = _some_weeks(dice, number + 8)
            gap = _some_weeks(dice, number + 17)
        mood = max(-1.0, min(1.0, dice.gauss(0.3, 0.3)))
        days = tuple(sorted({int(dice.uniform(0, 7)) for _ in range(int(dice.uniform(2, 5)))}))
        if number in gap:
            yield Week(number=number, kind=WeekKind.GAP, mood=mood, days=())
        elif number in hard:
            yield Week(number=number, kind=WeekKind.HARD, mood=-0.8, days=days[:2])
        else:
            kind = WeekKind.GOOD if mood > GOOD_FROM else WeekKind.ORDINARY
            yield Week(number=number, kind=kind, mood=mood, days=days)


def _some_weeks(dice: Dice, first: int) -> range:
    at = first + int(dice.uniform(0, 4))
    return range(at, at + int(dice.uniform(2, 4)))


def tolerance(repeats: int, of_all: int) -> float:
    """How much of the fright has gone, 0-1, after so many repeats of this step and of all."""
    return 1 - math.exp(-0.2 * repeats - 0.004 * of_all)


def planned(seed: int, nth: int, plan: Plan, week: Week, learnt: float) -> Plan:
    """The plan with what this person says before it: the fear, how likely, and how they are."""
    dice = dice_for(seed, f"year/plan/{nth}")
    pct = 72 - 48 * learnt - 12 * week.mood + dice.gauss(0, 5)
    suds = 0.6 * plan.step.expected_suds - 14 * week.mood - 12 * learnt + dice.gauss(8, 5)
    return replace(
        plan,
        feared=_one_of(FEARS, dice),
        probability_pct=_fives(pct),
        suds=_fives(suds),
        slept_h=round(2 * max(3.0, min(9.5, 7 + week.mood + dice.gauss(0, 0.8)))) / 2,
        caffeine=dice.random() < 0.4,
    )


def practise(seed: int, nth: int, plan: Plan, week: Week, learnt: float, quiet_s: float) -> Try:
    """How the ``nth`` practice goes, after ``quiet_s`` of quiet minutes."""
    dice = dice_for(seed, f"year/try/{nth}")
    hard = 1.25 * plan.step.expected_suds - 18 * week.mood - 25 * learnt + dice.gauss(10, 10)
    distress = max(5.0, min(98.0, hard))
    too_much = distress > TOO_MUCH_FROM and dice.random() < (distress - TOO_MUCH_FROM) / 40
    stay_s = plan.planned_s * dice.uniform(0.3, 0.7) if too_much else plan.planned_s + 20
    turn = turns(seed, nth, stay_s, distress)
    early = turn.stay_share < 1 and not too_much
    stay_s *= turn.stay_share if early else 1.0
    felt = _Felt(distress, learnt, too_much=too_much, early=early, numb=turn.numb)
    apart = Window(start_s=quiet_s + 20, end_s=quiet_s + 20 + stay_s)
    script: Script = (
        (0.0, plan),
        (5.0, Mark(kind=MarkKind.BASELINE)),
        (apart.start_s, Mark(kind=MarkKind.APART)),
        *_ratings(dice, plan, apart, felt),
        *_urges(dice, apart, felt, unsaid=turn.unsaid),
        *_ending(dice, plan, week, apart.end_s, felt),
    )
    scenario = Scenario(
        name="year",
        duration_s=script[-1][0] + 2,
        rises=(
            *_rises(dice, apart, distress, learnt),
            *turn.at_the_door(apart.end_s, distress, learnt),
        ),
        script=tuple(sorted(script, key=lambda row: row[0])),
        faults=turn.faults(apart),
    )
    return Try(scenario=scenario, distress=distress, too_much=too_much)


def events(seed: int, nth: int, scenario: Scenario) -> Iterator[Timed]:
    """What the strap and the person send in the ``nth`` practice, in order."""
    own, person = 1000 * seed + nth, draw_person(dice_for(seed, "year/person"))
    beats = beat_times(person, scenario, dice_for(own, "beats"))
    story = Story(
        scenario=scenario,
        person=person,
        beats=beats,
        premature_s=[],
        windows=scenario.faults,
    )
    return story_events(own, story, moving=True)


def told(seed: int, nth: int, plan: Plan, week: Week, learnt: float) -> Debrief:
    """What is said of a practice without strap or screen."""
    felt = _Felt(30.0, learnt, too_much=False)
    return _debrief(dice_for(seed, f"year/told/{nth}"), plan, week, felt)


# ---- parts of a practice


@dataclass(frozen=True, slots=True)
class _Felt:
    """``early``: ended before its time, though not too much."""

    distress: float
    learnt: float
    too_much: bool
    early: bool = False
    numb: bool = False


def _rises(dice: Dice, apart: Window, distress: float, learnt: float) -> tuple[Rise, ...]:
    """One rise; two where it is hard and long. The more was learnt, the quicker they settle."""
    stay_s = apart.end_s - apart.start_s
    count = 1 if distress < 50 or stay_s < 600 else 2
    return tuple(
        Rise(
            onset_s=apart.start_s + (part + dice.uniform(0.15, 0.5)) * stay_s / count,
            bpm=(6 + 0.2 * distress) * dice.uniform(0.8, 1.15),
            up_s=dice.uniform(12, 25),
            hold_s=dice.uniform(60, 140),
            tau_s=(60 - 30 * learnt) * dice.uniform(0.8, 1.4),
        )
        for part in range(count)
    )


def _ratings(dice: Dice, plan: Plan, apart: Window, felt: _Felt) -> Script:
    stay_s = apart.end_s - apart.start_s
    return tuple(
        (
            apart.start_s + checkpoint_s + dice.uniform(2, 15),
            Rating(suds=_fives(felt.distress * dice.uniform(0.7, 1.0)), presence=_here(dice, felt)),
        )
        for checkpoint_s in plan.checkpoints_s
        if checkpoint_s < stay_s - 20
    )


def _here(dice: Dice, felt: _Felt) -> Presence:
    if felt.distress > FAR_AWAY_FROM and dice.random() < 0.15:
        return Presence.FAR_AWAY
    return Presence.NUMB if felt.numb else Presence.HERE


def _urges(dice: Dice, apart: Window, felt: _Felt, *, unsaid: bool) -> Script:
    distress, learnt = felt.distress, felt.learnt
    kinds = tuple(UrgeKind)
    return tuple(
        (
            dice.uniform(apart.start_s + 10, apart.end_s - 10),
            Urge(
                kind=kinds[int(dice.uniform(0, len(kinds)))],
                acted=_acted(dice, distress, learnt) if nth or not unsaid else None,
            ),
        )
        for nth in range(int(distress / 30 * dice.uniform(0, 2)))
    )


def _acted(dice: Dice, distress: float, learnt: float) -> bool:
    return dice.random() < 0.45 * (1 - learnt) * distress / 80


def _ending(dice: Dice, plan: Plan, week: Week, back_s: float, felt: _Felt) -> Script:
    word = _debrief(dice, plan, week, felt)
    label = Label(answer=Answer.DISTRESS if dice.random() < 0.75 else Answer.OTHER)
    if felt.too_much:
        return (
            (back_s, Mark(kind=MarkKind.TOO_MUCH)),
            (back_s + 60, End(reason="too_much")),
            (back_s + 120, word),
        )
    if felt.early:
        return (back_s, End()), (back_s + 60, word)
    back = Mark(kind=MarkKind.BACK)
    return (back_s, back), (back_s + WORN_ON_S - 30, label), (back_s + WORN_ON_S, word)


def _debrief(dice: Dice, plan: Plan, week: Week, felt: _Felt) -> Debrief:
    came_at = 0.05 + 0.25 * (week.kind is WeekKind.HARD) + 0.2 * felt.too_much
    draw = dice.random()
    came = Came.YES if draw < came_at else Came.PARTLY if draw < 2 * came_at else Came.NO
    coped = None if came is Came.NO else dice.random() < (0.4 if felt.too_much else 0.8)
    fell = dice.uniform(8, 28) if came is Came.NO else dice.uniform(0, 6)
    return Debrief(
        happened=_one_of(GONE[came], dice),
        probability_pct=_fives((plan.probability_pct or 50) - fell),
        suds=_fives(felt.distress * (0.9 if felt.too_much else 0.45)),
        presence=Presence.HERE,
        body_words=_one_of(BODY, dice),
        learnt=_one_of(LEARNT, dice) if came is not Came.YES or coped else "",
        came=came,
        coped=coped,
        beyond_plan=dice.random() < 0.25 * (1 - felt.learnt),
        stayed=not (felt.too_much or felt.early),
    )


def _one_of(words: tuple[str, ...], dice: Dice) -> str:
    return words[int(dice.uniform(0, len(words)))]


def _fives(value: float) -> int:
    """As people say numbers: in fives."""
    return 5 * round(max(0.0, min(100.0, value)) / 5)
