"""Text files of one heart, and what is read of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest

from biocoach.review import summing_beside
from biocoach.review.imported import Imported
from biocoach.review.record import Record, fold, framed
from biocoach.sandbox import Stream
from biocoach.settings import Settings
from biocoach.types import Refusal
from tests.signal.hearts import heart

HEART = [round(v, 1) for v in heart(300)]
HOLE_S = 40.0
UNIX_S = 1_690_000_000.0
HEAD = '{"biocoach_capture": 1, "started_utc": "2026-01-31T09:00:00Z", "device": {"name": "t"}}'


def times_s(hole_at: int = -1, rr: Sequence[float] = HEART) -> list[float]:
    """The time of each beat; before beat ``hole_at`` forty seconds are missing."""
    holes = [HOLE_S if place == hole_at else 0.0 for place in range(len(rr))]
    return list(itertools.accumulate(v / 1000 + hole for v, hole in zip(rr, holes, strict=True)))


Look = Callable[[str | bytes], Imported | Refusal]


def good(found: Imported | Refusal) -> Imported:
    assert isinstance(found, Imported), found
    return found


def refused(found: Imported | Refusal) -> str:
    assert isinstance(found, Refusal), found
    assert "\n" not in found.why
    return found.why


def folded(found: Imported | Refusal) -> Record:
    return fold(framed(good(found).inputs, Settings()), Settings(), good(found).length_s)


def rr_of(found: Imported | Refusal) -> list[float]:
    return [b.beat.rr_ms for b in folded(found).beats]


def table(head: str, rows: Sequence[tuple[object, ...]], by: str = ",") -> str:
    return "".join(by.join(map(str, row)) + "\n" for row in [(head,), *rows])


def with_t_s(times: Sequence[float]) -> str:
    return table("t_s,rr_ms", [(f"{t:.3f}", v) for t, v in zip(times, HEART, strict=True)])


def with_pairs(times: Sequence[float]) -> str:
    return "".join(f"{t:.3f} {v / 1000:.4f}\n" for t, v in zip(times, HEART, strict=True))


def with_arrival_s(times: Sequence[float]) -> str:
    """A packet a second, as a strap sends it: its rows share one time."""
    return table("rr_ms,arrival_s", [(v, int(t) + 1.05) for t, v in zip(times, HEART, strict=True)])


def as_unix_ms(times: Sequence[float]) -> str:
    return table(
        "t_s,rr_ms", [(round(1000 * (UNIX_S + t)), v) for t, v in zip(times, HEART, strict=True)]
    )


def as_whole_seconds(times: Sequence[float]) -> str:
    return table("t_s,rr_ms", [(int(t), v) for t, v in zip(times, HEART, strict=True)])


WRITERS = [with_t_s, with_pairs, with_arrival_s, as_unix_ms, as_whole_seconds]


def children_started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules of the children that sum a session up from now on."""
    started: list[str] = []

    class Counted(Stream):
        def __init__(self, module: str) -> None:
            started.append(module)
            super().__init__(module)

    monkeypatch.setattr(summing_beside, "Stream", Counted)
    return started
