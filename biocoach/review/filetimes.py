"""The times that a file tells beside its intervals, turned into stamps of the record.

A time is that of the beat that ends its interval (``t_s``), or that of the packet which
brought it (``arrival_s``). They may count seconds or milliseconds from any moment, may be
rounded to whole seconds, and are left aside, which is said, where they can't be followed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from biocoach.review.imported import Timed
from biocoach.review.tables import Rows
from biocoach.types import Intervals

HOLE_S = 2.0  # a step of the clock that is longer than its intervals by more: beats are missing
OFF_MAX_SHARE = 0.10  # elsewhere clock and intervals may differ by this much, as on a strap
COUNT_OFF_SHARE = 0.01  # by less where every step is the same: that may be a count of the rows
OWN_CLOCK_S = 60.0  # a clock that starts later than this counts from some other moment
# The median step of the clock over its intervals is near 1 in seconds, near 1000 in ms.
SECONDS_BELOW, MS_BELOW = 30.0, 30_000.0


@dataclass(slots=True)
class _Group:
    """Intervals that share a time: a packet's; or a beat's, with those before it that have none."""

    at: float
    rr_ms: list[float]

    @property
    def span_s(self) -> float:
        return math.fsum(self.rr_ms) / 1000


class _UnfitError(Exception):
    """Why the times can't be followed; never leaves this module."""


def running(rr_ms: Sequence[float]) -> Iterator[Timed]:
    """Intervals whose clock is their running sum, each arriving as its beat ends."""
    at_s = 0.0
    for value in rr_ms:
        at_s += value / 1000
        yield at_s, Intervals(rr_ms=(value,))


def stamped(rows: Rows) -> tuple[list[Timed], str]:
    """A file's intervals at their times, and a word about these where there is one to say.

    A clock that starts within a minute of 0 stays as it is; any other starts with the first
    interval.
    """
    try:
        groups, tail = _grouped(rows)
        unit_s = _unit_s(groups)
    except _UnfitError as unfit:
        return list(running(rows.rr_ms)), f"{unfit}; read by the sum of its intervals"
    start_s = groups[0].at * unit_s
    begin_s = start_s if rows.arrived else start_s - groups[0].span_s
    origin_s = 0.0 if 0 <= begin_s <= OWN_CLOCK_S else start_s - groups[0].span_s
    times_s = [g.at * unit_s - origin_s for g in groups]
    if not rows.arrived:
        times_s = _unrounded(groups, times_s, _rounding_s([g.at * unit_s for g in groups]))
    inputs: list[Timed] = [
        (at_s, Intervals(rr_ms=tuple(g.rr_ms), arrived=rows.arrived))
        for at_s, g in zip(times_s, groups, strict=True)
    ]
    if tail:
        end_s = inputs[-1][0] + math.fsum(tail) / 1000
        inputs.append((end_s, Intervals(rr_ms=tuple(tail))))
    missing = rows.times.count(None)
    return (
        inputs,
        f"{missing} of its rows have no time; their intervals were used" if missing else "",
    )


def _grouped(rows: Rows) -> tuple[list[_Group], list[float]]:
    """Intervals by their times, and those after the last time. A row without a time goes
    with its packet; or, where times are of beats, with the next beat that has one."""
    groups: list[_Group] = []
    waiting: list[float] = []
    for value, at, line in zip(rows.rr_ms, rows.times, rows.lines, strict=True):
        if rows.arrived and groups and (at is None or at == groups[-1].at):
            groups[-1].rr_ms.append(value)
        elif at is None:
            waiting.append(value)
        elif groups and at < groups[-1].at:
            raise _UnfitError(f"its times go back at line {line}")
        else:
            groups.append(_Group(at, [*waiting, value]))
            waiting = []
    if not groups:
        raise _UnfitError("none of its times can be read")
    return groups, waiting


def _unit_s(groups: list[_Group]) -> float:
    """What the times count, in s: 1 or 0.001. Raises where they don't fit the intervals."""
    steps = [(b.at - a.at, b.span_s) for a, b in pairwise(groups)]
    if not steps:
        return 1.0
    ratios = [step / span_s for step, span_s in steps if step > 0 < span_s]
    ratio = median(ratios) if ratios else 0.0
    if ratio > MS_BELOW:
        raise _UnfitError("its times are neither in seconds nor in milliseconds")
    unit_s = 1.0 if ratio < SECONDS_BELOW else 0.001
    near = [(step * unit_s, s) for step, s in steps if abs(step * unit_s - s) <= HOLE_S]
    off_s = math.fsum(step_s - span_s for step_s, span_s in near)
    counts = len({step for step, _ in steps}) == 1
    share = COUNT_OFF_SHARE if counts else OFF_MAX_SHARE
    allowed_s = HOLE_S + share * math.fsum(span_s for _, span_s in near)
    if 2 * len(near) < len(steps) or abs(off_s) > allowed_s:
        raise _UnfitError("its times don't fit its intervals")
    return unit_s


def _rounding_s(times_s: Sequence[float]) -> float:
    """How finely the file tells its times: 1, 0.1, 0.01 or 0.001 s."""
    for digits in range(3):
        if all(abs(round(t, digits) - t) < 1e-5 for t in times_s):
            return 10.0**-digits
    return 0.001


def _unrounded(groups: list[_Group], times_s: list[float], rounding_s: float) -> list[float]:
    """Times of beats by their intervals, as long as the told ones agree but for their rounding."""
    found = times_s[:1]
    for group, told_s in zip(groups[1:], times_s[1:], strict=True):
        sum_s = found[-1] + group.span_s
        found.append(sum_s if abs(told_s - sum_s) <= rounding_s else max(found[-1], told_s))
    return found
