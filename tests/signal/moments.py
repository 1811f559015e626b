"""What a detector is given, second by second, and what it tells."""

from __future__ import annotations

from dataclasses import replace

from biocoach.settings import ActivationSettings
from biocoach.signal.activation import Detector, Moment
from biocoach.types import Activation, ActivationOver


def moments(quiet: Moment, *parts: tuple[int, float | None], **changes: object) -> list[Moment]:
    """So many seconds at that rate, one part after the other, from second 1."""
    rates = [rate for seconds, rate in parts for _ in range(seconds)]
    return [
        replace(quiet, at_s=at, hr_bpm=rate, **changes)  # type: ignore[arg-type]
        for at, rate in enumerate(rates, start=1)
    ]


def told(
    given: list[Moment], detector: Detector | None = None
) -> tuple[list[Activation], list[ActivationOver]]:
    detector = detector or Detector(ActivationSettings())
    done = [event for moment in given for event in detector.step(moment)]
    return (
        [e for e in done if isinstance(e, Activation)],
        [e for e in done if isinstance(e, ActivationOver)],
    )
