"""Which parts of a recording are used: clean ones for artifacts, quiet ones for rises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biocoach.review.evaluation.recordings import Recording

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
LOCAL_BEATS = 11

CLEAN_BEATS = 600
CLEAN_MS = (350.0, 1500.0)
CLEAN_STEP_SHARE = 0.18  # of the local median: nothing of a clean part is further off

QUIET_S = 2100.0
QUIET_BPM = 8.0  # 5-min heart rates lie within it, and no minute jumps by more
QUIET_MS = (350.0, 1800.0)
FAR_SHARE = 0.20
FAR_MOST = 0.02  # so many far beats are mended by interpolation; with more it is not taken
FIRST_S, LAST_S, TRY_S = 300.0, 60.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a recording, from ``start_s`` of it on."""

    name: str
    collection: str
    start_s: float
    rr_ms: Floats

    @property
    def length_s(self) -> float:
        return float(self.rr_ms.sum() / 1000)


def local_median_ms(rr_ms: Floats) -> Floats:
    padded = np.pad(rr_ms, LOCAL_BEATS // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, LOCAL_BEATS)
    return np.asarray(np.median(windows, axis=1), float)


def clean(recording: Recording, most: int, dice: np.random.Generator) -> list[Stretch]:
    """At most ``most`` parts of CLEAN_BEATS intervals, all normal, without a far beat or step."""
    rr_ms = recording.rr_ms
    limit = CLEAN_STEP_SHARE * local_median_ms(rr_ms)
    far = np.abs(rr_ms - local_median_ms(rr_ms)) > limit
    steps = np.abs(np.diff(rr_ms, prepend=rr_ms[:1])) > limit
    off = far | steps | _outside(rr_ms, CLEAN_MS) | ~recording.normal
    before = np.concatenate([[0], np.cumsum(off)])
    starts, here = [], 0
    while here + CLEAN_BEATS <= len(rr_ms):
        if before[here + CLEAN_BEATS] == before[here]:
            starts.append(here)
            here += CLEAN_BEATS
        else:
            here += 20
    if len(starts) > most:
        starts = sorted(dice.choice(starts, most, replace=False).tolist())
    return [_cut(recording, rr_ms, n, n + CLEAN_BEATS) for n in starts]


def quiet(recording: Recording, most: int, dice: np.random.Generator) -> list[Stretch]:
    """At most ``most`` parts of 35 min in which the heart stays where it is, from a drawn
    beginning on."""
    rr_ms = recording.rr_ms
    median = local_median_ms(rr_ms)
    far = (np.abs(rr_ms - median) > FAR_SHARE * median) | _outside(rr_ms, QUIET_MS)
    if len(rr_ms) < 2 or far.all():
        return []
    places = np.arange(len(rr_ms))
    mended = np.where(far, np.interp(places, places[~far], rr_ms[~far]), rr_ms)
    times_s = np.cumsum(mended) / 1000
    found: list[Stretch] = []
    start_s = FIRST_S + dice.uniform(0, QUIET_S)
    while start_s + QUIET_S < times_s[-1] - LAST_S and len(found) < most:
        first, end = np.searchsorted(times_s, (start_s, start_s + QUIET_S)).tolist()
        taken = far[first:end].mean() <= FAR_MOST and _is_quiet(mended[first:end])
        if taken:
            found.append(_cut(recording, mended, first, end))
        start_s += QUIET_S if taken else TRY_S
    return found


def _is_quiet(rr_ms: Floats) -> bool:
    slow, minutes = _rates_bpm(rr_ms, 300.0), _rates_bpm(rr_ms, 60.0)
    return bool(np.ptp(slow) <= QUIET_BPM and np.abs(np.diff(minutes)).max() <= QUIET_BPM)


def _rates_bpm(rr_ms: Floats, window_s: float) -> Floats:
    """The heart rate of each whole window."""
    times_s = np.concatenate([[0.0], np.cumsum(rr_ms) / 1000])
    places = np.searchsorted(times_s, np.arange(0, QUIET_S, window_s))
    return np.asarray(60 * np.diff(places) / np.diff(times_s[places]), float)


def _outside(rr_ms: Floats, bounds: tuple[float, float]) -> Mask:
    return (rr_ms < bounds[0]) | (rr_ms > bounds[1])


def _cut(recording: Recording, rr_ms: Floats, first: int, end: int) -> Stretch:
    return Stretch(
        name=recording.name,
        collection=recording.collection,
        start_s=float(recording.rr_ms[:first].sum() / 1000),
        rr_ms=rr_ms[first:end].copy(),
    )
