"""What leaves live: only what was committed, no word of a person, nothing of a heart that is still;
and each beat at its own moment."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from biocoach.outlet import Streaming
from biocoach.running import Running, Step
from biocoach.settings import Settings
from biocoach.streams import BEATS, FEATURES, MARKS, STATES, STREAMS, Sample, samples_of
from biocoach.types import InputBody, Mark, MarkKind, Rating, Support
from tests.fakes import START, FakeClock
from tests.signal.hearts import BEGIN, heart, worn
from tests.strategies import plan

Rows = list[tuple[float, InputBody]]
CANARY = "canary"


def rows_of(support: Support) -> Rows:
    rows: Rows = worn(
        heart(700, lambda t: 90.0 if 420 < t < 470 else 63.0, breath_ms=15), begin=BEGIN
    )
    said: Rows = [
        (0.0, plan(support=support)),
        (310.0, Mark(kind=MarkKind.APART)),
        (320.0, Mark(kind=MarkKind.NOTE, text=CANARY)),
        (330.0, Rating(suds=77)),
        (640.0, Mark(kind=MarkKind.BACK)),
    ]
    return sorted([*rows, *said], key=lambda row: row[0])


@dataclass
class Heard:
    """Outlets with a clock of their own, 5000 s before ours."""

    clock: FakeClock
    got: list[tuple[Sample, float]] = field(default_factory=list)

    def now_s(self) -> float:
        return self.clock.now_s() - 5000.0

    def push(self, sample: Sample, at_s: float) -> None:
        self.got.append((sample, at_s))

    def close(self) -> None: ...

    def of(self, stream: str) -> list[tuple[Sample, float]]:
        return [(sample, at_s) for sample, at_s in self.got if sample.stream == stream]


def stepped(rows: Rows, clock: FakeClock) -> Iterator[tuple[Running, list[Step]]]:
    running = Running(
        id="s", person="me", writer="test", settings=Settings(), start_clock_s=clock.now_s(),
        started=START,
    )  # fmt: skip
    start_s = clock.now_s()
    for at_s, body in rows:
        clock.advance_to(start_s + at_s)
        yield running, running.arrive(start_s + at_s, body, clock)


def heard(support: Support) -> Heard:
    clock = FakeClock(9000.0)
    found = Heard(clock)
    standing = False
    streaming = Streaming(found, clock, still=lambda: standing)
    for place, (running, steps) in enumerate(stepped(rows_of(support), clock)):
        if not place:
            streaming.began(running)
        phase = running.session.phase.value
        standing = support is Support.OBSERVE and phase == "apart"
        streaming.stepped(running, steps)
    return found


@pytest.fixture(scope="module")
def open_step() -> Heard:
    return heard(Support.REGULATE)


def test_a_beat_leaves_at_its_own_moment(open_step: Heard) -> None:
    beats = open_step.of(BEATS)
    assert len(beats) > 500
    for sample, at_s in beats:
        assert at_s == pytest.approx(4000.0 + sample.at_s)  # our 9000 is their 4000
        rr_ms, rate, believed = (float(value) for value in sample.values)
        assert rate == pytest.approx(60_000 / rr_ms)
        assert believed in (0.0, 1.0)
    assert [at_s for _, at_s in beats] == sorted(at_s for _, at_s in beats)


def test_each_second_has_its_figures_and_its_state(open_step: Heard) -> None:
    figures, states = open_step.of(FEATURES), open_step.of(STATES)
    assert len(figures) == len(states) > 600
    assert math.isnan(float(figures[0][0].values[0]))  # no beat yet: not a number, never calm
    assert states[0][0].values == ("unknown",)
    assert {len(sample.values) for sample, _ in figures} == {len(STREAMS[1].channels)}


def test_marks_tell_what_happened_and_no_word_or_number(open_step: Heard) -> None:
    marks = [str(sample.values[0]) for sample, _ in open_step.of(MARKS)]
    for mark in ("phase/apart", "mark/apart", "mark/note", "rating", "activation/begun", "offer"):
        assert mark in marks
    said = repr(open_step.got)
    assert CANARY not in said
    assert not any(character.isdigit() for mark in marks for character in mark)


def test_nothing_of_a_heart_that_is_kept_still_leaves() -> None:
    found = heard(Support.OBSERVE)
    marks = {str(sample.values[0]): at_s for sample, at_s in found.of(MARKS)}
    begun_s, ended_s = marks["still/begun"], marks["still/ended"]
    assert ended_s - begun_s > 300
    for stream in (BEATS, FEATURES, STATES):
        inside = [at_s for _, at_s in found.of(stream) if begun_s < at_s < ended_s - 15]
        assert inside == []
        assert any(at_s > ended_s for _, at_s in found.of(stream))
    assert "activation/begun" not in marks


def test_what_was_refused_is_no_mark() -> None:
    clock = FakeClock()
    rows: Rows = [(0.0, BEGIN), (1.0, Mark(kind=MarkKind.BACK))]
    steps = [step for _, found in stepped(rows, clock) for step in found]
    told = [s.values[0] for s in samples_of(steps, still=False) if s.stream == MARKS]
    assert "mark/back" not in told


def test_an_old_session_that_is_told_again_does_not_leave_again() -> None:
    clock = FakeClock(9000.0)
    found = Heard(clock)
    steps = list(stepped(rows_of(Support.REGULATE)[:200], clock))
    streaming = Streaming(found, clock, still=lambda: False)
    clock.advance(3600.0)
    streaming.began(steps[0][0])
    for running, some in steps:
        streaming.stepped(running, some)
    assert found.got == []
