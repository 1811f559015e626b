"""A finished session as its review shows it: folded again with today's detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from biocoach.review.aftercare import ended_hard
from biocoach.review.afterwards import elsewhere_of, rows_of, told_afterwards, until_closed
from biocoach.review.answers import answers_of
from biocoach.review.apart import rated_before, where_of
from biocoach.review.figures import band_bpm, one_decimal
from biocoach.review.happened import as_it_happened
from biocoach.review.practised import practised, urges
from biocoach.review.prior import spent
from biocoach.review.record import Record, fold
from biocoach.review.told import labels_of, offers_made, practices, said, silences
from biocoach.review.unread import unread
from biocoach.review.way_back_more import more_of
from biocoach.review.ways_back import ways_back
from biocoach.settings import Settings
from biocoach.signal.recovery import code_of
from biocoach.types import (
    Activation,
    BaselineReady,
    Begin,
    Closed,
    Debrief,
    Elsewhere,
    Entry,
    Movement,
    Phase,
    PhaseChange,
    Plan,
    Recovery,
    Second,
    Support,
)

Json = dict[str, Any]
T = TypeVar("T")
UNVERIFIED_SHARE_MAX = 0.05
SUMMARY_VERSION = 11  # one more whenever a summary of the same entries would say something else


def folded(entries: Sequence[Entry], settings: Settings) -> Record:
    """The session's inputs, folded, and what the coach did in it as its journal tells it. Times
    after the last entry are not known."""
    whole, own = rows_of(entries), until_closed(entries)
    until_s = max((e.at_s for e in own), default=0.0)
    record = fold(whole.rows, settings, until_s)
    record.added, record.assumed = whole.added, whole.assumed
    if elsewhere_of(entries) is None:
        as_it_happened(record, own)
    return record


def review(name: str, entries: Sequence[Entry], settings: Settings) -> Json:
    """Everything that the review of one session shows."""
    return reviewed(name, entries, folded(entries, settings), settings)


def reviewed(name: str, entries: Sequence[Entry], record: Record, settings: Settings) -> Json:
    """The same of entries that were folded already."""
    begin = _first(record, Begin)
    plan, debrief = _first(record, Plan, last=True), _first(record, Debrief)
    labels, elsewhere = labels_of(record), elsewhere_of(entries)
    return {
        "id": name,
        "started_utc": entries[0].wall_utc,
        "length_s": record.length_s,
        "elsewhere": _elsewhere(elsewhere),
        "afterwards": told_afterwards(entries),
        "baseline_assumed": bool(record.assumed),
        "simulated": begin.simulated if begin else False,
        "heart_slowing": _slowed(begin),
        "settings_hash": settings.hash(),
        "plan": asdict(plan) if plan else None,
        "debrief": asdict(debrief) if debrief else None,
        "end_reason": end_reason(record),
        "still": _is_still(record, plan),
        "coverage": round(record.read_share, 4),
        "movement": "unverified" if _unverified(record) else "verified",
        "phases": phases(record),
        "series": series(record.seconds),
        "activations": [
            _activation(record, a, labels) | {"more": _more(record, a, settings)}
            for a in record.activations
        ],
        # Of a recording the coach knew nothing: what it would have said was never said.
        "offers": [] if elsewhere else offers_made(record),
        "silences": [] if elsewhere else silences(record),
        "practices": practices(record),
        **said(record),
        "gaps": [asdict(g) for g in record.gaps],
        # Older than this is never acted on: a break as long as that is worth its words.
        "no_reading": unread(record, settings.beats.silence_s),
        "distress": _distress(record, plan, debrief),
    }


def summary(name: str, entries: Sequence[Entry], settings: Settings) -> Json:
    """What a list of sessions shows, and what later sessions lean on. Can be rebuilt."""
    return summarised(name, entries, folded(entries, settings), settings)


def summarised(name: str, entries: Sequence[Entry], record: Record, settings: Settings) -> Json:
    """The same of entries that were folded already."""
    own = until_closed(entries)
    begin = _first(record, Begin)
    plan, debrief = _first(record, Plan, last=True), _first(record, Debrief)
    ready = [d for d in record.decisions if isinstance(d, BaselineReady)]
    parts = phases(record)
    distress = _distress(record, plan, debrief)
    elsewhere = elsewhere_of(entries)
    dated = elsewhere is None or elsewhere.dated
    row = practised(name, entries[0].wall_utc, record, parts, settings, elsewhere)
    hard = row.hard if row else ended_hard(record, settings.care.aftercare_suds)
    return {
        "id": name,
        "started_utc": entries[0].wall_utc,
        "length_s": record.length_s,
        "elsewhere": _elsewhere(elsewhere),
        "phase": parts[-1]["phase"] if parts else Phase.PLAN.value,
        "step": plan.step.id if plan else "",
        "step_title": plan.step.title if plan else "",
        "support": plan.step.support.value if plan else "",
        "simulated": begin.simulated if begin else False,
        "heart_slowing": _slowed(begin),
        "activations": len(record.activations),
        "coverage": round(record.read_share, 4),
        "suds_before": distress["before"],
        "suds_after": distress["after"],
        "end_reason": end_reason(record),
        "went_apart": any(p["phase"] == Phase.APART.value and not p["withdrawn"] for p in parts),
        # Nobody knows on which day an undated recording ended: no rest follows from it.
        "hard_end": dated and hard,
        "planned": plan is not None,
        "practised": row.told() if row else None,
        **urges(record),
        "still": _is_still(record, plan),
        "spent": None if elsewhere or (begin and begin.scripted) else spent(own, settings.care),
        # A recording lends no baseline: nobody knows how its wearer sat, or which strap it was.
        "baseline": asdict(ready[-1].figures) if ready and not elsewhere else None,
        "answers": answers_of(own),
        # Nor a way back: whether a practice helped in it is not known.
        "ways_back": [] if elsewhere else ways_back(record, settings.recovery),
        "made_by": made_by(settings),
    }


def made_by(settings: Settings) -> str:
    """What a summary was made by; one that another made is made again."""
    return f"{SUMMARY_VERSION}:{settings.hash()}"


def series(seconds: Sequence[Second]) -> Json:
    """One row a second for the chart; None where there was no reading."""
    band = [band_bpm(s) for s in seconds]
    return {
        "t_s": [s.at_s for s in seconds],
        "hr_bpm": [one_decimal(s.hr_bpm) for s in seconds],
        "lo_bpm": [low for low, _ in band],
        "hi_bpm": [high for _, high in band],
        "movement_mg": [one_decimal(s.movement_mg) for s in seconds],
        "rmssd_ms": [one_decimal(s.rmssd_ms) for s in seconds],
    }


def phases(record: Record) -> list[Json]:
    """The parts of the session, in order. What was taken back is ``withdrawn``, whole: with
    *they are back* and then *they left* taken back, all of that time was not apart."""
    changes = [d for d in record.decisions if isinstance(d, PhaseChange)]
    ends = [*(c.at_s for c in changes), record.length_s][1:]
    rows, moves = list[Json](), list[list[Json]]()
    for change, end in zip(changes, ends, strict=True):
        row = {
            "phase": change.phase.value,
            "start_s": change.at_s,
            "end_s": end,
            "because": change.because,
            "withdrawn": False,
        }
        rows.append(row)
        if change.because != "amended" or len(moves) < 2:
            moves.append([row])
            continue
        for gone in moves.pop():
            gone["withdrawn"] = True
        moves[-1].append(row)  # it stands again where it stood
    return [row for row in rows if row["phase"] != Phase.CLOSED.value]


def _is_still(record: Record, plan: Plan | None) -> bool:
    """Apart under ``observe``, and not over: nothing of the heart is shown yet."""
    parts = phases(record)
    apart = bool(parts) and parts[-1]["phase"] == Phase.APART.value
    observed = plan is not None and plan.step.support is Support.OBSERVE
    return apart and observed and not end_reason(record)


def end_reason(record: Record) -> str:
    """Why the session ended; "" while it is open."""
    closed = [d for d in record.decisions if isinstance(d, Closed)]
    return closed[-1].reason if closed else ""


def _slowed(begin: Begin | None) -> bool:
    return bool(begin and begin.fit and begin.fit.heart_slowing)


def _elsewhere(found: Elsewhere | None) -> Json | None:
    """What the recording is, for the page; None for a session that was streamed."""
    if found is None:
        return None
    return {
        "where": found.where.value,
        "format": found.format,
        "dated": found.dated,
        "device": found.device,
    }


def _activation(record: Record, found: Activation, labels: dict[int, str]) -> Json:
    over = record.overs.get(found.number)
    way = record.recoveries[found.number]
    peak_s, peak_bpm = record.peak(found)
    return {
        "number": found.number,
        "onset_s": found.onset_s,
        "alarm_s": found.alarm_s,
        "peak_s": peak_s,
        "end_s": over.end_s if over else None,
        "peak_bpm": one_decimal(peak_bpm),
        "baseline_bpm": one_decimal(found.baseline_bpm),
        "movement": found.movement.value,
        "why": found.why,
        "kind": found.kind.value,
        "hr_bpm": one_decimal(found.hr_bpm),
        "level_bpm": one_decimal(found.level_bpm),
        "threshold": found.threshold,
        "would_not_below_bpm": one_decimal(found.would_not_below_bpm),
        "rmssd_term": one_decimal(found.terms.rmssd),
        "label": labels.get(found.number),
        "recovery": {
            "where": where_of(record, found, way),
            "reference_s": way.reference_s,
            "half_s": way.half_s,
            "full_s": way.full_s,
            "censored": way.censored,
            "why": code_of(way.why),
        },
    }


def _more(record: Record, found: Activation, settings: Settings) -> Json | None:
    way = record.recoveries[found.number]
    return more_of(record.rates, way, found.baseline_bpm, _disturbed_s(record, way), settings)


def _disturbed_s(record: Record, way: Recovery) -> float | None:
    """When, after the reference, the person moved or the heart began to rise again."""
    since_s = way.reference_s if way.reference_s is not None else record.length_s
    walks = (s.at_s for s in record.seconds if s.movement is Movement.MOVING and s.at_s > since_s)
    rises = (a.onset_s for a in record.activations if a.onset_s > since_s)
    return min(
        [*rises, *([first] if (first := next(walks, None)) is not None else [])], default=None
    )


def _distress(record: Record, plan: Plan | None, debrief: Debrief | None) -> Json:
    before = plan.suds if plan and plan.suds is not None else rated_before(record)
    after = debrief.suds if debrief and debrief.suds is not None else None
    return {"before": before, "after": after}


def _unverified(record: Record) -> bool:
    """Movement was unknown for more than the moments that a strap needs to begin."""
    unknown = sum(s.movement is Movement.UNVERIFIED for s in record.seconds)
    return unknown > UNVERIFIED_SHARE_MAX * len(record.seconds) or not record.seconds


def _first(record: Record, kind: type[T], *, last: bool = False) -> T | None:
    rows = record.inputs[::-1] if last else record.inputs
    return next((i.body for i in rows if isinstance(i.body, kind)), None)
