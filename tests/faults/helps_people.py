"""Made people whose truth is known: what each practice does to their ways back, and when they
reach for it. They come as summaries, as the shelf has them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log
from typing import Any

import numpy as np
from scipy.special import expit, ndtri

Json = dict[str, Any]
Begun = list[tuple[str, float]]  # each practice with when it began, s after the way back did
KINDS = ("none", "none", "mixed", "strong")
STRONG = 0.6
MIXED_LOG_SD = 0.35
LIMIT_S = 600.0  # nobody looks longer for half-way
MIDDLES_S = (25.0, 110.0)  # of half-recovery, from person to person
RISE_BPM, RISE_MIN_BPM, RISE_LOG_SD = 15.0, 8.0, 0.35
UP_S, UP_LOG_SD = 80.0, 0.6  # from the onset to where the way back begins
OFFER_S, TAKING_S = 40.0, 20.0  # after the onset; until it has begun
LATE_S, PATIENCE_S = 90.0, 60.0
CUT_LOG_SD = 1.0
WORRY_LOG = 0.5  # what a worry lengthens
STEPS, PRACTICES, EACH = 4, 3, 3  # at most, of a person; EACH: ways back of a session


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How it goes in it. Numbers are on the logarithm of the length, or log odds of use.

    ``limit``: known to be beyond the model, and said so. ``ways``: fewest and most ways back.
    ``noise``: from and to, its SD; with ``degrees`` Student's. ``day_sd``: what a session has in
    common; ``by_day``: there practices are used in all of it or in none. ``cut``: the share that
    is cut short. ``slope``: what a higher rise takes longer; ``up``: what one takes that stays up.
    ``trend``: from the first to the last; ``curve``: what is gained is gained early.

    How much more often a practice is taken on ``hard`` steps, ``high`` rises, those that stay up
    for ``long``, and early (``fades``). ``late``: the share begun whenever, mostly on the way
    back. ``waits``: begun, or changed, because the heart will not come down soon; ``gives_up``:
    changed for that. ``worry``: what nobody sees lengthens and makes reach for a practice;
    ``told``: distress before is rated, and tells some of it.

    How it is measured: ``blur_s`` is the error of half-recovery, ``slips`` the share that went
    wrong altogether, ``rise_blur`` the error of the logarithm of the rise.
    """

    name: str
    limit: bool = False
    ways: tuple[int, int] = (24, 200)
    step_sd: float = 0.5
    noise: tuple[float, float] = (0.5, 0.8)
    degrees: float = inf
    day_sd: float = 0.0
    by_day: bool = False
    cut: tuple[float, float] = (0.1, 0.4)
    slope: float = 0.4
    up: float = 0.0
    trend: tuple[float, float] = (-1.0, 0.2)
    curve: bool = False
    hard: float = 0.0
    high: float = 0.0
    long: float = 0.0
    fades: float = 0.0
    late: float = 0.0
    waits: float = 0.0
    gives_up: float = 0.0
    worry: float = 0.0
    told: bool = False
    blur_s: float = 0.0
    slips: float = 0.0
    rise_blur: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    summaries: list[Json]
    truth: dict[str, float]  # the factor of each practice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    place: float
    step: int
    day: float
    worry: float
    turn: float | None  # the draw that decides on a practice, where it is one for all of it


def person(world: World, kind: str, seed: list[int]) -> Person:
    """``kind``: none (no practice does anything), mixed, strong (each a factor of 0.6)."""
    return _Life(world, kind, np.random.default_rng(seed)).lived()


class _Life:
    def __init__(self, world: World, kind: str, dice: np.random.Generator) -> None:
        self.world, self.dice = world, dice
        self.names = [f"p{n}" for n in range(int(dice.integers(1, PRACTICES + 1)))]
        fixed = {"none": 0.0, "strong": log(STRONG)}
        self.effects = {
            name: fixed[kind] if kind in fixed else dice.normal(0, MIXED_LOG_SD)
            for name in self.names
        }
        low, high = world.ways
        self.count = int(exp(dice.uniform(log(low), log(high + 1))))
        self.levels = dice.normal(0, world.step_sd, int(dice.integers(1, STEPS + 1)))
        self.middle = dice.uniform(*np.log(MIDDLES_S))
        self.noise = dice.uniform(*world.noise)
        self.trend = dice.uniform(*world.trend)
        self.cut = dice.uniform(*world.cut)
        share = dice.uniform(0.3, 0.7)
        self.use = log(share / (1 - share))
        self.likes = dice.dirichlet(np.full(len(self.names), 3.0))

    def lived(self) -> Person:
        summaries: list[Json] = []
        left = self.count
        while left > 0:
            ways = self._session(
                1 - left / self.count, min(left, int(self.dice.integers(EACH)) + 1)
            )
            left -= len(ways["ways_back"])
            summaries.append({"id": str(len(summaries)), "simulated": False, **ways})
        return Person(summaries=summaries, truth={n: exp(e) for n, e in self.effects.items()})

    def _session(self, place: float, count: int) -> Json:
        dice, world, last = self.dice, self.world, len(self.levels) - 1
        session = _Session(
            place=place,  # steps get harder as one goes on, with some back and forth
            step=int(np.clip(place * len(self.levels) + dice.normal(), 0, last)),
            day=dice.normal(0, world.day_sd),
            worry=dice.normal(),
            turn=dice.random() if world.by_day else None,
        )
        said = round(float(np.clip(50 + 20 * session.worry + dice.normal(0, 15), 0, 100)))
        return {
            "step": f"s{session.step}",
            "suds_before": said if world.told and dice.random() < 0.8 else None,
            "ways_back": [self._way(session) for _ in range(count)],
        }

    def _way(self, session: _Session) -> Json:
        dice, world = self.dice, self.world
        rise = max(log(RISE_MIN_BPM / RISE_BPM), dice.normal(0, RISE_LOG_SD))
        up = dice.normal(0, UP_LOG_SD)
        gained = 1 - exp(-6 * session.place) if world.curve else session.place
        usual = self.middle + self.levels[session.step] + world.slope * rise + world.up * up
        usual += self.trend * gained + session.day + world.worry * WORRY_LOG * session.worry
        noise = dice.normal() if world.degrees == inf else dice.standard_t(world.degrees)
        without_s = exp(usual + self.noise * noise)
        odds = self.use + world.hard * (self.levels[session.step] - self.levels.mean())
        odds += world.high * rise + world.long * up + world.worry * session.worry
        odds += world.fades * (0.5 - session.place)
        up_s = UP_S * exp(up)
        begun = self._begun(odds, session.turn, up_s, without_s)
        spread = np.hypot(CUT_LOG_SD, self.noise)
        seen_s = exp(usual - ndtri(self.cut) * spread + dice.normal(0, CUT_LOG_SD))
        rise += dice.normal(0, world.rise_blur)
        told = self._told(self._helped(without_s, begun), min(seen_s, LIMIT_S), begun)
        return told | {"amplitude_bpm": round(RISE_BPM * exp(rise), 1), "up_s": round(up_s, 1)}

    def _begun(self, odds: float, turn: float | None, up_s: float, without_s: float) -> Begun:
        dice, world = self.dice, self.world
        begun: Begun = []
        if (dice.random() if turn is None else turn) < expit(odds):
            begin_s = OFFER_S + dice.exponential(TAKING_S) - up_s
            if dice.random() < world.late:
                begin_s = dice.exponential(LATE_S)
            begun.append((self._one(), begin_s))
        changes = world.gives_up if begun and begun[0][1] <= 0 else world.waits
        patience_s = dice.exponential(PATIENCE_S)
        if changes and dice.random() < expit(changes * log(without_s / PATIENCE_S)):
            begun.append((self._one(), patience_s))
        return sorted(begun, key=lambda row: row[1])

    def _one(self) -> str:
        return str(self.dice.choice(self.names, p=self.likes))

    def _helped(self, without_s: float, begun: Begun) -> float:
        """A practice makes what is left of the way by so much shorter, or longer."""
        since_s, factor, left_s = 0.0, 1.0, without_s
        for name, begin_s in begun:
            gone_s = (max(begin_s, since_s) - since_s) / factor
            if gone_s >= left_s:
                break
            left_s, since_s = left_s - gone_s, max(begin_s, since_s)
            factor = exp(self.effects[name])
        return since_s + left_s * factor

    def _told(self, half_s: float, seen_s: float, begun: Begun) -> Json:
        dice, world = self.dice, self.world
        reached = half_s < seen_s
        if reached and world.blur_s:
            half_s = float(np.clip(half_s + dice.normal(0, world.blur_s), 0.0, seen_s))
        if reached and dice.random() < world.slips:
            half_s = exp(dice.uniform(log(5.0), log(max(6.0, seen_s))))
        until_s = half_s if reached else seen_s
        return {
            "where": "apart",
            "half_s": round(half_s, 1) if reached else None,
            "seen_s": round(seen_s, 1),
            "begun": [
                {"practice": name, "after_s": round(at_s, 1)}
                for name, at_s in begun
                if at_s <= until_s
            ],
            "left_out": "",
        }
