"""What every campaign of faults has in common: how much, from which seed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

Piece = tuple[str, int]  # the seed's name, and how many of its own it tries

FAILURES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for on the command line; a campaign takes what it needs of it."""

    count: int
    seed: int
    processes: int = 1


@dataclass(slots=True)
class Outcome:
    """``counts`` by what was counted; each failure in one line, with all that repeats it."""

    counts: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # figures beside the counts

    def add(self, other: Outcome) -> None:
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.failures += other.failures
        self.notes += other.notes

    def last_line(self) -> str:
        told = ", ".join(
            [*(f"{count:,} {name}" for name, count in self.counts.items()), *self.notes]
        )
        return f"{told or 'nothing done'}; {len(self.failures):,} failures"


def in_pieces(order: Order, name: str, size: int, work: Callable[[Piece], Outcome]) -> Outcome:
    """All of it, by as many processes as were asked for. Pieces of ``size`` have seeds of their
    own, so that it says the same whoever runs them."""
    outcome = Outcome()
    pieces = list(_pieces(order, name, size))
    if order.processes > 1:
        with ProcessPoolExecutor(order.processes) as pool:
            for part in pool.map(work, pieces):
                outcome.add(part)
    else:
        for piece in pieces:
            outcome.add(work(piece))
    return outcome


def each_alone(piece: Piece, counted: str, one: Callable[[Path, str], str]) -> Outcome:
    """A piece of trials that have a data folder each; ``one`` says what is wrong, or nothing."""
    name, count = piece
    outcome = Outcome(counts={counted: count})
    for number in range(count):
        with TemporaryDirectory() as place:
            why = one(Path(place) / "data", f"{name}/{number}")
        if why:
            outcome.failures.append(why)
    return outcome


def _pieces(order: Order, name: str, size: int) -> Iterator[Piece]:
    for number, first in enumerate(range(0, order.count, size)):
        yield f"{name}/{order.seed}/{number}", min(size, order.count - first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """``promise`` in one line; ``run`` is given the order and breaks nothing outside."""

    promise: str
    count: int  # when none is given
    run: Callable[[Order], Outcome]
