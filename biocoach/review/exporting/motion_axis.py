"""The accelerometer on the session's axis: every sample as the strap sent it, at its time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from biocoach.types import Motion, Refusal
from devices.polar.timing import FrameClock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATES_HZ = (25, 50, 100, 200)  # that a Polar strap can be asked for
NONE = -32768
MOST = 32767
NEAR_STEPS = 0.6  # half a step, of a strap that is as slow as straps may be

Timed = Sequence[tuple[float, Motion]]


def nominal_hz(frames: Timed) -> int | None:
    """The rate that was asked for, by the strap's own stamps; None where they don't tell it."""
    found = sorted(
        len(b.samples_mg) * 1e9 / (b.timestamp_ns - a.timestamp_ns)
        for (_, a), (_, b) in pairwise(frames)
        if b.timestamp_ns > a.timestamp_ns and b.samples_mg
    )
    if not found:
        return None
    middle = found[len(found) // 2]
    return min(RATES_HZ, key=lambda rate: abs(rate - middle))


def placed(frames: Timed, nominal: int, count: int, rate_hz: float) -> list[NDArray[np.int16]]:
    """X, Y and Z, mg, in ``count`` places at ``rate_hz``: at each the sample that is nearest in
    time, ``NONE`` where none is within half a step of it."""
    import numpy as np

    times, samples = _timed(frames, nominal)
    grid = np.arange(count) / rate_hz
    axes = [np.full(count, NONE, dtype=np.int16) for _ in range(3)]
    if len(times):
        after = np.clip(np.searchsorted(times, grid), 1, max(1, len(times) - 1))
        before = after - 1
        after = np.minimum(after, len(times) - 1)
        nearer = np.abs(times[before] - grid) <= np.abs(times[after] - grid)
        nearest = np.where(nearer, before, after)
        there = np.abs(times[nearest] - grid) <= NEAR_STEPS / nominal
        for axis, values in zip(axes, samples.T, strict=True):
            axis[there] = np.clip(values[nearest[there]], NONE + 1, MOST)
    return axes


def _timed(frames: Timed, nominal: int) -> tuple[Any, Any]:
    """Times, s, in order, and samples. Each run of frames lies where its promptest one arrived."""
    import numpy as np

    clock, runs = FrameClock(nominal), list[list[tuple[float, Any, Motion]]]()
    for at_s, frame in frames:
        if not frame.samples_mg:
            continue
        found = clock.times(frame.timestamp_ns, len(frame.samples_mg))
        if isinstance(found, Refusal):
            continue
        if found.gap or not runs:
            runs.append([])
        runs[-1].append((at_s, np.asarray(found.times_ns) / 1e9, frame))
    times, samples = [], []
    for run in runs:
        late_s = min(at_s - float(stamps[-1]) for at_s, stamps, _ in run)
        times += [stamps + late_s for _, stamps, _ in run]
        samples += [np.asarray(frame.samples_mg) for *_, frame in run]
    if not times:
        return np.empty(0), np.empty((0, 3))
    whole = np.concatenate(times)
    order = np.argsort(whole, kind="stable")
    return whole[order], np.concatenate(samples)[order]
