"""An old session under today's rules, beside what was decided on the day.

The journal holds the decisions as they were made; the fold makes them again with today's settings
and detector. What was decided stays: this only lays both side by side. Offers are no part of it,
since what a coach would have said now was never said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from biocoach.review.afterwards import until_closed
from biocoach.review.apart import where_of
from biocoach.review.record import Record
from biocoach.settings import Settings
from biocoach.types import Activation, ActivationOver, BaselineReady, Begin, Entry, Gap, Recovery

Json = dict[str, Any]
# Two of one rise: their onsets are searched back over the same beats, and differ by less than the
# time that an activation needs to be one (``ActivationSettings``); further off they are two rises.
SAME_RISE_S = 60.0


def then_and_now(
    entries: Sequence[Entry], record: Record, settings: Settings, then: Json | None = None
) -> Json:
    """``then`` is the settings document of the day, None where the journal has none.

    -> ``decided``: whether anything was decided on the day (of a recording from elsewhere nothing
    was); ``same``: no difference in what is compared; ``activations``, each with ``then`` and
    ``now``, one of which may be None; ``baseline`` and ``gaps_s``, then and now; ``settings`` and
    ``program``, then and now; ``changed``: the settings that differ, None where they are unknown.
    """
    own = list(until_closed(entries))
    before = _decided(own)
    now = [_now(record, found) for found in record.activations]
    pairs = paired(before, now)
    baselines = {
        "then": _baseline(e.body for e in own),
        "now": _baseline(record.decisions),
    }
    gaps_s = {
        "then": _gaps_s(e.body for e in own),
        "now": _gaps_s(record.gaps),
    }
    hashes = [e.settings_hash for e in own if e.settings_hash] or [
        e.body.settings_hash for e in own if isinstance(e.body, Begin)
    ]
    decided = any(isinstance(e.body, BaselineReady | Activation | Gap) for e in own)
    agree = all(_agree(pair) for pair in pairs) and baselines["then"] == baselines["now"]
    return {
        "decided": decided,
        "same": decided and agree and gaps_s["then"] == gaps_s["now"],
        "activations": pairs,
        "baseline": baselines,
        "gaps_s": gaps_s,
        "length_s": record.length_s,
        "coverage_now": round(record.read_share, 4),
        "settings": {"then": hashes[0] if hashes else None, "now": settings.hash()},
        "program": {"then": own[0].writer if own else None},
        "changed": None if then is None else changed(then, json.loads(settings.document())),
    }


def paired(before: Sequence[Json], now: Sequence[Json]) -> list[Json]:
    """Those of one rise side by side, by their onsets, the nearest first; each at most once."""
    near = sorted(
        (abs(a["onset_s"] - b["onset_s"]), i, j)
        for i, a in enumerate(before)
        for j, b in enumerate(now)
        if abs(a["onset_s"] - b["onset_s"]) <= SAME_RISE_S
    )
    partner: dict[int, int] = {}
    for _, i, j in near:
        if i not in partner and j not in partner.values():
            partner[i] = j
    taken = set(partner.values())
    pairs = [
        {"then": a, "now": now[partner[i]] if i in partner else None} for i, a in enumerate(before)
    ]
    pairs += [{"then": None, "now": b} for j, b in enumerate(now) if j not in taken]
    return sorted(pairs, key=_onset_s)


def changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Json]:
    """The settings that differ, by ``group.name``; None for one that was not there."""
    old, new = _flat(then), _flat(now)
    return [
        {"name": name, "then": old.get(name), "now": new.get(name)}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _flat(document: Mapping[str, Any], before: str = "") -> Json:
    found: Json = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found


def _decided(entries: Iterable[Entry]) -> list[Json]:
    """The activations as the journal tells them; a later word on the same one counts."""
    bodies = [e.body for e in entries]
    overs = {b.number: b for b in bodies if isinstance(b, ActivationOver)}
    ways = {b.activation: b for b in bodies if isinstance(b, Recovery)}
    found = {b.number: b for b in bodies if isinstance(b, Activation)}
    return [_row(one, overs.get(number), ways.get(number), None) for number, one in found.items()]


def _now(record: Record, found: Activation) -> Json:
    way = record.recoveries[found.number]
    return _row(found, record.overs.get(found.number), way, where_of(record, found, way))


def _row(
    found: Activation, over: ActivationOver | None, way: Recovery | None, where: str | None
) -> Json:
    return {
        "number": found.number,
        "onset_s": found.onset_s,
        "peak_s": over.peak_s if over else None,
        "peak_bpm": round(over.peak_bpm, 1) if over else None,
        "threshold": round(found.threshold, 3),
        "half_s": way.half_s if way else None,
        "censored": way.censored if way else None,
        "where": where if where is not None else way.where if way else None,
    }


def _agree(pair: Json) -> bool:
    """Where they are is told by marks, and a recovery may be decided at the very end."""
    then, now = pair["then"], pair["now"]
    if then is None or now is None:
        return False
    return all(then[k] == now[k] for k in ("onset_s", "peak_s", "peak_bpm", "threshold", "half_s"))


def _onset_s(pair: Json) -> float:
    return float((pair["then"] or pair["now"])["onset_s"])


def _baseline(bodies: Iterable[object]) -> float | None:
    ready = [b for b in bodies if isinstance(b, BaselineReady)]
    return round(ready[-1].figures.hr_bpm, 1) if ready else None


def _gaps_s(bodies: Iterable[object]) -> float:
    return round(sum(b.end_s - b.start_s for b in bodies if isinstance(b, Gap)), 1)
