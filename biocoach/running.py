"""A session under way: its fold, its order, and the journal lines that each step makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from biocoach.clock import Clock, iso_utc
from biocoach.sequencer import Sequencer
from biocoach.session import Session
from biocoach.settings import Settings
from biocoach.types import (
    Begin,
    CleanBeat,
    Decision,
    End,
    Entry,
    Input,
    InputBody,
    Link,
    Output,
    Phase,
    Refused,
    Second,
    Stamped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stamped thing, what followed from it, and the journal lines of both."""

    stamped: Stamped
    outputs: list[Output]
    entries: list[Entry]

    @property
    def number(self) -> int | None:
        return self.stamped.number if isinstance(self.stamped, Input) else None


@dataclass(slots=True)
class Running:
    """``start_clock_s``: the clock at the session's second 0."""

    id: str
    person: str
    writer: str
    settings: Settings
    start_clock_s: float
    started: datetime
    session: Session = field(init=False)
    sequencer: Sequencer = field(default_factory=Sequencer)
    settings_hash: str = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.settings)
        self.settings_hash = self.settings.hash()

    @property
    def closed(self) -> bool:
        return self.session.phase is Phase.CLOSED

    @property
    def next_tick_clock_s(self) -> float:
        return self.start_clock_s + self.sequencer.next_tick_s

    def arrive(self, clock_s: float, body: InputBody, clock: Clock) -> list[Step]:
        at_s = max(0.0, clock_s - self.start_clock_s)
        return self._steps(self.sequencer.arrive(at_s, body), clock)

    def pass_time(self, clock_s: float, clock: Clock) -> list[Step]:
        # Rounded as stamps are: the clock's own error must not hold a second back.
        at_s = round(clock_s - self.start_clock_s, 3)
        return self._steps(self.sequencer.advance(at_s), clock)

    def _steps(self, stamped: Iterable[Stamped], clock: Clock) -> list[Step]:
        return [self._step(item, clock) for item in stamped]

    def _step(self, item: Stamped, clock: Clock) -> Step:
        """What comes after the end is refused and not kept."""
        if self.closed and isinstance(item, Input):
            late = Refused(at_s=item.at_s, number=item.number, why="wrong_phase")
            return Step(stamped=item, outputs=[late], entries=[])
        outputs = self._fold(item)
        return Step(stamped=item, outputs=outputs, entries=self._entries(item, outputs, clock))

    def _fold(self, item: Stamped) -> list[Output]:
        """Time ends with the session: nobody counts the seconds after it."""
        outputs = self.session.step(item)
        if self.closed:
            self.sequencer.stop()
        return outputs

    def _entries(self, item: Stamped, outputs: Sequence[Output], clock: Clock) -> list[Entry]:
        """An input and every decision that followed; beats and seconds can be had again."""
        bodies: list[tuple[int | None, InputBody | Decision]] = []
        if isinstance(item, Input):
            bodies.append((item.number, item.body))
        bodies += [(None, o) for o in outputs if not isinstance(o, (CleanBeat, Second))]
        wall = iso_utc(clock.wall())
        return [
            Entry(
                person=self.person,
                writer=self.writer,
                session=self.id,
                boot_id=clock.boot_id,
                at_s=item.at_s,
                wall_utc=wall,
                body=body,
                settings_hash=self.settings_hash,
                number=number,
            )
            for number, body in bodies
        ]

    # ---- coming back

    def refold(self, entries: Iterable[Entry]) -> list[Step]:
        """Fold what the journal has: the steps again, to be shown and not journalled twice."""
        last_s = 0.0
        steps: list[Step] = []
        for entry in entries:
            last_s = max(last_s, entry.at_s)
            if isinstance(entry.body, InputBody):
                steps += self._again(self.sequencer.arrive(entry.at_s, entry.body))
        return steps + self._again(self.sequencer.advance(last_s))

    def _again(self, stamped: Iterable[Stamped]) -> list[Step]:
        return [Step(stamped=item, outputs=self._fold(item), entries=[]) for item in stamped]

    def come_back(self, clock: Clock, *, reason: str) -> list[Step]:
        """The program was away: the time passes as a gap with its reason."""
        return self.arrive(clock.now_s(), Link(up=False, reason=reason), clock)

    def end(self, clock: Clock, *, reason: str) -> list[Step]:
        """Close it where it stands, without another second, by way of its debrief."""
        last_clock_s, steps = self.start_clock_s + self.sequencer.last_s, list[Step]()
        while not self.closed:
            steps += self.arrive(last_clock_s, End(reason=reason), clock)
        return steps


def begin_of(entries: Sequence[Entry]) -> Begin | None:
    """The beginning of a journalled session; None where the journal has lost it."""
    first = entries[0].body if entries else None
    return first if isinstance(first, Begin) else None
