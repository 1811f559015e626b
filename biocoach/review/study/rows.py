"""One recording, folded, as the rows of a study's tables. Pure; no word of a person is in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from biocoach.review.contract import summary
from biocoach.review.record import Record
from biocoach.review.study.columns import Row
from biocoach.review.told import labels_of
from biocoach.review.ways_back import ways_back
from biocoach.settings import Settings
from biocoach.signal.recovery import code_of
from biocoach.types import Movement, Quality, Second

BLOCK_S = 300  # five minutes: the window of short-term HRV (Task Force 1996)
BLOCK_READ_MIN = 0.5  # of a block's seconds must have a reading


def reading_of(record: Record) -> Row:
    """The columns of ``OF_READING`` that the fold tells."""
    seconds, whole = record.seconds, summary(record.beats)
    read = [s for s in seconds if s.hr_bpm is not None]
    odd, even = _halves(seconds)
    return {
        "length_s": _round(record.length_s),
        "read_s": len(read),
        "watched_s": sum(s.score is not None for s in seconds),
        "coverage": _round(record.coverage, 4),
        "unknown_share": _share(len(seconds) - len(read), len(seconds)),
        "poor_share": _share(sum(s.quality is Quality.POOR for s in seconds), len(seconds)),
        "unverified_share": _share(
            sum(s.movement is Movement.UNVERIFIED for s in seconds), len(seconds)
        ),
        "beats": len(record.beats),
        "flagged_share": whole["flagged_share"],
        "gaps": len(record.gaps),
        "mean_hr_bpm": whole["mean_hr_bpm"],
        "rmssd_ms": whole["rmssd_ms"],
        "sdnn_ms": whole["sdnn_ms"],
        "odd_hr_bpm": odd[0],
        "even_hr_bpm": even[0],
        "odd_rmssd_ms": odd[1],
        "even_rmssd_ms": even[1],
        "threshold": _round(record.threshold),
        "activations": len(record.activations),
    }


Half = tuple[float | None, float | None]


def _halves(seconds: Sequence[Second]) -> tuple[Half, Half]:
    """Mean heart rate and RMSSD of the odd five minutes, and of the even ones."""
    blocks = [seconds[at : at + BLOCK_S] for at in range(0, len(seconds), BLOCK_S)]
    good = [b for b in blocks if _read_share(b) >= BLOCK_READ_MIN]
    return _means(good[0::2]), _means(good[1::2])


def _read_share(block: Sequence[Second]) -> float:
    return sum(s.hr_bpm is not None for s in block) / BLOCK_S


def _means(blocks: Sequence[Sequence[Second]]) -> Half:
    rates = [s.hr_bpm for block in blocks for s in block if s.hr_bpm is not None]
    rmssd = [s.rmssd_ms for block in blocks for s in block if s.rmssd_ms is not None]
    return _mean(rates), _mean(rmssd)


def _mean(values: Sequence[float]) -> float | None:
    return _round(fmean(values)) if values else None


def activations_of(record: Record) -> list[Row]:
    labels = labels_of(record)
    rows = []
    for found in record.activations:
        over = record.overs.get(found.number)
        peak_s, peak_bpm = record.peak(found)
        rows.append(
            {
                "activation": found.number,
                "onset_s": _round(found.onset_s),
                "alarm_s": _round(found.alarm_s),
                "peak_s": _round(peak_s),
                "end_s": _round(over.end_s) if over else None,
                "peak_bpm": _round(peak_bpm),
                "level_bpm": _round(found.level_bpm),
                "baseline_bpm": _round(found.baseline_bpm),
                "threshold": _round(found.threshold),
                "kind": found.kind.value,
                "movement": found.movement.value,
                "label": labels.get(found.number) or "",
            }
        )
    return rows


def recoveries_of(record: Record, settings: Settings) -> list[Row]:
    pairs = zip(record.activations, ways_back(record, settings.recovery), strict=True)
    rows = []
    for found, way in pairs:
        told = record.recoveries[found.number]
        row: Row = {name: way[name] for name in _AS_IT_IS}
        row |= {
            "activation": found.number,
            "reference_s": _round(told.reference_s),
            "half_s": _round(way["half_s"]),
            "full_s": _round(told.full_s),
            "seen_s": _round(way["seen_s"]),
            "why": code_of(told.why) or "",
        }
        rows.append(row)
    return rows


_AS_IT_IS = (
    "where", "censored", "amplitude_bpm", "up_s", "used", "asked", "offered", "left_out",
)  # fmt: skip


def _share(part: int, whole: int) -> float | None:
    return _round(part / whole, 4) if whole else None


def _round(value: Any, digits: int = 3) -> float | None:
    """Rounded, so that another machine's last bit is no other table; None of what is no number."""
    return round(float(value), digits) if value is not None and math.isfinite(value) else None
