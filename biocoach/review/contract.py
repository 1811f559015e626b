"""`biocoach.analysis.v1`: one record as the JSON that the outside relies on."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from biocoach.review.decay import time_constant_s
from biocoach.review.record import Record
from biocoach.settings import Settings
from biocoach.signal.cleaning import flagged_share
from biocoach.signal.way_back import HALF_WINDOW_S
from biocoach.types import Activation, CleanBeat, Gap, Recovery, Refusal, Second, Verdict

SCHEMA = "biocoach.analysis.v1"
Json = dict[str, Any]


def analysis(
    record: Record, *, file: str, kind: str, settings: Settings, beats: bool, timeline: bool
) -> Json:
    """The analysis of one file, ready to be printed as one line."""
    line: Json = {
        "schema": SCHEMA,
        "file": file,
        "format": kind,
        "settings_hash": settings.hash(),
        "duration_s": _round(record.length_s),
        "coverage": _round(record.coverage, 4),
        "gaps": [_gap(g) for g in record.gaps],
        "activations": [activation(record, a, settings) for a in record.activations],
        "summary": summary(record.beats),
    }
    if beats:
        line["beats"] = [_beat(b) for b in record.beats]
    if timeline:
        line["timeline"] = [_second(s) for s in record.seconds]
    return line


def refusal(file: str, why: str) -> Json:
    return {"schema": SCHEMA, "file": file, "error": why}


def _round(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


def _gap(gap: Gap) -> Json:
    return {"start_s": _round(gap.start_s), "end_s": _round(gap.end_s), "reason": gap.reason}


def _beat(clean: CleanBeat) -> Json:
    return {
        "t_s": round(clean.beat.beat_s, 4),
        "rr_ms": round(clean.beat.rr_ms, 4),
        "verdict": clean.verdict.value,
    }


def _second(second: Second) -> Json:
    return {
        "t_s": second.at_s,
        "hr_bpm": _round(second.hr_bpm, 2),
        "rmssd_ms": _round(second.rmssd_ms, 2),
        "score": _round(second.score, 4),
        "state": second.state.value,
        "movement": second.movement.value,
        "quality": second.quality.value,
        "why": second.why,
        "breath_per_min": _round(second.breath.per_min, 1) if second.breath else None,
        "breath_source": second.breath.source if second.breath else "",
    }


def activation(record: Record, found: Activation, settings: Settings) -> Json:
    over = record.overs.get(found.number)
    peak_s, peak_bpm = record.peak(found)
    return {
        "onset_s": found.onset_s,
        "alarm_s": found.alarm_s,
        "peak_s": peak_s,
        "end_s": over.end_s if over else None,
        "peak_hr_bpm": _round(peak_bpm, 2),
        "baseline_hr_bpm": _round(found.baseline_bpm, 2),
        "movement": found.movement.value,
        "terms": {
            "heart_rate": _round(found.terms.heart_rate),
            "rmssd": _round(found.terms.rmssd),
            "movement": _round(found.terms.movement, 1),
        },
        "kind": found.kind.value,
        "level_bpm": _round(found.level_bpm, 2),
        "threshold": _round(found.threshold),
        "would_not_below_bpm": _round(found.would_not_below_bpm, 2),
        "why": found.why,
        "recovery": _recovery(record, record.recoveries[found.number], settings),
    }


def _recovery(record: Record, found: Recovery, settings: Settings) -> Json:
    tau_s = time_constant_s(record.rates, found)
    return {
        "reference_s": found.reference_s,
        "where": found.where,
        "ground_bpm": _round(found.ground_bpm, 2),
        "peak_bpm": _round(found.peak_bpm, 2),
        "half_s": found.half_s,
        "half_plain_s": found.half_plain_s,
        "tau_s": None if isinstance(tau_s, Refusal) else tau_s,
        "full_s": found.full_s,
        "censored": found.censored,
        "why": _why(record, found, tau_s, settings),
    }


def _why(record: Record, found: Recovery, tau_s: float | Refusal, settings: Settings) -> str | None:
    """Why a part is null: one reason for the whole way back, else each part's own."""
    if found.why is not None:
        return found.why
    reasons = [f"tau_s: {tau_s.why}"] if isinstance(tau_s, Refusal) else []
    if found.full_s is None and found.reference_s is not None:
        limit_s = settings.recovery.limit_s
        seen_s = max((t for t, v in enumerate(record.rates) if v is not None), default=0)
        whole = seen_s - HALF_WINDOW_S >= found.reference_s + limit_s
        when = f"within {limit_s / 60:.0f} minutes" if whole else "by the end"
        reasons.append(f"full_s: not seen all the way back {when}")
    return "; ".join(reasons) or None


def summary(beats: list[CleanBeat]) -> Json:
    """Whole-record figures over believed beats; None where there are too few."""
    kept = [b.beat.rr_ms for b in beats if b.verdict is Verdict.OK]
    steps = [
        b.beat.rr_ms - a.beat.rr_ms
        for a, b in pairwise(beats)
        if a.verdict is b.verdict is Verdict.OK and a.beat.run == b.beat.run
    ]
    mean = math.fsum(kept) / len(kept) if kept else None
    rmssd = math.sqrt(math.fsum(d * d for d in steps) / len(steps)) if steps else None
    sdnn = None
    if mean is not None and len(kept) > 1:
        sdnn = math.sqrt(math.fsum((v - mean) ** 2 for v in kept) / (len(kept) - 1))
    return {
        "mean_hr_bpm": _round(60000 / mean if mean else None, 2),
        "rmssd_ms": _round(rmssd, 2),
        "sdnn_ms": _round(sdnn, 2),
        "flagged_share": _round(flagged_share(len(kept), len(beats)), 4) if beats else None,
    }
