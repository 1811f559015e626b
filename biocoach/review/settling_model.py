"""How long settling takes with a practice against without: a Bayesian regression.

The logarithm of half-recovery is a step's own level, slopes on what was known before the way back
began (``Settled.known``), a trend over time, the day's own level, and the practice's effect: an
accelerated failure time model. What was cut short counts for as long as it was seen (Tobit: Chib
1992, J Econometrics 51:79): in each round of the Gibbs sampler its true length is drawn anew from
beyond that. The noise is Student's t, as a mixture of normals (Geweke 1993, J Appl Econometrics
8:S19), so that one odd measurement pulls little; days are a random effect, so that five ways back
on one good day are not five good days. All priors are in ``HelpsSettings``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from biocoach.review.settled import Effect, Settled
from biocoach.settings import HelpsSettings

Array: TypeAlias = npt.NDArray[np.float64]
SEED = 1  # the same rows give the same figures
LENGTH_MIN_S = 1.0  # half-way at once: so that there is a logarithm
TINY = 1e-300  # no chance is nothing, so that no draw is infinite


@dataclass(frozen=True, slots=True)
class _Design:
    names: tuple[str, ...]
    matrix: Array  # rows x columns; the practices' effects come first
    prior_sd: Array
    prior_mean: Array


def effects(rows: Sequence[Settled], settings: HelpsSettings) -> dict[str, Effect]:
    """By practice. Empty without rows. A day's rows must stand together."""
    found = draws(rows, settings)
    return {name: _effect(column, settings.confidence) for name, column in found.items()}


def draws(rows: Sequence[Settled], settings: HelpsSettings, seed: int = SEED) -> dict[str, Array]:
    """By practice, draws of the logarithm of its factor."""
    design = _design(rows, settings)
    if not design.names:
        return {}
    sampler = _Sampler(design, rows, settings, np.random.default_rng(seed))
    for _ in range(settings.warm_up):
        sampler.turn()
    width = len(design.names)
    kept = np.array([sampler.turn()[:width] for _ in range(settings.draws)])
    return {name: kept[:, column] for column, name in enumerate(design.names)}


def _design(rows: Sequence[Settled], settings: HelpsSettings) -> _Design:
    names = tuple(sorted({row.practice for row in rows} - {""}))
    steps = sorted({row.step for row in rows})
    known = [_centred(column) for column in zip(*(row.known for row in rows), strict=True)]
    columns = [
        *[[float(row.practice == name) for row in rows] for name in names],
        *[[float(row.step == step) for row in rows] for step in steps],
        *known,
        [row.place - 0.5 for row in rows],
        [1.0] * len(rows),
    ]
    spread = [
        *[settings.effect_sd] * len(names),
        *[settings.step_sd] * len(steps),
        *[settings.slope_sd] * len(known),
        settings.trend_sd,
        settings.length_sd,
    ]
    middle = np.zeros(len(columns))
    middle[-1] = np.log(settings.length_s)
    return _Design(names, np.array(columns).T, np.array(spread), middle)


def _centred(column: Sequence[float | None]) -> list[float]:
    """What was not told is taken for the middle."""
    told = [value for value in column if value is not None]
    middle = sum(told) / len(told) if told else 0.0
    return [0.0 if value is None else value - middle for value in column]


class _Sampler:
    """One round after another: coefficients (the days left open), days, lengths that were cut
    short, how odd each row is, variances."""

    def __init__(
        self,
        design: _Design,
        rows: Sequence[Settled],
        settings: HelpsSettings,
        dice: np.random.Generator,
    ) -> None:
        self._design, self._set, self._dice = design, settings, dice
        self._precision = design.prior_sd**-2.0
        self._seen = np.log([max(row.length_s, LENGTH_MIN_S) for row in rows])
        self._cut = np.array([row.cut for row in rows])
        new_day = [a.day != b.day for a, b in itertools.pairwise(rows)]
        self._first = np.flatnonzero([True, *new_day])  # of each day
        self._of_day = np.cumsum([0, *new_day])
        self._lengths = self._seen.copy()
        self._trust = np.ones(len(rows))
        self._noise = settings.noise_scale / (settings.noise_shape - 1)
        self._day = settings.day_scale / (settings.day_shape - 1)

    def turn(self) -> Array:
        weights = self._coefficients()
        fitted = self._design.matrix @ weights
        days = self._days(self._lengths - fitted)
        fitted += days[self._of_day]
        self._complete(fitted)
        self._vary(self._lengths - fitted, days)
        return weights

    def _coefficients(self) -> Array:
        x, weight = self._design.matrix, self._trust / self._noise
        weighted = x * weight[:, None]
        by_day = np.add.reduceat(weighted, self._first)
        of_day = np.add.reduceat(weight * self._lengths, self._first)
        open_ = 1 / (1 / self._day + np.add.reduceat(weight, self._first))
        gram = x.T @ weighted - by_day.T @ (by_day * open_[:, None])
        pull = weighted.T @ self._lengths - by_day.T @ (of_day * open_)
        gram[np.diag_indices_from(gram)] += self._precision
        root = np.linalg.cholesky(gram)
        centre = np.linalg.solve(root, pull + self._precision * self._design.prior_mean)
        draw: Array = np.linalg.solve(root.T, centre + self._dice.standard_normal(len(centre)))
        return draw

    def _days(self, rest: Array) -> Array:
        weight = self._trust / self._noise
        variance = 1 / (1 / self._day + np.add.reduceat(weight, self._first))
        middle = variance * np.add.reduceat(weight * rest, self._first)
        draw: Array = middle + np.sqrt(variance) * self._dice.standard_normal(len(middle))
        return draw

    def _complete(self, fitted: Array) -> None:
        """The lengths that were cut short, drawn from beyond where they were."""
        from scipy.special import ndtr, ndtri  # takes a moment to import, and is seldom asked for

        cut = self._cut
        deviation = np.sqrt(self._noise / self._trust[cut])
        beyond = ndtr((fitted[cut] - self._seen[cut]) / deviation)
        chance = np.maximum(beyond * self._dice.random(len(beyond)), TINY)
        drawn = fitted[cut] - deviation * ndtri(chance)
        self._lengths[cut] = np.maximum(drawn, self._seen[cut])

    def _vary(self, rest: Array, days: Array) -> None:
        squares, dice, told = rest**2, self._dice, self._set
        half = (told.noise_degrees + 1) / 2
        oddness = (told.noise_degrees + squares / self._noise) / 2
        self._trust = dice.gamma(half, size=len(rest)) / oddness
        scale = told.noise_scale + self._trust @ squares / 2
        self._noise = float(scale / dice.gamma(told.noise_shape + len(rest) / 2))
        spread = told.day_scale + days @ days / 2
        self._day = float(spread / dice.gamma(told.day_shape + len(days) / 2))


def _effect(draws: Array, confidence: float) -> Effect:
    beyond = (1 - confidence) / 2
    low, middle, high = np.exp(np.quantile(draws, [beyond, 0.5, 1 - beyond]))
    return Effect(
        factor=float(middle),
        low=float(low),
        high=float(high),
        mean=float(draws.mean()),
        deviation=float(draws.std()),
    )
