"""The ways back of one session, for its summary: what recovery across sessions is made of."""

from __future__ import annotations

from typing import Any

from biocoach.review.apart import NOT_SAID, where_of
from biocoach.review.record import Record
from biocoach.review.told import offers_made, practices, said
from biocoach.settings import RecoverySettings
from biocoach.signal.way_back import HALF_WINDOW_S
from biocoach.types import Activation, Presence, Recovery

Json = dict[str, Any]
AWAY = (Presence.FAR_AWAY.value, Presence.NUMB.value)


def ways_back(record: Record, settings: RecoverySettings) -> list[Json]:
    """One row for each activation. Lengths in s from the way back's reference.

    ``half_s``: half-way; None where it was not reached (``censored``: then ``seen_s`` is how long
    it was looked for) or could not be told or counted (``left_out`` says why). *Used* is a practice
    that ran between the onset and half-way, *asked* one of those that the person reached for;
    *offered* an offer in that time. *begun*: when each of those used began, s after the reference;
    ``amplitude_bpm``: how high the rise was; ``up_s``: from its onset to the reference.
    """
    return [_row(record, found, settings) for found in record.activations]


def _row(record: Record, found: Activation, settings: RecoverySettings) -> Json:
    way = record.recoveries[found.number]
    seen_s = _seen_s(record, way.reference_s, settings)
    start_s = way.reference_s if way.reference_s is not None else record.length_s
    until_s = start_s + (way.half_s if way.half_s is not None else seen_s)
    used = [p for p in practices(record) if _meets(record, p, found.onset_s, until_s)]
    offered = [o for o in offers_made(record) if found.onset_s <= o["at_s"] <= until_s]
    told = way.half_s is not None or way.censored
    where = where_of(record, found, way)
    away = _away(record, found.onset_s, until_s)
    return {
        "where": where,
        "half_s": way.half_s,
        "censored": way.censored,
        "seen_s": seen_s,
        "amplitude_bpm": _amplitude_bpm(way),
        "up_s": _up_s(found, way),
        "used": bool(used),
        "begun": _begun(used, start_s),
        "asked": any(p["asked"] for p in used),
        "offered": any(not o["asked"] for o in offered),
        "left_out": _left_out(told=told, away=away, where=where),
    }


def _amplitude_bpm(way: Recovery) -> float | None:
    if way.peak_bpm is None or way.ground_bpm is None:
        return None
    return round(way.peak_bpm - way.ground_bpm, 1)


def _up_s(found: Activation, way: Recovery) -> float | None:
    """For how long the heart had been on its way up, or up there, when the way back began."""
    return None if way.reference_s is None else round(way.reference_s - found.onset_s, 1)


def _begun(used: list[Json], reference_s: float) -> list[Json]:
    """The practices used, each with when it began, s after the way back's reference."""
    return [
        {"practice": p["practice"], "after_s": round(p["start_s"] - reference_s, 1)} for p in used
    ]


def _left_out(*, told: bool, away: bool, where: str) -> str:
    if not told:
        return "not_told"
    if where == NOT_SAID:
        return NOT_SAID
    return "away" if away else ""


def _seen_s(record: Record, reference_s: float | None, settings: RecoverySettings) -> float:
    """For how long half-way could have been seen; 0 where the record ends on the rise."""
    if reference_s is None:
        return 0.0
    last_s = max((t for t, rate in enumerate(record.rates) if rate is not None), default=0)
    run_s = settings.half_run_s - 1  # half-way is where a run of seconds begins
    return min(settings.limit_s, max(0.0, last_s - HALF_WINDOW_S - run_s - reference_s))


def _meets(record: Record, practice: Json, start_s: float, end_s: float) -> bool:
    until_s = record.length_s if practice["end_s"] is None else practice["end_s"]
    return bool(practice["start_s"] <= end_s and until_s >= start_s)


def _away(record: Record, start_s: float, end_s: float) -> bool:
    """Far away or numb at any time of it: a heart that comes down then has not recovered."""
    before = ""
    for rating in said(record)["ratings"]:
        if rating["presence"] is None or rating["at_s"] > end_s:
            continue
        if rating["at_s"] <= start_s:
            before = rating["presence"]
        elif rating["presence"] in AWAY:
            return True
    return before in AWAY
