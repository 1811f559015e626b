"""What the simulated person writes in a week: moments, a behaviour, a measure, a parting ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from devices.virtual_heart import Dice
from devices.virtual_story import dice_for
from devices.virtual_year import Week, WeekKind
from devices.virtual_year_words import DID, INSTEAD, TRIGGERS, WHAT_FOR

Json = dict[str, Any]
MEASURED_EVERY = 4  # weeks
PARTED_EVERY = 13
GAD7 = ("nervous", "control", "worry", "relax", "restless", "annoyed", "afraid")
URGES = ("text", "call", "check", "ask", "argue", "think")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """``day``: of the week, 0-6; ``form``: the id of a shipped form."""

    day: int
    form: str
    answers: Json


def written(seed: int, week: Week, monday: date) -> Iterator[Written]:
    """In the order of their days. ``monday``: the week's first day."""
    dice = dice_for(seed, f"year/sheets/{week.number}")
    sheets = [*_moments(dice, week), *_behaviours(dice, week)]
    if week.number % MEASURED_EVERY == 0:
        sheets.append(Written(day=6, form="gad-7", answers=_gad7(dice, week)))
    if week.number % PARTED_EVERY == PARTED_EVERY - 3:
        sheets.append(Written(day=1, form="separation-ahead", answers=_parting(monday)))
    yield from sorted(sheets, key=lambda sheet: sheet.day)


def ease(week: Week) -> float:
    """How much lighter things are than at the year's beginning, 0-1."""
    return min(1.0, week.number / 60)


def _moments(dice: Dice, week: Week) -> list[Written]:
    if week.kind is WeekKind.GAP:
        return []
    count = int(dice.uniform(0, 3)) + 2 * (week.kind is WeekKind.HARD)
    return [
        Written(
            day=int(dice.uniform(0, 7)),
            form="moment",
            answers={
                "thought": _one_of(TRIGGERS, dice),
                "urge": _one_of(URGES, dice),
                "acted": dice.random() < 0.6 - 0.4 * ease(week),
                "intensity": _fives(75 - 25 * ease(week) - 15 * week.mood + dice.gauss(0, 8)),
                "lasted_min": max(1, round(dice.gauss(45 - 25 * ease(week), 10))),
            },
        )
        for _ in range(count)
    ]


def _behaviours(dice: Dice, week: Week) -> list[Written]:
    if week.kind is WeekKind.GAP or dice.random() > 0.25 + 0.5 * (week.kind is WeekKind.HARD):
        return []
    acted = dice.random() < 0.7 - 0.5 * ease(week)
    answers = {
        "trigger": _one_of(TRIGGERS, dice),
        "urges": [_one_of(("messages", "calls", "cold", "blame"), dice)],
        "urge": _fives(80 - 20 * ease(week) + dice.gauss(0, 6)),
        "acted": acted,
        "act" if acted else "instead": _one_of(DID if acted else INSTEAD, dice),
        "intensity": _fives(70 - 20 * ease(week) + dice.gauss(0, 8)),
        "for_what": _one_of(WHAT_FOR, dice),
    }
    return [Written(day=int(dice.uniform(0, 7)), form="protest", answers=answers)]


def _gad7(dice: Dice, week: Week) -> Json:
    middle = 2.0 - 1.3 * ease(week) - 0.4 * week.mood
    return {name: str(round(max(0.0, min(3.0, dice.gauss(middle, 0.5))))) for name in GAD7}


def _parting(monday: date) -> Json:
    """Three days, two weeks from now."""
    first = monday + timedelta(days=18)
    return {
        "who": "S.",
        "whole_days": True,
        "first_day": first.isoformat(),
        "last_day": (first + timedelta(days=2)).isoformat(),
        "goodbye": "I will miss you, and I will be all right. See you on Sunday.",
    }


def _one_of(words: tuple[str, ...], dice: Dice) -> str:
    return words[int(dice.uniform(0, len(words)))]


def _fives(value: float) -> int:
    return 5 * round(max(0.0, min(100.0, value)) / 5)
