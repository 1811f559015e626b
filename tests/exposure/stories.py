"""Sessions told as stories: a heart with rises, a plan, and words at their times."""

from __future__ import annotations

from biocoach.review.record import Record, fold
from biocoach.settings import Settings
from biocoach.types import (
    Begin,
    InputBody,
    Mark,
    MarkKind,
    Offer,
    Phase,
    PhaseChange,
    Plan,
    Question,
    Silence,
)
from tests.signal.hearts import BEGIN, Rows, heart, worn
from tests.strategies import plan

APART = (300.0, Mark(kind=MarkKind.APART))
RISE_S = 360.0
Word = tuple[float, InputBody]


def rising(at_s: float) -> float:
    """Two rises of 20 for two minutes each, the second twelve minutes after the first."""
    return 84.0 if at_s >= RISE_S and (at_s - RISE_S) % 720 < 120 else 64.0


def told(
    wish: Plan | None = None,
    *words: Word,
    until_s: float = 700,
    begin: Begin = BEGIN,
    still: bool = True,
    rate: object = rising,
) -> Record:
    """A session with a rise at second 360; the words are said at their times."""
    assert callable(rate)
    start: Rows = [(0.0, wish or plan()), APART, *words]
    rows = worn(heart(until_s, rate), still=still, begin=begin)
    return fold(sorted(rows + start, key=lambda row: row[0]), Settings(), until_s)


def offers(record: Record) -> list[Offer]:
    return [d for d in record.decisions if isinstance(d, Offer)]


def asked(record: Record) -> list[str]:
    return [d.kind for d in record.decisions if isinstance(d, Question)]


def silences(record: Record) -> list[str]:
    return [d.because for d in record.decisions if isinstance(d, Silence)]


def phases(record: Record) -> list[Phase]:
    return [d.phase for d in record.decisions if isinstance(d, PhaseChange)]


def number_of(record: Record, body: InputBody) -> int:
    return next(i.number for i in record.inputs if i.body == body)
