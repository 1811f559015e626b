"""The half-recovery time beside its definition, worked out the long way: a posterior on a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from biocoach.settings import RecoverySettings
from biocoach.signal.way_back import HALF_WINDOW_S, WayBack, half_recovery_s, window_s
from biocoach.signal.way_back_fit import fitted_half_s

SET = RecoverySettings()
COARSE = replace(SET, tau_steps=21)  # the definition is slow
GROUND_BPM = 64.0


def left(t_s: float, tau_s: float) -> float:
    """The mean of the twenty seconds around ``t_s`` of what is 1 up to 0 and then falls off."""
    fine = np.linspace(t_s - HALF_WINDOW_S, t_s + HALF_WINDOW_S, 401)
    return float(np.exp(-np.maximum(fine, 0) / tau_s).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """One that comes back so. ``noise``: a slow wave of that size on top; at ``spoilt`` seconds
    it is off by ``by_bpm``; ``ground_bpm`` and ``measured`` are what was measured before."""

    rise: float
    tau_s: float
    measured: float | None = None
    ground_bpm: float = GROUND_BPM
    wander: float = 3.0
    noise: float = 0.0
    until_s: int = 320
    spoilt: tuple[int, ...] = ()
    by_bpm: float = 0.0

    def way(self) -> WayBack:
        t = np.arange(0, self.until_s + 1, SET.fit_step_s, dtype=float)
        hr_bpm = np.array([GROUND_BPM + self.rise * left(v, self.tau_s) for v in t])
        hr_bpm += self.noise * np.sin(math.tau * t / 47)
        hr_bpm[list(self.spoilt)] += self.by_bpm
        rise_bpm = self.rise if self.measured is None else self.measured
        return WayBack(
            t_s=t.tolist(),
            hr_bpm=hr_bpm.tolist(),
            ground_bpm=self.ground_bpm,
            rise_bpm=rise_bpm,
            wander_bpm=self.wander,
        )


@cache
def posterior_half_s(heart: Heart) -> float:
    """By definition: all grounds and rises are tried, at every tau, and what fits is summed."""
    told, settings = heart.way(), COARSE
    size = min(settings.wander_max_bpm, max(settings.wander_min_bpm, told.wander_bpm))
    taus = np.geomspace(settings.tau_min_s, settings.tau_max_s, settings.tau_steps)
    offsets = np.linspace(-4, 4, 41)[:, None, None]  # of the ground, in wanders
    rises = told.rise_bpm / size + np.linspace(-4, 4, 41)[None, :, None] * settings.rise_looseness
    before = (
        -(offsets**2) / 2
        - ((rises * size - told.rise_bpm) / size / settings.rise_looseness) ** 2 / 2
    )
    counts = settings.fit_step_s / settings.wander_s
    logs = []
    for tau_s in taus:
        shape = np.array([left(t, tau_s) for t in told.t_s])[None, None, :]
        off = np.abs((np.array(told.hr_bpm) - told.ground_bpm) / size - offsets - rises * shape)
        far = settings.robust * (off - settings.robust / 2)
        cost = np.where(off <= settings.robust, off**2 / 2, far)
        fits = -counts * cost.sum(axis=2, keepdims=True) + before
        prior = -(((math.log(tau_s / settings.tau_prior_s)) / settings.tau_prior_log_sd) ** 2) / 2
        logs.append(float(np.log(np.exp(fits).sum())) + prior)
    weight = np.exp(np.array(logs) - max(logs))
    edges = np.log(taus) + (np.log(taus[1]) - np.log(taus[0])) / 2
    return math.log(2) * math.exp(np.interp(0.5, np.cumsum(weight) / weight.sum(), edges))


@pytest.mark.parametrize(
    "heart",
    [
        Heart(rise=20, tau_s=30),
        Heart(rise=20, tau_s=90, wander=5.0),
        Heart(rise=10, tau_s=45, wander=1.0, noise=3.0),
        Heart(rise=14, tau_s=60, wander=20.0, noise=4.0),
        Heart(rise=30, tau_s=20, until_s=150),
        Heart(rise=9, tau_s=150, noise=2.0, until_s=600),
        # Held near what was measured before, not at it.
        Heart(rise=24, tau_s=45, ground_bpm=66.0),
        Heart(rise=24, tau_s=45, measured=22.0),
    ],
)
def test_the_fit_is_the_posterior_median(heart: Heart) -> None:
    assert fitted_half_s(heart.way(), COARSE) == pytest.approx(posterior_half_s(heart), rel=0.01)


@pytest.mark.parametrize("spoilt", [(4, 5), (20, 21, 22), (50, 51, 52, 53)])
@pytest.mark.parametrize("by_bpm", [-25.0, 25.0])
def test_seconds_that_are_far_off_count_less(spoilt: tuple[int, ...], by_bpm: float) -> None:
    heart = Heart(rise=20, tau_s=45, noise=1.0, spoilt=spoilt, by_bpm=by_bpm)
    assert fitted_half_s(heart.way(), COARSE) == pytest.approx(posterior_half_s(heart), rel=0.04)


def test_with_too_few_seconds_there_is_no_fit_and_the_crossing_stands() -> None:
    whole = Heart(rise=20, tau_s=45).way()

    def first(count: int) -> WayBack:
        return replace(whole, t_s=whole.t_s[:count], hr_bpm=whole.hr_bpm[:count])

    assert fitted_half_s(first(SET.fit_points_min - 1), SET) is None
    assert fitted_half_s(first(SET.fit_points_min), SET) is not None
    assert half_recovery_s(first(SET.fit_points_min - 1), 31.5, SET) == 31.5


def test_a_quick_way_back_is_the_fits_a_slow_one_the_crossings_and_between_they_share() -> None:
    told = Heart(rise=20, tau_s=45).way()
    fitted = fitted_half_s(told, SET)
    assert fitted is not None
    assert half_recovery_s(told, SET.fit_only_s - 10, SET) == pytest.approx(fitted)
    assert half_recovery_s(told, SET.fit_only_s, SET) == pytest.approx(fitted)
    quarter = SET.fit_only_s + (SET.plain_only_s - SET.fit_only_s) / 4
    assert half_recovery_s(told, quarter, SET) == pytest.approx(0.75 * fitted + 0.25 * quarter)
    assert half_recovery_s(told, SET.plain_only_s, SET) == SET.plain_only_s
    assert half_recovery_s(told, SET.plain_only_s + 50, SET) == SET.plain_only_s + 50


def test_the_window_is_six_plain_half_times_within_its_bounds() -> None:
    assert window_s(80.0, SET) == pytest.approx(SET.fit_halves * 80)
    assert window_s(10.0, SET) == SET.fit_min_s
    assert window_s(590.0, SET) == SET.fit_max_s
