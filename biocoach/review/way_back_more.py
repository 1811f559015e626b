"""What else can be said of a way back, beside its half time: for whoever reads it closely.

None of it is live, none is pooled over sessions, and each says nothing where too little is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from biocoach.review.decay import time_constant_s
from biocoach.settings import Settings
from biocoach.signal.way_back import HALF_WINDOW_S
from biocoach.types import Recovery, Refusal

Json = dict[str, Any]
Rates = Sequence[float | None]  # trailing 20-s rate at each second, bpm
AFTER_S = (60, 180, 300)
AREA_S = 300
COVERAGE_MIN = 0.95
NOT_KNOWN, DISTURBED = "not_known", "disturbed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreOfIt:
    """Lengths in s from the way back's reference.

    ``tau_s``: time constant of an exponential. ``middle_s``, ``steep_s``: of a logistic curve.
    ``left_bpm``: how far above where it came from the heart still was after 1, 3 and 5 minutes.
    ``extra_ground``, ``extra_baseline``: beats in 5 minutes above where it came from, and above
    the session's baseline. ``full_s``: where the first minute begins that is nearly all near the
    ground. ``why``: ``not_known`` or ``disturbed``, where that leaves out the areas and rests.
    """

    tau_s: float | None = None
    middle_s: float | None = None
    steep_s: float | None = None
    left_bpm: tuple[float | None, ...] = (None,) * len(AFTER_S)
    extra_ground: float | None = None
    extra_baseline: float | None = None
    full_s: float | None = None
    why: str = ""


def more_of(
    rates: Rates,
    recovery: Recovery,
    baseline_bpm: float | None,
    disturbed_s: float | None,
    settings: Settings,
) -> Json | None:
    """None where half-way was not reached. ``disturbed_s``: when the first walk, or the next
    rise, begins after the reference; what is later says nothing of this way back."""
    reference, ground = recovery.reference_s, recovery.ground_bpm
    peak = recovery.peak_bpm
    if recovery.half_s is None or reference is None or ground is None or peak is None:
        return None
    start, stop_s = int(reference), int(disturbed_s if disturbed_s is not None else len(rates))
    free = [_centred(rates, t) for t in range(start, stop_s - HALF_WINDOW_S)]
    tau = time_constant_s(rates[:stop_s], recovery)
    curve = _logistic(free, ground, peak)
    area = _area(free)
    late = disturbed_s is not None and len(free) < AREA_S
    found = MoreOfIt(
        tau_s=None if isinstance(tau, Refusal) else tau,
        middle_s=curve and curve[0],
        steep_s=curve and curve[1],
        left_bpm=tuple(_left(free, after_s, ground) for after_s in AFTER_S),
        extra_ground=_above(area, ground),
        extra_baseline=None if baseline_bpm is None else _above(area, baseline_bpm),
        full_s=recovery.full_s,
        why="" if area else DISTURBED if late else NOT_KNOWN,
    )
    window_s = settings.recovery.full_window_s
    return asdict(found) | {"full_window_s": window_s, "after_s": list(AFTER_S)}


def _centred(rates: Rates, t: int) -> float | None:
    place = t + HALF_WINDOW_S
    return rates[place] if 0 <= place < len(rates) else None


def _left(free: Rates, after_s: int, ground: float) -> float | None:
    rate = free[after_s] if after_s < len(free) else None
    return None if rate is None else round(rate - ground, 1)


def _area(free: Rates) -> list[float]:
    """The known rates of the five minutes; none where too many are missing."""
    known = [rate for rate in free[:AREA_S] if rate is not None]
    return known if len(known) >= COVERAGE_MIN * AREA_S else []


def _above(area: Sequence[float], level_bpm: float) -> float | None:
    """Beats above that level in five minutes; the few seconds that are missing count as the rest.
    What is below takes nothing away: a heart that dips has not taken back what was."""
    if not area:
        return None
    mean_bpm = sum(max(0.0, rate - level_bpm) for rate in area) / len(area)
    return round(mean_bpm * AREA_S / 60, 1)


LOGISTIC_S = 300
POINTS_MIN = 60
R2_MIN = 0.6


def _logistic(free: Rates, ground: float, peak: float) -> tuple[float, float] | None:
    """Middle and steepness, s, of a three-parameter logistic: height / (1 + exp((t - middle) /
    steep)) above the ground; of the curves laid through a recovery, the one whose figures repeat
    best from day to day. By soft-L1 least squares; None where it explains too little."""
    import numpy as np  # with SciPy, some 0.4 s to import: only where a fit is asked for
    from scipy.optimize import least_squares

    points = [(t, rate) for t, rate in enumerate(free[:LOGISTIC_S]) if rate is not None]
    if len(points) < POINTS_MIN:
        return None
    t = np.array([p[0] for p in points], dtype=float)
    y = np.array([p[1] for p in points]) - ground

    def curve(p: Any) -> Any:
        return p[0] / (1 + np.exp(np.clip((t - p[1]) / p[2], -50.0, 50.0)))

    rise = peak - ground
    found = least_squares(
        lambda p: curve(p) - y,
        x0=[rise, 40.0, 15.0],
        bounds=([0.5 * rise, -60.0, 1.0], [2.0 * rise, 600.0, 300.0]),
        loss="soft_l1",
        f_scale=3.0,
    )
    rest = float(np.sum((curve(found.x) - y) ** 2))
    total = float(np.sum((y - y.mean()) ** 2))
    if total <= 0 or 1 - rest / total < R2_MIN or found.x[1] <= 0:
        return None  # a heart that falls at once has no middle
    return round(float(found.x[1]), 1), round(float(found.x[2]), 1)
