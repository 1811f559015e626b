"""What may leave live of each committed step: beats, features, states and marks, as plain values.

Pure. No word that a person wrote is among it, and no rating's number. While a step of *observe* is
still nothing of the heart leaves: only that, as a mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from biocoach.running import Step
from biocoach.types import (
    Activation,
    ActivationOver,
    CleanBeat,
    Gap,
    Input,
    Link,
    Mark,
    Offer,
    Output,
    PhaseChange,
    PracticeLog,
    Question,
    Rating,
    Refused,
    Second,
    Urge,
    Verdict,
)

Value = float | str
BEATS, FEATURES, STATES, MARKS = "beats", "features", "states", "marks"
NAN = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    label: str
    unit: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """``rate_hz`` 0: samples come when they come. ``text``: its one channel holds words."""

    name: str
    type: str
    rate_hz: float
    channels: tuple[Channel, ...]
    text: bool = False


def _channel(label: str, unit: str, type: str) -> Channel:  # noqa: A002 - XDF's own word
    return Channel(label=label, unit=unit, type=type)


STREAMS = (
    Stream(
        name=BEATS,
        type="RR",
        rate_hz=0.0,
        channels=(
            _channel("RR", "milliseconds", "RR"),
            _channel("heart_rate", "bpm", "HeartRate"),
            _channel("believed", "none", "Quality"),
        ),
    ),
    Stream(
        name=FEATURES,
        type="HRV",
        rate_hz=1.0,
        channels=(
            _channel("heart_rate", "bpm", "HeartRate"),
            _channel("rmssd", "milliseconds", "HRV"),
            _channel("score", "none", "Arousal"),
            _channel("movement", "milli-g", "Accelerometer"),
            _channel("breaths", "per minute", "Respiration"),
            _channel("coverage", "none", "Quality"),
        ),
    ),
    Stream(
        name=STATES, type="State", rate_hz=1.0, channels=(_channel("state", "none", "State"),),
        text=True,
    ),
    Stream(
        name=MARKS, type="Markers", rate_hz=0.0, channels=(_channel("mark", "none", "Marker"),),
        text=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """``at_s``: of the session, when it was: a beat's own moment, a second's end."""

    stream: str
    at_s: float
    values: tuple[Value, ...]


def samples_of(steps: Sequence[Step], *, still: bool) -> Iterator[Sample]:
    """In the steps' order. ``still``: of the heart nothing may be seen now."""
    for step in steps:
        refused = any(isinstance(output, Refused) for output in step.outputs)
        if isinstance(step.stamped, Input) and not refused:
            yield from _marks(step.stamped.at_s, _of_input(step.stamped))
        for output in step.outputs:
            yield from _of_output(output, still)


def _marks(at_s: float, word: str) -> Iterator[Sample]:
    if word:
        yield Sample(stream=MARKS, at_s=at_s, values=(word,))


def _of_input(item: Input) -> str:
    match item.body:
        case Mark(kind=kind):
            return f"mark/{kind.value}"
        case Rating():
            return "rating"
        case Urge(kind=urge):
            return f"urge/{urge.value}"
        case PracticeLog(moment=moment):
            return f"practice/{moment.value}"
        case Link(up=up):
            return "link/up" if up else "link/down"
        case _:
            return ""


def _of_output(output: Output, still: bool) -> Iterator[Sample]:
    match output:
        case PhaseChange():
            yield from _marks(output.at_s, f"phase/{output.phase.value}")
        case Offer():
            yield from _marks(output.at_s, "offer")
        case _ if still:
            return
        case CleanBeat():
            yield _beat(output)
        case Second():
            yield from _second(output)
        case Activation():
            yield from _marks(output.alarm_s, "activation/begun")
        case ActivationOver():
            yield from _marks(output.end_s, "activation/ended")
        case Question(kind="settled"):
            yield from _marks(output.at_s, "settled")
        case Gap():
            yield from _marks(output.start_s, "gap/begun")
            yield from _marks(output.end_s, "gap/ended")
        case _:
            return


def _beat(clean: CleanBeat) -> Sample:
    rr_ms = clean.beat.rr_ms
    believed = 1.0 if clean.verdict is Verdict.OK else 0.0
    values = (rr_ms, 60_000 / rr_ms if rr_ms > 0 else NAN, believed)
    return Sample(stream=BEATS, at_s=clean.beat.beat_s, values=values)


def _second(second: Second) -> Iterator[Sample]:
    """What is not known is not a number, and its state is *unknown*."""
    found = (
        second.hr_bpm, second.rmssd_ms, second.score, second.movement_mg,
        second.breath.per_min if second.breath else None, second.coverage,
    )  # fmt: skip
    at_s = float(second.at_s)
    values = tuple(NAN if value is None else float(value) for value in found)
    yield Sample(stream=FEATURES, at_s=at_s, values=values)
    yield Sample(stream=STATES, at_s=at_s, values=(second.state.value,))
