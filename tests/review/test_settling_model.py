"""The regression of what helps me: against exact posteriors, brute force, and the absurd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, log, sqrt

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from biocoach.review.settled import Settled
from biocoach.review.settling_model import draws, effects
from biocoach.settings import HelpsSettings
from tests.strategies import proven

Array = npt.NDArray[np.float64]
SET = HelpsSettings()
SURE = 1e9  # a prior so narrow that its middle is known
NORMAL = 1e9  # degrees


def known(noise_sd: float, day_sd: float, degrees: float = NORMAL) -> HelpsSettings:
    """Where nothing but coefficients is left to find out."""
    return replace(
        SET, noise_degrees=degrees, noise_shape=SURE, noise_scale=SURE * noise_sd**2,
        day_shape=SURE, day_scale=SURE * day_sd**2,
    )  # fmt: skip


def row(length_s: float = 60.0, practice: str = "", **more: object) -> Settled:
    plain = Settled(length_s=length_s, cut=False, step="a", practice=practice, day="", place=0.5)
    return replace(plain, **more)  # type: ignore[arg-type]


def some(count: int = 40, seed: int = 1, *, cut: float = 0.0) -> list[Settled]:
    """Two practices, three steps, days of three ways back; breathing takes 0.6 times as long."""
    dice = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        practice = str(dice.choice(["", "breath", "ground"]))
        level = log(60) + 0.5 * dice.normal() + (log(0.6) if practice == "breath" else 0.0)
        rows.append(
            Settled(
                length_s=float(np.exp(level)), cut=bool(dice.random() < cut),
                step=str(dice.choice(["a", "b", "c"])), practice=practice, day=str(n // 3),
                place=n / max(1, count - 1),
                known=(float(dice.normal()), None if n % 4 else float(dice.normal())),
            )
        )  # fmt: skip
    return rows


# ---- against what can be worked out


def exact(
    rows: Sequence[Settled], settings: HelpsSettings, noise_sd: float, day_sd: float
) -> Array:
    """Means and deviations of both effects: the normal posterior, days integrated out densely."""
    rise = np.array([r.known[0] for r in rows], float)
    suds = np.array([np.nan if r.known[1] is None else r.known[1] for r in rows])
    x = np.column_stack(
        [
            *([r.practice == name for r in rows] for name in ("breath", "ground")),
            *([r.step == step for r in rows] for step in "abc"),
            rise - rise.mean(),
            np.nan_to_num(suds - np.nanmean(suds)),
            [r.place - 0.5 for r in rows],
            np.ones(len(rows)),
        ]
    ).astype(float)
    sd = (
        [SET.effect_sd] * 2 + [SET.step_sd] * 3 + [SET.slope_sd] * 2 + [SET.trend_sd, SET.length_sd]
    )
    middle = np.array([0.0] * 8 + [log(settings.length_s)])
    same_day = np.equal.outer([r.day for r in rows], [r.day for r in rows])
    inverse = np.linalg.inv(noise_sd**2 * np.eye(len(rows)) + day_sd**2 * same_day)
    prior = np.diag(np.array(sd) ** -2.0)
    covariance = np.linalg.inv(x.T @ inverse @ x + prior)
    lengths = np.log([r.length_s for r in rows])
    mean = covariance @ (x.T @ inverse @ lengths + prior @ middle)
    return np.array([mean[:2], np.sqrt(np.diag(covariance)[:2])])


@pytest.mark.parametrize("day_sd", [0.05, 0.8])
def test_where_nothing_was_cut_it_is_the_normal_posterior(day_sd: float) -> None:
    rows, settings = some(), replace(known(0.5, day_sd), draws=20_000)
    found = effects(rows, settings)
    means, deviations = exact(rows, settings, 0.5, day_sd)
    for name, mean, deviation in zip(("breath", "ground"), means, deviations, strict=True):
        error = 4 * deviation / sqrt(settings.draws)
        assert found[name].mean == pytest.approx(mean, abs=error)
        assert found[name].deviation == pytest.approx(deviation, rel=0.05)
        assert found[name].factor == pytest.approx(np.exp(mean), rel=2 * error)
        for end, at in ((found[name].low, 0.01), (found[name].high, 0.99)):
            wanted = stats.norm.ppf(at, mean, deviation)
            assert log(end) == pytest.approx(wanted, abs=0.1 * deviation)


@pytest.mark.parametrize("degrees", [2.0, NORMAL])
def test_what_was_cut_short_is_drawn_as_brute_force_has_it(degrees: float) -> None:
    """One step, one practice, a known noise: the likelihood over a grid of level and effect."""
    rows = [
        row(40.0), row(60.0), row(100.0), row(150.0, cut=True), row(300.0, cut=True),
        row(25.0, "p"), row(35.0, "p"), row(20.0, "p", cut=True), row(90.0, "p", cut=True),
        row(900.0, "p", cut=True),
    ]  # fmt: skip
    rows = [replace(r, day=str(n)) for n, r in enumerate(rows)]
    noise_sd, tiny = 0.6, 1e-4
    settings = replace(
        known(noise_sd, tiny, degrees), step_sd=tiny, trend_sd=tiny, effect_sd=1.5, draws=20_000
    )
    levels = np.linspace(1.0, 8.0, 701)[:, None]
    moves = np.linspace(-6.0, 8.0, 1401)[None, :]
    score = stats.norm.logpdf(levels, log(settings.length_s), settings.length_sd)
    score = score + stats.norm.logpdf(moves, 0.0, settings.effect_sd)
    for r in rows:
        rest = (log(r.length_s) - levels - (moves if r.practice else 0.0)) / noise_sd
        score = score + (stats.t.logsf(rest, degrees) if r.cut else stats.t.logpdf(rest, degrees))
    chance = np.exp(score - score.max()).sum(axis=0)
    chance /= chance.sum()
    mean = float(chance @ moves[0])
    deviation = sqrt(float(chance @ (moves[0] - mean) ** 2))
    found = effects(rows, settings)["p"]
    assert found.mean == pytest.approx(mean, abs=0.05 * deviation)
    assert found.deviation == pytest.approx(deviation, rel=0.05)
    low, high = np.interp([0.01, 0.99], np.cumsum(chance), moves[0])
    assert log(found.low) == pytest.approx(low, abs=0.1 * deviation)
    assert log(found.high) == pytest.approx(high, abs=0.1 * deviation)


def test_cut_short_is_neither_left_out_nor_taken_for_quick() -> None:
    """Forty with it were seen for 40 s and no longer: were they that quick, it would help."""
    rows = [row(60.0 + n % 7, day=str(n)) for n in range(40)]
    seen = [row(40.0, "p", cut=True, day=f"p{n}") for n in range(40)]
    ended = [replace(r, cut=False) for r in seen]
    quick, unknown = effects(rows + ended, SET)["p"], effects(rows + seen, SET)["p"]
    assert quick.high < 1
    assert unknown.factor > 1
    assert unknown.deviation > 2 * quick.deviation


# ---- what the noise and the days are for


def test_five_good_ways_back_on_one_day_are_not_five_days() -> None:
    """The same lengths, where each day has its own level."""
    dice = np.random.default_rng(3)
    rows = []
    for day in range(16):
        level = log(60) + dice.normal(0, 0.6)
        lengths = np.exp(level + dice.normal(0, 0.1, 5))
        practice = "p" if day % 2 else ""
        rows += [row(float(s), practice, day=str(day)) for s in lengths]
    apart = [replace(r, day=str(n)) for n, r in enumerate(rows)]
    assert effects(rows, SET)["p"].deviation > 1.5 * effects(apart, SET)["p"].deviation


def test_one_odd_measurement_pulls_little() -> None:
    rows = [row(55.0 + 10 * (n % 2), "p" if n % 3 else "", day=str(n)) for n in range(36)]
    odd = [*rows, row(1.0, "p", day="odd")]
    usual = replace(SET, noise_degrees=NORMAL)
    moved, pulled = (
        abs(effects(odd, s)["p"].mean - effects(rows, s)["p"].mean) for s in (SET, usual)
    )
    assert moved < 0.03
    assert pulled > 2 * moved


def test_what_nobody_told_is_taken_for_the_middle() -> None:
    rows = [
        replace(r, known=(float(n % 5),)) if n % 3 else replace(r, known=(None,))
        for n, r in enumerate(some())
    ]
    middle = np.mean([r.known[0] for r in rows if r.known[0] is not None])
    filled = [replace(r, known=(float(middle),)) if r.known == (None,) else r for r in rows]
    assert effects(rows, SET)["breath"].mean == pytest.approx(effects(filled, SET)["breath"].mean)


@pytest.mark.parametrize("what", ["step", "rise", "trend"])
def test_what_makes_ways_back_long_is_not_laid_to_the_practice(what: str) -> None:
    """It does nothing, and is taken where it takes long anyway: four times out of five."""
    dice = np.random.default_rng(5)
    rows = []
    for n in range(120):
        hard = n % 2 == 0 if what != "trend" else n < 60
        practice = "p" if (dice.random() < 0.8) == hard else ""
        length_s = float(np.exp(log(50) + 0.8 * hard + 0.4 * dice.normal()))
        rows.append(
            row(
                length_s, practice, day=str(n), place=n / 119 if what == "trend" else 0.5,
                step="hard" if what == "step" and hard else "a",
                known=(float(hard) if what == "rise" else 0.0,),
            )
        )  # fmt: skip
    blind = [replace(r, step="a", known=(0.0,), place=0.5) for r in rows]
    assert effects(blind, SET)["p"].low > 1
    assert effects(rows, SET)["p"].low < 1 < effects(rows, SET)["p"].high


# ---- the same again


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = some(60, cut=0.3)
    first, again = draws(rows, SET), draws(list(rows), SET)
    assert list(first) == ["breath", "ground"]
    for name, column in first.items():
        assert column.tobytes() == again[name].tobytes()


@pytest.mark.parametrize(("count", "cut"), [(12, 0.5), (60, 0.3), (300, 0.4)])
def test_another_seed_and_another_order_of_days_say_the_same(count: int, cut: float) -> None:
    rows = some(count, cut=cut)
    back = [r for day in range(count, -1, -1) for r in rows if r.day == str(day)]
    assert len(back) == count
    first, other, turned = draws(rows, SET), draws(rows, SET, seed=2), draws(back, SET)
    for name, column in first.items():
        ends = np.quantile(column, [0.01, 0.5, 0.99])
        for found in (other, turned):
            off = np.abs(np.quantile(found[name], [0.01, 0.5, 0.99]) - ends) / column.std()
            assert off[1] < 0.1
            assert max(off) < 0.4
            assert found[name].tobytes() != column.tobytes()


def test_the_draws_are_worth_a_thousand_that_know_nothing_of_each_other() -> None:
    """Effective sample size by Geyer's initial positive sequence (1992, Stat Sci 7:473)."""
    for column in draws(some(150, cut=0.4), SET).values():
        rest = column - column.mean()
        lags = np.correlate(rest, rest, "full")[len(rest) - 1 :] / (rest @ rest)
        pairs = lags[1:-1:2] + lags[2::2]
        first_negative = int(np.argmax(pairs < 0))
        assert len(rest) / (1 + 2 * pairs[:first_negative].sum()) > 1000


# ---- the absurd


def test_nothing_is_said_of_nothing() -> None:
    assert effects([], SET) == {}
    assert effects([row()], SET) == {}


@pytest.mark.parametrize(
    "rows",
    [
        [row(practice="p")],
        [row(practice="p", cut=True)],
        [row(), row(practice="p", cut=True)],
        [row(cut=True, day=str(n)) for n in range(20)] + [row(practice="p", cut=True)] * 20,
        [row(practice="p", known=(None,)), row(known=(None,))],
    ],
    ids=["one", "one that was cut", "one each", "all cut", "nothing told"],
)
def test_where_there_is_little_it_stays_with_what_was_believed_before(rows: list[Settled]) -> None:
    found = effects(rows, SET)["p"]
    assert found.low < 0.65
    assert 0.8 < found.factor < 1.3
    assert found.high > 1.5
    assert found.deviation == pytest.approx(SET.effect_sd, rel=0.2)


def test_one_that_is_absurdly_long_for_all_that_is_known_has_figures() -> None:
    rows = [row(60.0, "p" if n % 2 else "", day=str(n)) for n in range(9)]
    found = effects([*rows, row(1e6, "p", cut=True)], known(0.01, 0.01))["p"]
    assert isfinite(found.high)
    assert found.factor > 1


ROWS = st.builds(
    Settled,
    length_s=st.one_of(st.just(0.0), st.floats(0, 1e6)),
    cut=st.booleans(),
    step=st.sampled_from(["", "a", "b"]),
    practice=st.sampled_from(["", "p", "q"]),
    day=st.sampled_from(["", "1", "2", "3"]),
    place=st.floats(0, 1),
    known=st.tuples(st.one_of(st.none(), st.floats(-9, 9)), st.one_of(st.none(), st.just(1.0))),
)


@given(st.lists(ROWS, max_size=12))
@proven(150)
def test_whatever_comes_the_figures_are_figures(rows: list[Settled]) -> None:
    found = effects(rows, replace(SET, warm_up=5, draws=60))
    assert set(found) == {r.practice for r in rows} - {""}
    for effect in found.values():
        assert 0 < effect.low <= effect.factor <= effect.high
        assert isfinite(effect.high)
        assert isfinite(effect.mean)
        assert effect.deviation > 0
