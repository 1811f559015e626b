"""NeuroKit2's analysis of clean beats, in windows of at most five minutes. Its only home.

NeuroKit2 (Makowski et al. 2021) costs about 3 s and 200 MB to import: never on a start.
Every figure names its method, since tools differ: high-frequency power of the same beats
came out between 924 and 1476 ms2.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from biocoach.types import CleanBeat, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


def r_peaks(
    ecg_uv: NDArray[np.floating[Any]], rate_hz: float
) -> tuple[NDArray[np.floating[Any]], NDArray[np.integer[Any]]]:
    """NeuroKit2's cleaned ECG and the samples of its R peaks; none where it finds none.

    ``ecg_uv``: one lead without a hole, 10 s at least. An hour takes 0.1 s, the import 3 s.
    """
    import neurokit2 as nk
    import numpy as np

    rate = round(rate_hz)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # flat stretches: our quality says so
        clean = np.asarray(nk.ecg_clean(ecg_uv, sampling_rate=rate), dtype=float)
        try:
            _, found = nk.ecg_peaks(clean, sampling_rate=rate)
        except (IndexError, ValueError):  # what it raises where there is no peak or only one
            return clean, np.array([], dtype=int)
    places = np.asarray(found["ECG_R_Peaks"], dtype=float)
    return clean, places[np.isfinite(places)].astype(int)
