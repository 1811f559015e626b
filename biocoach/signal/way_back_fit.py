"""An exponential through all seconds of a way back.

Its ground and its height are held near what was measured before, its time constant near what is
common, and the time constant's posterior median is taken. It needs NumPy, which costs a start a
tenth of a second: imported when it is wanted, as the waves of breath and pace are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from biocoach.settings import RecoverySettings
from biocoach.signal.way_back import HALF_WINDOW_S, WayBack

Floats = NDArray[np.float64]
REWEIGHTED = 4  # Huber weights change little after that


def fitted_half_s(way: WayBack, settings: RecoverySettings) -> float | None:
    """Posterior median of the half time of ``ground + rise * exp(-t / tau)``; None: too little.

    Every tau of a grid gets the best ground and rise (ridge towards what was measured before,
    Huber 1964 weights), its likelihood, with seconds within ``wander_s`` counted as one, and a
    log-normal prior.
    """
    if len(way.t_s) < settings.fit_points_min:
        return None
    tau_s = np.geomspace(settings.tau_min_s, settings.tau_max_s, settings.tau_steps)
    log_tau = np.log(tau_s)
    prior = -0.5 * ((log_tau - math.log(settings.tau_prior_s)) / settings.tau_prior_log_sd) ** 2
    weight = np.exp(_log_evidence(way, tau_s, settings) + prior)
    below = np.cumsum(weight) / weight.sum()
    middle = log_tau + (log_tau[1] - log_tau[0]) / 2
    return math.exp(float(np.interp(0.5, below, middle))) * math.log(2)


def _log_evidence(way: WayBack, tau_s: Floats, settings: RecoverySettings) -> Floats:
    """For each tau; the highest is 0."""
    wander = min(settings.wander_max_bpm, max(settings.wander_min_bpm, way.wander_bpm))
    t_s, hr_bpm = np.array(way.t_s, float), np.array(way.hr_bpm, float)
    step_s = float(np.median(np.diff(t_s)))
    alike = step_s / settings.wander_s  # neighbouring seconds tell the same
    left = _left(t_s[None, :], tau_s[:, None])
    ground = (hr_bpm - way.ground_bpm) / wander  # what the priors leave, in wanders
    rise = way.rise_bpm / wander
    loose = settings.rise_looseness**-2
    weights = np.ones_like(left)
    for _ in range(REWEIGHTED):
        w = weights * alike
        a11, a12, a22 = w.sum(1) + 1, (w * left).sum(1), (w * left * left).sum(1) + loose
        b1, b2 = (w * ground).sum(1), (w * left * ground).sum(1) + loose * rise
        det = a11 * a22 - a12 * a12
        offset, height = (a22 * b1 - a12 * b2) / det, (a11 * b2 - a12 * b1) / det
        off = np.abs(ground - offset[:, None] - height[:, None] * left)
        weights = np.minimum(1.0, settings.robust / np.maximum(off, 1e-9))
    near = off <= settings.robust
    cost = np.where(near, off * off / 2, settings.robust * (off - settings.robust / 2))
    apart = offset**2 + loose * (height - rise) ** 2
    log = -alike * cost.sum(1) - apart / 2 - np.log(det) / 2
    found: Floats = log - log.max()
    return found


def _left(t_s: Floats, tau_s: Floats) -> Floats:
    """The share of the rise that is left, as a rate over 20 s sees it: up to the reference 1."""
    until, since = t_s + HALF_WINDOW_S, t_s - HALF_WINDOW_S
    fallen = tau_s * (np.exp(-np.maximum(0.0, since) / tau_s) - np.exp(-until / tau_s))
    found: Floats = (fallen + np.maximum(0.0, -since)) / (2 * HALF_WINDOW_S)
    return found
