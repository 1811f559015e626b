"""NeuroKit2's analysis of clean beats, in windows of at most five minutes. Its only home.

NeuroKit2 (Makowski et al. 2021) costs about 3 s and 200 MB to import: never on a start.
Every figure names its method, since tools differ: high-frequency power of the same beats
came out between 924 and 1476 ms2.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from biocoach.types import CleanBeat, Verdict

Json = dict[str, Any]
WINDOW_S = 300.0
BEATS_MIN = 60
METHOD = {
    "tool": "neurokit2",
    "beats": "biocoach's verdicts; flagged beats are left out, windows end at gaps",
    "time": "hrv_time",
    "frequency": "hrv_frequency, Welch (psd_method='welch'), not normalised, cubic interpolation",
}
TIME = {"mean_nn_ms": "HRV_MeanNN", "sdnn_ms": "HRV_SDNN", "rmssd_ms": "HRV_RMSSD"}
FREQUENCY = {"lf_ms2": "HRV_LF", "hf_ms2": "HRV_HF"}


def windows(beats: list[CleanBeat]) -> list[Json]:
    """One row a window; a figure that the window is too short for is None with its ``why``."""
    return [_window(rows) for rows in _parts(beats)]


def _parts(beats: list[CleanBeat]) -> Iterator[list[CleanBeat]]:
    """Stretches within one run, of at most five minutes."""
    part: list[CleanBeat] = []
    for clean in beats:
        over = part and clean.beat.beat_s - part[0].beat.beat_s >= WINDOW_S
        if part and (over or clean.beat.run != part[0].beat.run):
            yield part
            part = []
        part.append(clean)
    if part:
        yield part


def _window(rows: list[CleanBeat]) -> Json:
    kept = [r for r in rows if r.verdict is Verdict.OK]
    row: Json = {
        "start_s": round(rows[0].beat.beat_s - rows[0].beat.rr_ms / 1000, 3),
        "end_s": round(rows[-1].beat.beat_s, 3),
        "beats": len(rows),
        "flagged_share": round(1 - len(kept) / len(rows), 4),
        "method": METHOD,
    }
    if len(kept) < BEATS_MIN:
        return row | {"why": f"fewer than {BEATS_MIN} believable beats"}
    return row | _figures(kept)


def _figures(kept: list[CleanBeat]) -> Json:
    import neurokit2 as nk

    rri = {
        "RRI": [k.beat.rr_ms for k in kept],
        "RRI_Time": [k.beat.beat_s for k in kept],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of short windows; our guard is the count
        time = nk.hrv_time(rri, sampling_rate=1000)
        power = nk.hrv_frequency(rri, sampling_rate=1000, psd_method="welch", normalize=False)
    row: Json = {name: _number(time[key].iloc[0]) for name, key in TIME.items()}
    span_s = kept[-1].beat.beat_s - kept[0].beat.beat_s
    for name, key in FREQUENCY.items():
        low_needs_s = 120.0 if name == "lf_ms2" else 60.0  # Task Force 1996
        row[name] = _number(power[key].iloc[0]) if span_s >= low_needs_s else None
    return row


def _number(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


# ---- NeuroKit2's own cleaning, for the second opinion

PARTS_A_S = 1_000_000  # it moves peaks to whole samples: microseconds lose nothing
RUN_BEATS_MIN = 12  # its medians reach over eleven beats
APART_S = 60.0  # between runs, so that it takes no difference across a gap
GAP_RR_MS = 2000.0  # it would fill a silence with one beat: there a stretch ends


def own_reading(runs: Sequence[Sequence[float]]) -> Json:
    """Heart rate and RMSSD by NeuroKit2's Kubios correction (Lipponen & Tarvainen 2019) and
    ``hrv_time``, of raw intervals in ms, each run without a gap.

    -> ``hr_bpm``, ``rmssd_ms`` and ``why``: a code where it has no reading. Its edges are
    guarded: silences, short runs, and beats so even that its thresholds are zero.
    """
    usable = [part for run in runs for part in _without_silence(run)]
    if sum(map(len, usable)) < BEATS_MIN // 2:
        return _no_reading("too_few")
    if any(_even(part) for part in usable):
        return _no_reading("too_even")
    try:
        found = _cleaned_time_domain(usable)
    except (ValueError, IndexError, ArithmeticError) as error:
        return _no_reading(f"neurokit2: {type(error).__name__}")
    mean_ms, rmssd_ms = _number(found["HRV_MeanNN"]), _number(found["HRV_RMSSD"])
    if not mean_ms or rmssd_ms is None:
        return _no_reading("not_a_number")
    return {"hr_bpm": round(60000 / mean_ms, 4), "rmssd_ms": rmssd_ms, "why": ""}


def _no_reading(why: str) -> Json:
    return {"hr_bpm": None, "rmssd_ms": None, "why": why}


def _without_silence(run: Sequence[float]) -> Iterator[list[float]]:
    """The stretches of a run between intervals that are silences, or no numbers."""
    part: list[float] = []
    for value in [*run, math.inf]:
        if 0 < value <= GAP_RR_MS:
            part.append(value)
            continue
        if len(part) >= RUN_BEATS_MIN:
            yield part
        part = []


def _even(part: list[float]) -> bool:
    """Its thresholds are quartile ranges of the differences: of even beats they are zero, and
    then it flags nothing, a missed beat neither."""
    steps = sorted(abs(b - a) for a, b in pairwise(part))
    return steps[len(steps) // 4] == steps[3 * len(steps) // 4]


def _cleaned_time_domain(parts: list[list[float]]) -> dict[str, float]:
    import neurokit2 as nk
    import numpy as np

    rri: list[float] = []
    times_s: list[float] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part in parts:
            peaks = np.round(np.cumsum([0.0, *part]) * (PARTS_A_S / 1000)).astype(np.int64)
            _, clean = nk.signal_fixpeaks(peaks, PARTS_A_S, iterative=True, method="Kubios")
            start_s = times_s[-1] + APART_S if times_s else 0.0
            rri += (np.diff(clean) * (1000 / PARTS_A_S)).tolist()
            times_s += (start_s + clean[1:] / PARTS_A_S).tolist()
        found = nk.hrv_time({"RRI": rri, "RRI_Time": times_s}, sampling_rate=1000)
    return {str(k): float(v) for k, v in found.iloc[0].items()}
