"""How long settling takes with a practice against without: a Bayesian regression.

The logarithm of half-recovery is a step's own level, plus a slope on the logarithm of the rise, a
trend over time, and the practice's effect, with normal noise: an accelerated failure time model.
What was cut short counts for as long as it was seen (Tobit: Chib 1992, J Econometrics 51:79): in
each round of the Gibbs sampler its true length is drawn anew from beyond that. Priors are normal,
the noise's variance inverse gamma; all are in ``HelpsSettings``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from biocoach.settings import HelpsSettings

Array: TypeAlias = npt.NDArray[np.float64]
SEED = 1  # the same rows give the same figures
AMPLITUDE_FLOOR_BPM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One way back. ``length_s`` to half-way, or as long as it was seen (``cut``); ``practice``
    "" for none; ``place``: when it was, among all, 0-1."""

    length_s: float
    cut: bool
    step: str
    amplitude_bpm: float
    practice: str
    place: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of one practice, as a factor on the length: its middle and its interval; ``mean`` and
    ``deviation`` are of its logarithm; ``quicker``: the chance that it is below 1."""

    factor: float
    low: float
    high: float
    mean: float
    deviation: float
    quicker: float


@dataclass(frozen=True, slots=True)
class _Design:
    names: tuple[str, ...]
    matrix: Array  # rows x columns; the practices' effects come first
    prior_sd: Array
    prior_mean: Array


def effects(rows: Sequence[Settled], settings: HelpsSettings) -> dict[str, Effect]:
    """By practice. Empty without rows."""
    design = _design(rows, settings)
    if not design.names:
        return {}
    seen = np.log([max(row.length_s, 1.0) for row in rows])
    cut = np.array([row.cut for row in rows])
    draws = _gibbs(design, seen, cut, settings)
    return {
        name: _effect(draws[:, column], settings.confidence)
        for column, name in enumerate(design.names)
    }


def _design(rows: Sequence[Settled], settings: HelpsSettings) -> _Design:
    names = tuple(sorted({row.practice for row in rows} - {""}))
    steps = sorted({row.step for row in rows})
    logs = np.log([max(row.amplitude_bpm, AMPLITUDE_FLOOR_BPM) for row in rows])
    of_practice = [[float(row.practice == name) for row in rows] for name in names]
    of_step = [[float(row.step == step) for row in rows] for step in steps]
    ones, places = [1.0] * len(rows), [row.place - 0.5 for row in rows]
    columns = [*of_practice, *of_step, ones, list(logs - logs.mean()) if rows else [], places]
    spread = [
        *[settings.effect_sd] * len(names),
        *[settings.step_sd] * len(steps),
        settings.length_sd,
        settings.amplitude_sd,
        settings.trend_sd,
    ]
    middle = np.zeros(len(columns))
    middle[len(names) + len(steps)] = np.log(settings.length_s)
    return _Design(names, np.array(columns).T, np.array(spread), middle)


def _gibbs(
    design: _Design, seen: Array, cut: npt.NDArray[np.bool_], settings: HelpsSettings
) -> Array:
    """Draws of the effects, one row each."""
    from scipy.special import ndtr, ndtri  # half a second to import, and seldom asked for

    dice = np.random.default_rng(SEED)
    x, precision = design.matrix, np.diag(design.prior_sd**-2.0)
    gram, pull = x.T @ x, precision @ design.prior_mean
    count, width = x.shape
    lengths, variance = seen.copy(), settings.noise_scale / (settings.noise_shape - 1)
    kept = np.empty((settings.draws, len(design.names)))
    for turn in range(settings.warm_up + settings.draws):
        root = np.linalg.cholesky(gram / variance + precision)
        centre = np.linalg.solve(root.T, np.linalg.solve(root, x.T @ lengths / variance + pull))
        weights = centre + np.linalg.solve(root.T, dice.standard_normal(width))
        fitted = x @ weights
        if cut.any():
            deviation = np.sqrt(variance)
            below = ndtr((seen[cut] - fitted[cut]) / deviation)
            chance = below + (1 - below) * dice.random(int(cut.sum()))
            beyond = fitted[cut] + deviation * ndtri(np.clip(chance, 1e-12, 1 - 1e-12))
            lengths[cut] = np.maximum(beyond, seen[cut])
        rest = lengths - fitted
        scale = settings.noise_scale + rest @ rest / 2
        variance = scale / dice.gamma(settings.noise_shape + count / 2)
        if turn >= settings.warm_up:
            kept[turn - settings.warm_up] = weights[: len(design.names)]
    return kept


def _effect(draws: Array, confidence: float) -> Effect:
    beyond = (1 - confidence) / 2
    low, middle, high = np.exp(np.quantile(draws, [beyond, 0.5, 1 - beyond]))
    return Effect(
        factor=float(middle),
        low=float(low),
        high=float(high),
        mean=float(draws.mean()),
        deviation=float(draws.std()),
        quicker=float((draws < 0).mean()),
    )
