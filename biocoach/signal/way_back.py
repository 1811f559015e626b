"""The half-recovery time, read from the whole way back and not from one crossing of a line.

A heart wanders while it recovers, by a few bpm over half a minute; the first crossing of the
half-way line is where such a wave happens to touch it. The fit is in ``way_back_fit``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from biocoach.settings import RecoverySettings

HALF_WINDOW_S = 10  # rates are over 20 s


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """``t_s`` from the reference on, and the centred rates there, bpm; as many as are known."""

    t_s: Sequence[float]
    hr_bpm: Sequence[float]
    ground_bpm: float
    rise_bpm: float
    wander_bpm: float


def window_s(half_plain_s: float, settings: RecoverySettings) -> float:
    """How much of the way back is read, s."""
    wanted = settings.fit_halves * half_plain_s
    return min(settings.fit_max_s, max(settings.fit_min_s, wanted))


def half_recovery_s(way: WayBack, half_plain_s: float, settings: RecoverySettings) -> float:
    """Half-recovery time, s: the fit for what is quick, the plain crossing for what is slow.

    For a slow way back the window ends before the curve bends, so the plain one is better there.
    """
    from biocoach.signal.way_back_fit import fitted_half_s  # NumPy: not before it is wanted

    fitted = fitted_half_s(way, settings)
    if fitted is None:
        return half_plain_s
    span = settings.plain_only_s - settings.fit_only_s
    share = min(1.0, max(0.0, (half_plain_s - settings.fit_only_s) / span))
    return (1 - share) * fitted + share * half_plain_s
