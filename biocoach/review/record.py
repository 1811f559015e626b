"""A record folded whole: any session or file, read with today's detector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from biocoach.sequencer import Sequencer
from biocoach.session import FROM_FILE, Session
from biocoach.settings import Settings
from biocoach.types import (
    Activation,
    ActivationOver,
    Begin,
    CleanBeat,
    Fit,
    Gap,
    Input,
    InputBody,
    Mark,
    MarkKind,
    Output,
    Recovery,
    Refused,
    Second,
    Stamped,
    Verdict,
)


@dataclass(slots=True)
class Record:
    """What a fold gave, by kind, in order. ``decisions`` holds what is none of the others.

    ``rates``: the trailing 20-s heart rate at each whole second from 0, bpm. ``added``,
    ``assumed``: see ``afterwards.Rows``.
    """

    inputs: list[Input] = field(default_factory=list)
    beats: list[CleanBeat] = field(default_factory=list)
    seconds: list[Second] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    activations: list[Activation] = field(default_factory=list)
    overs: dict[int, ActivationOver] = field(default_factory=dict)
    recoveries: dict[int, Recovery] = field(default_factory=dict)
    decisions: list[Output] = field(default_factory=list)
    length_s: float = 0.0
    threshold: float | None = None
    rates: list[float | None] = field(default_factory=lambda: [None])
    added: dict[int, int] = field(default_factory=dict)
    assumed: frozenset[int] = frozenset()

    @property
    def coverage(self) -> float:
        """Share of the record's length that believed beats fill, 0-1."""
        kept_ms = sum(b.beat.rr_ms for b in self.beats if b.verdict is Verdict.OK)
        return min(1.0, kept_ms / 1000 / self.length_s) if self.length_s > 0 else 0.0

    @property
    def read_share(self) -> float:
        """Share of the record's seconds that have a heart rate, 0-1."""
        read = sum(second.hr_bpm is not None for second in self.seconds)
        return read / len(self.seconds) if self.seconds else 0.0

    def peak(self, found: Activation) -> tuple[float, float]:
        """When an activation was highest, s, and how high, bpm; so far, where it has not ended."""
        over = self.overs.get(found.number)
        if over is not None:
            return over.peak_s, over.peak_bpm
        rates = [
            (second.hr_bpm, -second.at_s)
            for second in self.seconds[max(0, int(found.alarm_s) - 1) :]
            if second.hr_bpm is not None
        ]
        rate, minus_s = max(rates, default=(found.hr_bpm, -found.alarm_s))
        return -minus_s, rate

    def take(self, output: Output) -> None:
        match output:
            case CleanBeat():
                self.beats.append(output)
            case Second():
                self.seconds.append(output)
                self.rates.append(output.hr_bpm)
            case Gap():
                self.gaps.append(output)
            case Activation():
                self.activations.append(output)
            case ActivationOver():
                self.overs[output.number] = output
            case Recovery():
                self.recoveries[output.activation] = output
            case _:
                self.decisions.append(output)


def fold(
    inputs: Iterable[tuple[float, InputBody]], settings: Settings, until_s: float = 0.0
) -> Record:
    """Fold inputs (stamps in s, in order of arrival) and the seconds up to ``until_s``."""
    session, sequencer, record = Session(settings), Sequencer(), Record()

    def pass_on(stamped: Iterable[Stamped]) -> None:
        for item in stamped:
            outputs = session.step(item)
            refused = any(isinstance(o, Refused) for o in outputs)
            if isinstance(item, Input) and not refused:  # what was refused did not happen
                record.inputs.append(item)
            for output in outputs:
                record.take(output)

    for at_s, body in inputs:
        pass_on(sequencer.arrive(at_s, body))
    pass_on(sequencer.advance(until_s))
    record.length_s = max(until_s, sequencer.last_s)
    record.threshold = session.threshold
    for output in session.finish():
        record.take(output)
    record.gaps.sort(key=lambda g: g.start_s)
    return record


def framed(
    inputs: Iterable[tuple[float, InputBody]], settings: Settings
) -> list[tuple[float, InputBody]]:
    """A file's inputs as a session's: a beginning, and a baseline from its mark, else from 0."""
    rows = list(inputs)
    marked = any(isinstance(b, Mark) and b.kind is MarkKind.BASELINE for _, b in rows)
    begin = Begin(seed=0, settings_hash=settings.hash(), fit=Fit(), source=FROM_FILE)
    first: list[tuple[float, InputBody]] = [(0.0, begin)]
    return first + ([] if marked else [(0.0, Mark(kind=MarkKind.BASELINE))]) + rows
