"""Who the virtual person is and what happens to them: all that a seed and a scenario decide.

The virtual source and the virtual H10 both tell from here, so that one seed means one heart.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

from devices import scenarios, virtual_heart
from devices.scenarios import FAULTS, SCENARIOS, Scenario, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that a seed, a scenario and its faults decide."""

    scenario: Scenario
    person: virtual_heart.Person
    beats: list[float]
    premature_s: list[float]
    windows: dict[str, Window]


def dice_for(seed: int, part: str) -> random.Random:
    """Each part draws from its own stream of numbers, so that none disturbs another."""
    return random.Random(f"biocoach/{seed}/{part}")  # noqa: S311 - a simulation, no secret


def build(seed: int, name: str) -> tuple[Scenario, virtual_heart.Person]:
    """Raises ValueError for a scenario that is not there."""
    if name not in SCENARIOS:
        raise ValueError(f"no scenario {name!r}; there is {', '.join(SCENARIOS)}")
    dice = dice_for(seed, "scenario")
    scenario = scenarios.build(name, lambda: dice.uniform(-1, 1))
    return scenario, virtual_heart.draw_person(dice_for(seed, "person"))


def story(seed: int, name: str, faults: Collection[str]) -> Story:
    """Raises ValueError for a scenario or a fault that is not there."""
    scenario, person = build(seed, name)
    for fault in faults:
        if fault not in FAULTS:
            raise ValueError(f"no fault {fault!r}; there is {', '.join(FAULTS)}")
    beats = virtual_heart.beat_times(person, scenario, dice_for(seed, "beats"))
    premature_s: list[float] = []
    if "ectopy" in faults:
        beats, premature_s = virtual_heart.with_ectopy(beats, dice_for(seed, "ectopy"))
    return Story(
        scenario=scenario,
        person=person,
        beats=beats,
        premature_s=premature_s,
        windows={fault: scenario.faults[fault] for fault in faults if fault in scenario.faults},
    )
