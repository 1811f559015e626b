"""What helps me (C7): settling after each practice against none, in the same steps.

A practice counts for a way back when it began before the way back did. One that began later would
be found in the long ones most of all; there the way back without it, or with another, ends, cut
short, where it began. What was far away, and what could not be told, is left out; apart and after
the reunion are two questions, and simulated sessions are never pooled with real ones.

This is no experiment: a practice may have been taken when things were easier, or harder. What was
known before is taken into account (the step, the height of the rise, for how long it had stayed
up, the distress that was rated before, how far along the person was); what nobody told is not.
Nothing is said before there is enough, and nothing while the interval still holds 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Any

from biocoach.review.recovery_over_time import WHERE
from biocoach.review.settled import Effect, Settled
from biocoach.review.slowing import may_have_ways_back, slowing_in
from biocoach.settings import HelpsSettings

Json = dict[str, Any]
AMPLITUDE_MIN_BPM, UP_MIN_S = 1.0, 1.0  # so that there is a logarithm
SUDS_MUCH = 25.0  # of distress, 0-100
KEPT = 8  # sets of effects that are remembered


class WhatHelps:
    """Reckons from summaries. The same ways back are not reckoned twice."""

    def __init__(self, settings: HelpsSettings) -> None:
        self._set = settings
        self._known: dict[tuple[Settled, ...], dict[str, Effect]] = {}

    def told(self, summaries: Iterable[Json], *, simulated: bool) -> Json:
        """For apart and after reunion each practice that was used, and what can be said of it.

        ``n``: ways back with it; ``used``, ``without``: in steps that have both, with it and with
        none. ``says``: not_enough, cant_tell, quicker, slower. ``factor`` with ``low`` and
        ``high``: how long settling took as a share of that without; None where there is not
        enough. ``unread``: sessions whose ways back an earlier version left to be read.
        """
        own = _of(summaries, simulated=simulated)
        return {
            "simulated": simulated,
            "needed": {"used": self._set.used_min, "without": self._set.without_min},
            "groups": [self._group(settled(own, where), where) for where in WHERE],
            "heart_slowing": slowing_in(s for s in own if may_have_ways_back(s)),
            "unread": sum(not _read(summary) for summary in own),
        }

    def quickness(
        self, summaries: Iterable[Json], *, simulated: bool
    ) -> dict[str, tuple[float, float]]:
        """What is believed of each practice that was used while apart: mean and standard
        deviation of its effect's logarithm, for choosing by trying."""
        rows = settled(_of(summaries, simulated=simulated), WHERE[0])
        found = self._effects(rows)
        return {name: (round(e.mean, 4), round(e.deviation, 4)) for name, e in found.items()}

    def _effects(self, rows: Sequence[Settled]) -> dict[str, Effect]:
        key = tuple(rows)
        if key not in self._known:
            from biocoach.review.settling_model import effects  # NumPy: when it is asked for

            found = effects(rows, self._set)
            for old in list(self._known)[: 1 - KEPT]:
                self._known.pop(old, None)
            self._known[key] = found
        return self._known[key]

    def _group(self, rows: list[Settled], where: str) -> Json:
        used = Counter(row.practice for row in rows if row.practice)
        counts = {name: matched(rows, name) for name in used}
        enough = {name for name, count in counts.items() if self._enough(*count)}
        found = self._effects(rows) if enough else {}
        return {
            "where": where,
            "without": sum(not row.practice for row in rows),
            "practices": [
                {"practice": name, "n": n, "used": counts[name][0], "without": counts[name][1]}
                | _words(found[name] if name in enough else None)
                for name, n in sorted(used.items(), key=lambda item: (-item[1], item[0]))
            ],
        }

    def _enough(self, used: int, without: int) -> bool:
        return used >= self._set.used_min and without >= self._set.without_min


def settled(summaries: Sequence[Json], where: str) -> list[Settled]:
    """The ways back that count, the oldest first."""
    ways = [
        (summary, way)
        for summary in summaries
        if _read(summary)
        for way in summary["ways_back"]
        if way["where"] == where and not way["left_out"]
        if way["amplitude_bpm"] is not None and way["up_s"] is not None
    ]
    last = max(1, len(ways) - 1)
    rows = [_settled(summary, way, place / last) for place, (summary, way) in enumerate(ways)]
    return [row for row in rows if row.length_s > 0 or not row.cut]


def matched(rows: Sequence[Settled], practice: str) -> tuple[int, int]:
    """How many ways back with it, and how many with none, in steps that have both."""
    without = Counter(row.step for row in rows if not row.practice)
    having = Counter(row.step for row in rows if row.practice == practice)
    both = set(without) & set(having)
    return sum(having[step] for step in both), sum(without[step] for step in both)


def _of(summaries: Iterable[Json], *, simulated: bool) -> list[Json]:
    return [s for s in summaries if bool(s.get("simulated")) is simulated]


def _read(summary: Json) -> bool:
    """Whether its ways back tell all that is needed: earlier versions told less."""
    ways = summary.get("ways_back")
    return ways is not None and all("up_s" in way for way in ways)


def _settled(summary: Json, way: Mapping[str, Any], place: float) -> Settled:
    begun = sorted(way["begun"], key=lambda row: row["after_s"])
    before = [row["practice"] for row in begun if row["after_s"] <= 0]
    practice = before[-1] if before else ""
    length_s = way["seen_s"] if way["half_s"] is None else way["half_s"]
    # The same one once more, a second round of breaths, changes nothing.
    others = [r["after_s"] for r in begun if r["after_s"] > 0 and r["practice"] != practice]
    until_s = min([length_s, *others])
    return Settled(
        length_s=until_s,
        cut=until_s < length_s or way["half_s"] is None,
        step=summary["step"],
        practice=practice,
        day=summary["id"],
        place=place,
        known=_known(summary, way),
    )


def _known(summary: Json, way: Mapping[str, Any]) -> tuple[float | None, ...]:
    """What was known before the way back began. Distress that nobody rated is not known."""
    suds = summary["suds_before"]
    return (
        log(max(way["amplitude_bpm"], AMPLITUDE_MIN_BPM)),
        log(max(way["up_s"], UP_MIN_S)),
        None if suds is None else suds / SUDS_MUCH,
    )


def _words(effect: Effect | None) -> Json:
    """What is shown decides: an end that rounds to 1 is 1."""
    if effect is None:
        return {"says": "not_enough", "factor": None, "low": None, "high": None}
    low, factor, high = (round(value, 2) for value in (effect.low, effect.factor, effect.high))
    says = "quicker" if high < 1 else "slower" if low > 1 else "cant_tell"
    return {"says": says, "factor": factor, "low": low, "high": high}
