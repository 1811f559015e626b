"""Stretches of a session without a reading that no gap of the strap explains.

Beats may come and be too unclear to be read. The line of the review breaks off there, and a
break must say why: missing data is unknown, never calm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from biocoach.review.record import Record
from biocoach.types import Gap, Second

Json = dict[str, Any]


def unread(record: Record, least_s: float) -> list[Json]:
    """``start_s``, ``end_s`` and the commonest ``why`` of each stretch longer than ``least_s``."""
    found = (_stretch(run, record.gaps) for run in _runs(record))
    return [stretch for stretch in found if stretch["end_s"] - stretch["start_s"] > least_s]


def _runs(record: Record) -> Iterator[list[Second]]:
    """Neighbouring seconds without a reading, outside the gaps."""
    run: list[Second] = []
    for second in record.seconds:
        if second.hr_bpm is None and not _in_a_gap(second, record.gaps):
            run.append(second)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _in_a_gap(second: Second, gaps: list[Gap]) -> bool:
    return any(gap.start_s < second.at_s <= gap.end_s for gap in gaps)


def _stretch(run: list[Second], gaps: list[Gap]) -> Json:
    """A second stands for the time since the one before it, as far as no gap has that."""
    first_s, last_s = float(run[0].at_s), float(run[-1].at_s)
    start_s = max([first_s - 1, *(g.end_s for g in gaps if g.end_s < first_s)])
    end_s = min([last_s, *(g.start_s for g in gaps if first_s <= g.start_s)])
    ((why, _),) = Counter(second.why for second in run).most_common(1)
    return {"start_s": start_s, "end_s": end_s, "why": why}
