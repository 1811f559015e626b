"""The one gate (B9): may anything be said from a second of data? Closed unless all is known.

Baseline, detector, recovery, the page's state and the coach's prompts all ask here. Where the
gate is closed a rate may be shown, but nothing is concluded from it.
"""

from __future__ import annotations

import math
from enum import StrEnum

from biocoach.types import Movement, Quality


class Doubt(StrEnum):
    """The first reason why not, the heart's before the body's. NONE is the open gate."""

    NONE = ""
    READING = "no_reading"
    POOR = "poor_signal"
    MOVING = "moving"
    NO_MOTION = "no_motion"
    RHYTHM = "rhythm_off"
    UNVERIFIED = "movement_unverified"

    @property
    def of_heart(self) -> bool:
        """The heart itself isn't known."""
        return self in (Doubt.READING, Doubt.POOR)

    @property
    def of_body(self) -> bool:
        """Movement explains the heart, or may do so."""
        return self in (Doubt.MOVING, Doubt.NO_MOTION)


def doubt(
    *,
    hr_bpm: float | None,
    quality: Quality,
    movement: Movement,
    movement_mg: float | None,
    rhythm: bool = True,
) -> Doubt:
    """Why nothing may be concluded from this second; ``Doubt.NONE`` where it may.

    ``movement_mg`` is None where the accelerometer's last word is stale: that is not still.
    UNVERIFIED comes last: whoever said that they sit still may be believed instead.
    """
    if hr_bpm is None or not math.isfinite(hr_bpm):
        return Doubt.READING
    if quality not in (Quality.GOOD, Quality.FAIR):
        return Doubt.POOR
    if movement is Movement.MOVING:
        return Doubt.MOVING
    if movement is Movement.STILL and movement_mg is None:
        return Doubt.NO_MOTION
    if not rhythm:
        return Doubt.RHYTHM
    return Doubt.NONE if movement is Movement.STILL else Doubt.UNVERIFIED
