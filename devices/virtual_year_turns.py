"""What does not go smoothly in a simulated practice: a rise at the door, numbness, a lost link.

Drawn from a stream of its own, so that the rest of the year stays as it was without it. The
chances are made up so that each comes a few times in a year: nobody was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.scenarios import Rise, Window
from devices.virtual_heart import Dice
from devices.virtual_story import dice_for

AT_THE_DOOR, NUMB, EARLY, UNSAID = 0.3, 0.08, 0.08, 0.15
LOST_LINK, SILENT = 0.12, 0.05
SHORTEST_S = 300.0  # of a stay that can be cut short or lose its link
EARLY_FROM = 50.0  # distress


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """``stay_share``: how much of the stay was borne, 1 where it was not cut short. ``numb``: said
    at the checkpoints. ``unsaid``: nobody says what came of an urge."""

    stay_share: float
    numb: bool
    unsaid: bool
    _dice: Dice

    def at_the_door(self, back_s: float, distress: float, learnt: float) -> tuple[Rise, ...]:
        """A heart that rises just before the other is back (or before it is too much), or none."""
        dice = self._dice
        if dice.random() > AT_THE_DOOR:
            return ()
        before_s = dice.uniform(50, 100)
        return (
            Rise(
                onset_s=back_s - before_s,
                bpm=(8 + 0.2 * distress) * dice.uniform(0.9, 1.2),
                up_s=dice.uniform(10, 18),
                hold_s=before_s + dice.uniform(0, 20),
                tau_s=(55 - 25 * learnt) * dice.uniform(0.8, 1.4),
            ),
        )

    def faults(self, apart: Window) -> dict[str, Window]:
        """When the strap is not heard."""
        dice, stay_s = self._dice, apart.end_s - apart.start_s
        found: dict[str, Window] = {}
        if stay_s < SHORTEST_S:
            return found
        for name, chance, longest_s in (("dropout", LOST_LINK, 40), ("silence", SILENT, 90)):
            if dice.random() < chance:
                start_s = apart.start_s + dice.uniform(0.1, 0.6) * stay_s
                found[name] = Window(start_s=start_s, end_s=start_s + dice.uniform(8, longest_s))
        return found


def turns(seed: int, nth: int, stay_s: float, distress: float) -> Turns:
    """Those of the ``nth`` practice."""
    dice = dice_for(seed, f"year/turns/{nth}")
    early = dice.random() < EARLY and distress > EARLY_FROM and stay_s > SHORTEST_S
    share = dice.uniform(0.4, 0.8)
    return Turns(
        stay_share=share if early else 1.0,
        numb=dice.random() < NUMB,
        unsaid=dice.random() < UNSAID,
        _dice=dice,
    )
