"""The full heart-rate variability of a record: windows of at most five minutes, and each phase.

A window ends at a gap and where a phase ends. Paced breathing makes its own variability, so
that windows in which it was paced count in no phase. Run as a child by a served biocoach:
``python -m biocoach.review.hrv`` reads a record's beats as JSON, and prints the analysis.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from statistics import median
from typing import Any

from biocoach.review.analysis import NAMES, figures, methods
from biocoach.review.record import Record
from biocoach.review.told import paced_spans
from biocoach.sandbox import give_way, limit_this_process
from biocoach.signal.cleaning import flagged_share
from biocoach.types import Beat, CleanBeat, Phase, PhaseChange, Verdict

Json = dict[str, Any]
WINDOW_S = 300.0  # Task Force 1996: the short recording that figures are compared over
LONG_S = 240.0  # SDNN and LF grow with the length: in a phase only windows about as long count
LENGTH_BOUND = ("sdnn_ms", "lf_ms2")
WINDOWS_MAX = 144  # twelve hours without a gap; each takes about a quarter of a second
Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the analysis needs of a record. ``phases``: name, start and end in s."""

    beats: Sequence[CleanBeat]
    phases: Sequence[tuple[str, float, float]]
    paced: Sequence[Span]


def material_of(record: Record) -> Material:
    return Material(beats=record.beats, phases=list(_phases_of(record)), paced=paced_spans(record))


def _phases_of(record: Record) -> Iterator[tuple[str, float, float]]:
    """A phase that was taken back was never left: its time belongs to the one before."""
    changes = [d for d in record.decisions if isinstance(d, PhaseChange)]
    for here, after in zip_longest(changes, changes[1:]):
        if here.phase is Phase.CLOSED:
            return
        withdrawn = after is not None and after.because == "amended"
        name = after.phase if withdrawn else here.phase
        yield name.value, float(here.at_s), float(after.at_s if after else record.length_s)


def hrv(material: Material) -> Json:
    """-> ``method``, ``windows``, ``phases``, and ``left_out``: why the end is missing, or None."""
    parts = list(_parts(material))
    windows = [_window(part, material) for part in parts[:WINDOWS_MAX]]
    over = len(parts) > WINDOWS_MAX
    return {
        "method": methods(),
        "windows": windows,
        "phases": _phases(windows),
        "left_out": f"all after {windows[-1]['end_s']:.0f} s" if over else None,
    }


def _parts(material: Material) -> Iterator[list[CleanBeat]]:
    """Stretches within one run and one phase, of at most five minutes."""
    part: list[CleanBeat] = []
    for clean in material.beats:
        if part and _ends(part, clean, material):
            yield part
            part = []
        part.append(clean)
    if part:
        yield part


def _ends(part: list[CleanBeat], clean: CleanBeat, material: Material) -> bool:
    first, beat = part[0].beat, clean.beat
    other = _phase_at(first.beat_s, material) != _phase_at(beat.beat_s, material)
    return beat.run != first.run or other or beat.beat_s - first.beat_s >= WINDOW_S


def _phase_at(at_s: float, material: Material) -> str | None:
    inside = [name for name, start_s, end_s in material.phases if start_s <= at_s < end_s]
    return inside[-1] if inside else None


def _window(part: list[CleanBeat], material: Material) -> Json:
    kept = [c.beat for c in part if c.verdict is Verdict.OK]
    start_s, end_s = part[0].beat.beat_s - part[0].beat.rr_ms / 1000, part[-1].beat.beat_s
    flagged = flagged_share(len(kept), len(part))
    return {
        "phase": _phase_at(part[0].beat.beat_s, material),
        "start_s": round(start_s, 3),
        "end_s": round(end_s, 3),
        "beats": len(part),
        "flagged_share": round(flagged, 4),
        "paced": any(start_s < to and end_s > since for since, to in material.paced),
        **figures([b.rr_ms for b in kept], [b.beat_s for b in kept], flagged),
    }


def _phases(windows: Sequence[Json]) -> list[Json]:
    """One row a phase, in order: the median of each measure over its windows."""
    names = dict.fromkeys(w["phase"] for w in windows if w["phase"] is not None)
    return [_phase(name, [w for w in windows if w["phase"] == name]) for name in names]


def _phase(name: str, windows: Sequence[Json]) -> Json:
    row: Json = {"phase": name, "windows": len(windows)}
    why: dict[str, str] = {}
    free = [w for w in windows if not w["paced"]]
    for measure in NAMES:
        bound = measure in LENGTH_BOUND
        long = [w for w in free if not bound or w["end_s"] - w["start_s"] >= LONG_S]
        found = [w[measure] for w in long if w[measure] is not None]
        row[measure] = round(median(found), 4) if found else None
        if not found:
            why[measure] = _why_none(measure, free, long)
    return row | {"why": why}


def _why_none(measure: str, free: Sequence[Json], long: Sequence[Json]) -> str:
    if not free:
        return "paced"
    if not long:
        return "too_short"
    return str(long[0]["why"][measure])


# ---- as a child


def to_text(material: Material) -> str:
    beats = [[c.beat.beat_s, c.beat.rr_ms, c.beat.run, c.verdict.value] for c in material.beats]
    return json.dumps(
        {"beats": beats, "phases": list(material.phases), "paced": list(material.paced)}
    )


def from_text(text: str) -> Material:
    found = json.loads(text)
    return Material(
        beats=[
            CleanBeat(beat=Beat(beat_s=t, rr_ms=rr, run=run), verdict=Verdict(verdict))
            for t, rr, run, verdict in found["beats"]
        ],
        phases=[(name, start_s, end_s) for name, start_s, end_s in found["phases"]],
        paced=[(since, to) for since, to in found["paced"]],
    )


def main() -> None:
    limit_this_process()
    give_way()
    sys.stdout.write(json.dumps(hrv(from_text(sys.stdin.read())), allow_nan=False))


if __name__ == "__main__":
    main()
