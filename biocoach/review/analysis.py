"""NeuroKit2 (Makowski et al. 2021), and its only home; it costs about 3 s and 200 MB to import,
so that a served biocoach runs this in a child process.

Two things are asked of it: figures of clean beats, for a review; and its own reading of raw
ones, as a second opinion. Every figure's method is named, since tools differ: high-frequency
power of the same beats came out between 924 and 1476 ms2.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Json = dict[str, Any]
BEATS_MIN = 60

# ---- figures of clean beats


def methods() -> Json:
    """What each figure is, for whoever compares it with another tool's."""
    import neurokit2 as nk

    return {
        "tool": f"NeuroKit2 {nk.__version__}",
        "beats": "biocoach's verdicts; flagged beats are left out, windows end at gaps",
        "time": "hrv_time; differences across a beat that is left out are not taken",
        "frequency": "hrv_frequency: cubic interpolation to 100 Hz, Welch, ms2, not normalised; "
        "LF 0.04-0.15 Hz, HF 0.15-0.4 Hz; not comparable with another tool's or method's",
        "nonlinear": "hrv_nonlinear: Poincare SD1 and SD2; SampEn with m 2, r 0.2 SD; "
        "DFA alpha1 over 4-11 beats",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """A figure, NeuroKit2's name for it, and what it needs to mean something."""

    name: str
    theirs: str
    beats: int = BEATS_MIN
    span_s: float = 0.0
    unflagged: bool = False  # it is taken of the beats' order, so that few may be missing


FLAGGED_MAX = 0.05  # as for RMSSD in a live session
MEASURES = (
    _Measure(name="mean_nn_ms", theirs="HRV_MeanNN"),
    _Measure(name="sdnn_ms", theirs="HRV_SDNN"),
    _Measure(name="rmssd_ms", theirs="HRV_RMSSD", unflagged=True),
    _Measure(name="pnn50_pct", theirs="HRV_pNN50", unflagged=True),
    # Task Force 1996: about ten times the longest wave of a band
    _Measure(name="lf_ms2", theirs="HRV_LF", span_s=120.0, unflagged=True),
    _Measure(name="hf_ms2", theirs="HRV_HF", span_s=60.0, unflagged=True),
    _Measure(name="sd1_ms", theirs="HRV_SD1", unflagged=True),
    _Measure(name="sd2_ms", theirs="HRV_SD2", unflagged=True),
    # Yentes et al. 2013: sample entropy wanders below 200 points; DFA needs as many
    _Measure(name="sampen", theirs="HRV_SampEn", beats=200, unflagged=True),
    _Measure(name="dfa_alpha1", theirs="HRV_DFA_alpha1", beats=200, unflagged=True),
)
NAMES = tuple(m.name for m in MEASURES)


def figures(rr_ms: Sequence[float], beat_s: Sequence[float], flagged_share: float) -> Json:
    """Every measure of one stretch of kept beats without a gap; ``why`` has a code for each
    that is None. ``flagged_share``: of the stretch's beats, how many were left out, 0-1."""
    span_s = beat_s[-1] - beat_s[0] + rr_ms[0] / 1000 if rr_ms else 0.0
    why = {m.name: _why_not(m, len(rr_ms), span_s, flagged_share) for m in MEASURES}
    domains = _domains(why)
    found = _asked(rr_ms, beat_s, domains) if domains else {}
    row: Json = {}
    for measure in MEASURES:
        value = None if why[measure.name] else _number(found.get(measure.theirs, math.nan))
        if value is None and not why[measure.name]:
            why[measure.name] = "no_number"
        row[measure.name] = value
    return row | {"why": {name: reason for name, reason in why.items() if reason}}


def _why_not(measure: _Measure, beats: int, span_s: float, flagged_share: float) -> str:
    if beats < measure.beats:
        return "too_few_beats"
    if span_s < measure.span_s:
        return "too_short"
    if measure.unflagged and flagged_share > FLAGGED_MAX:
        return "too_many_flagged"
    return ""


def _domains(why: dict[str, str]) -> list[str]:
    """The functions to call: the non-linear one takes most of the time."""
    wanted = {"hrv_time": "mean_nn_ms", "hrv_frequency": "hf_ms2", "hrv_nonlinear": "sd1_ms"}
    return [function for function, measure in wanted.items() if not why[measure]]


def _asked(
    rr_ms: Sequence[float], beat_s: Sequence[float], functions: list[str]
) -> dict[str, float]:
    """What NeuroKit2 says; a function that stumbles over these beats says nothing."""
    import neurokit2 as nk

    beats = {"RRI": list(rr_ms), "RRI_Time": list(beat_s)}
    options: Json = {"hrv_frequency": {"psd_method": "welch", "normalize": False}}
    found: dict[str, float] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of short windows; our guards are counts
        for function in functions:
            try:
                row = getattr(nk, function)(beats, sampling_rate=1000, **options.get(function, {}))
            except (ValueError, IndexError, ArithmeticError):
                continue
            found |= {str(k): float(v) for k, v in row.iloc[0].items()}
    return found


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


# ---- R peaks, for the ECG as a check


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
