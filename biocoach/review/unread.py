"""Stretches of a session without a reading that no gap of the strap explains.

Beats may come and be too unclear to be read. The line of the review breaks off there, and a
break must say why: missing data is unknown, never calm.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from biocoach.review.record import Record
from biocoach.types import Gap, Second

Json = dict[str, Any]


def unread(record: Record, least_s: float) -> list[Json]:
    """``start_s``, ``end_s`` and the commonest ``why`` of each stretch longer than ``least_s``."""
    gaps = _Gaps(record.gaps)
    found = (_stretch(run, gaps) for run in _runs(record, gaps))
    return [stretch for stretch in found if stretch["end_s"] - stretch["start_s"] > least_s]


class _Gaps:
    """Gaps that can be asked in any number: a recording may have thousands."""

    def __init__(self, gaps: list[Gap]) -> None:
        by_start = sorted((g.start_s, g.end_s) for g in gaps)
        self._starts = [start_s for start_s, _ in by_start]
        self._last_ends = list(accumulate((end_s for _, end_s in by_start), max))
        self._ends = sorted(g.end_s for g in gaps)

    def hold(self, at_s: float) -> bool:
        """After a gap's start, and not after its end."""
        before = bisect_left(self._starts, at_s)
        return before > 0 and self._last_ends[before - 1] >= at_s

    def ended_before(self, at_s: float) -> list[float]:
        """The last end before it, if there is one."""
        place = bisect_left(self._ends, at_s)
        return self._ends[place - 1 : place] if place else []

    def begins_from(self, at_s: float) -> list[float]:
        """The first start from it on, if there is one."""
        place = bisect_left(self._starts, at_s)
        return self._starts[place : place + 1]


def _runs(record: Record, gaps: _Gaps) -> Iterator[list[Second]]:
    """Neighbouring seconds without a reading, outside the gaps."""
    run: list[Second] = []
    for second in record.seconds:
        if second.hr_bpm is None and not gaps.hold(second.at_s):
            run.append(second)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _stretch(run: list[Second], gaps: _Gaps) -> Json:
    """A second stands for the time since the one before it, as far as no gap has that."""
    first_s, last_s = float(run[0].at_s), float(run[-1].at_s)
    start_s = max([first_s - 1, *gaps.ended_before(first_s)])
    end_s = min([last_s, *gaps.begins_from(first_s)])
    ((why, _),) = Counter(second.why for second in run).most_common(1)
    return {"start_s": start_s, "end_s": end_s, "why": why}
