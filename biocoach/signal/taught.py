"""What the person's answers teach the detector: one plain rule, over all their sessions.

*It was something else* adds one, a later *it was distress* takes one away; never below none,
and what lies beyond the cap is not counted. Every second one raises the threshold by a step.
"""

from __future__ import annotations

from collections.abc import Iterable

from biocoach.settings import ActivationSettings
from biocoach.types import Answer

DISMISSALS_TO_LEARN = 2


def dismissals(answers: Iterable[Answer], settings: ActivationSettings, before: int = 0) -> int:
    """What counts as dismissed after these answers, the last word on each activation, in order.

    ``before``: what counted when the first of them was given.
    """
    count = before
    for answer in answers:
        count += 1 if answer is Answer.OTHER else -1
        count = max(0, min(count, _most(settings)))
    return count


def threshold_after(dismissed: int, settings: ActivationSettings) -> float:
    """The threshold in spreads that so many dismissals teach."""
    taught = settings.drift_step * (dismissed // DISMISSALS_TO_LEARN)
    return min(settings.drift + taught, settings.drift_max)


def _most(settings: ActivationSettings) -> int:
    """So many reach the cap; more would only have to be taken back before it goes down."""
    steps = (settings.drift_max - settings.drift) / settings.drift_step
    return DISMISSALS_TO_LEARN * round(steps)
