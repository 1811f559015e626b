"""What helps me (C7): settling after each practice against none, matched by step and rise.

A practice counts for a way back when it began before the way back did. One that began later would
be found in the long ones most of all; there the way back without it ends, cut short, where the
practice began. What was far away, and what could not be told, is left out; apart and after the
reunion are two questions, and simulated sessions are never pooled with real ones.

This is no experiment: a practice may have been taken when things were easier, or harder. Nothing
is said before there is enough, and nothing of which the interval still holds 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from biocoach.review.recovery_over_time import WHERE
from biocoach.review.settling_model import Effect, Settled, effects
from biocoach.settings import HelpsSettings

Json = dict[str, Any]


def what_helps(summaries: Iterable[Json], settings: HelpsSettings, *, simulated: bool) -> Json:
    """For apart and after reunion each practice that was used, and what can be said of it.

    ``says``: not_enough, cant_tell, quicker, slower. ``factor`` with ``low`` and ``high``: how
    long settling took as a share of that without; None where there is not enough.
    """
    told = [s for s in summaries if bool(s.get("simulated")) is simulated]
    return {
        "simulated": simulated,
        "needed": {"used": settings.used_min, "without": settings.without_min},
        "groups": [_group(settled(told, where), where, settings) for where in WHERE],
    }


def quickness(
    summaries: Iterable[Json], settings: HelpsSettings, *, simulated: bool
) -> dict[str, tuple[float, float]]:
    """What is believed of each practice that was used while apart: mean and standard deviation of
    its effect's logarithm, for choosing by trying."""
    told = [s for s in summaries if bool(s.get("simulated")) is simulated]
    found = effects(settled(told, WHERE[0]), settings)
    return {name: (round(e.mean, 4), round(e.deviation, 4)) for name, e in found.items()}


def settled(summaries: Sequence[Json], where: str) -> list[Settled]:
    """The ways back that count, the oldest first."""
    ways = [
        (summary.get("step", ""), way)
        for summary in summaries
        for way in summary.get("ways_back", [])
        if way["where"] == where and not way["left_out"] and way.get("amplitude_bpm") is not None
    ]
    last = max(1, len(ways) - 1)
    rows = [_settled(step, way, place / last) for place, (step, way) in enumerate(ways)]
    return [row for row in rows if row.length_s > 0]


def _settled(step: str, way: Mapping[str, Any], place: float) -> Settled:
    begun = sorted(way.get("begun", []), key=lambda row: row["after_s"])
    before = [row["practice"] for row in begun if row["after_s"] <= 0]
    changes = min((row["after_s"] for row in begun if row["after_s"] > 0), default=None)
    length_s = way["seen_s"] if way["half_s"] is None else way["half_s"]
    changed = changes is not None and changes < length_s
    return Settled(
        length_s=changes if changed and changes is not None else length_s,
        cut=changed or way["half_s"] is None,
        step=step,
        amplitude_bpm=way["amplitude_bpm"],
        practice=before[-1] if before else "",
        place=place,
    )


def _group(rows: list[Settled], where: str, settings: HelpsSettings) -> Json:
    used = Counter(row.practice for row in rows if row.practice)
    enough = {name for name in used if _enough(rows, name, settings)}
    found = effects(rows, settings) if enough else {}
    return {
        "where": where,
        "without": sum(not row.practice for row in rows),
        "practices": [
            {"practice": name, "n": n, **_told(found.get(name) if name in enough else None)}
            for name, n in sorted(used.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


def _enough(rows: Sequence[Settled], practice: str, settings: HelpsSettings) -> bool:
    """In steps that have both: so many with it, and so many without."""
    without = Counter(row.step for row in rows if not row.practice)
    having = Counter(row.step for row in rows if row.practice == practice)
    both = set(without) & set(having)
    return (
        sum(having[step] for step in both) >= settings.used_min
        and sum(without[step] for step in both) >= settings.without_min
    )


def _told(effect: Effect | None) -> Json:
    if effect is None:
        return {"says": "not_enough", "factor": None, "low": None, "high": None}
    says = "quicker" if effect.high < 1 else "slower" if effect.low > 1 else "cant_tell"
    return {
        "says": says,
        "factor": round(effect.factor, 2),
        "low": round(effect.low, 2),
        "high": round(effect.high, 2),
    }
