"""The time constant of a way back: an exponential, fitted so that outliers count less."""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.signal.way_back import HALF_WINDOW_S
from biocoach.types import Recovery, Refusal

FIT_S = 300
R2_MIN = 0.6
SECONDS_MIN = 30


def time_constant_s(rates: Sequence[float | None], recovery: Recovery) -> float | Refusal:
    """tau of ground + (peak - ground) exp(-t/tau) by soft-L1 least squares, s; or why none.

    ``rates[t]``: trailing 20-s rate at second t, bpm. There is none where the fit explains too
    little (R2 < 0.6) or too little is known.
    """
    known = (recovery.reference_s, recovery.ground_bpm, recovery.peak_bpm, recovery.half_s)
    if any(v is None for v in known):
        return Refusal(why="the way back is not known")
    reference, ground, peak, _ = (float(v) for v in known if v is not None)
    start = int(reference) + HALF_WINDOW_S
    points = [(t, v) for t, v in enumerate(rates[start : start + FIT_S]) if v is not None]
    if len(points) < SECONDS_MIN:
        return Refusal(why=f"fewer than {SECONDS_MIN} seconds of readings on the way back")
    return _fit(points, ground, peak)


def _fit(points: list[tuple[int, float]], ground: float, peak: float) -> float | Refusal:
    import numpy as np  # with SciPy, some 0.4 s to import: only where a fit is asked for
    from scipy.optimize import least_squares

    t = np.array([p[0] for p in points], dtype=float)
    y = np.array([p[1] for p in points])

    def off(parameters: np.ndarray[tuple[int], np.dtype[np.float64]]) -> object:
        return ground + (peak - ground) * np.exp(-t / parameters[0]) - y

    found = least_squares(off, x0=[60.0], bounds=([1.0], [3600.0]), loss="soft_l1", f_scale=3.0)
    rest = float(np.sum((ground + (peak - ground) * np.exp(-t / found.x[0]) - y) ** 2))
    total = float(np.sum((y - y.mean()) ** 2))
    if total <= 0 or 1 - rest / total < R2_MIN:
        return Refusal(why="the way back is not like an exponential")
    return round(float(found.x[0]), 1)
