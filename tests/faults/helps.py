"""The promise of *what helps me*: where no practice does anything, next to nothing is claimed, and
the interval holds the truth.

Each person is made with a known truth (``helps_people``) and asked as the page asks. Worlds that
are beyond the model are tried as well, told apart, and not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from math import exp, log

from biocoach.review.what_helps import WhatHelps
from biocoach.settings import HelpsSettings
from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.helps_people import KINDS, STRONG, World, person

COVERED_MIN = 0.95  # of an interval of 98 %, drawn in by its prior
FALSE_MAX = 0.05
CHANCE = 0.01  # a world is small: only what is beyond chance breaks the promise
LOOKS, SESSIONS_A_LOOK, LOOKED_WAYS = 50, 4, 200  # one in LOOKS people is looked at all along
USES = ((8, 14), (15, 28), (29, 56))  # about 10, 20, 40

WORLDS = (
    World(name="plain"),
    World(name="few", ways=(3, 60)),
    World(name="hard and high", hard=2.0, high=2.0, slope=1.2, step_sd=1.0),
    World(name="fading", fades=4.0),
    World(name="fading, learnt early", fades=4.0, curve=True, trend=(-1.2, -0.4)),
    World(name="first with, then without", fades=30.0, trend=(-1.2, -0.4)),
    World(name="begun late", late=0.7),
    World(name="cut short", cut=(0.4, 0.4)),
    World(name="days", day_sd=0.4, by_day=True, fades=4.0, hard=1.0, high=1.0),
    World(name="heavy tails", degrees=3.0, noise=(0.4, 0.6)),
    World(name="wrong measurements", slips=0.1),
    World(name="blurred", blur_s=9.0, rise_blur=0.2, high=2.0, slope=0.8),
    World(name="long up", up=0.4, long=1.0),
    World(name="gives up", gives_up=2.0),
    World(name="waits", waits=2.0),
    World(
        name="everyday", fades=4.0, day_sd=0.3, by_day=True, hard=1.0, high=1.0, up=0.3, long=0.7,
        blur_s=9.0, slips=0.05, degrees=4.0,
    ),
    World(name="worry", worry=1.0, limit=True),
    World(name="worry, rated", worry=1.0, told=True, limit=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said of one practice. ``truth``: its factor."""

    world: str
    kind: str
    used: int
    says: str
    low: float
    factor: float
    high: float
    truth: float

    @property
    def covered(self) -> bool:
        half_digit = 0.005
        return self.low - half_digit <= self.truth <= self.high + half_digit

    @property
    def claimed(self) -> bool:
        return self.says != "cant_tell"


@dataclass(slots=True)
class Tally:
    told: list[Told] = field(default_factory=list)
    looked: list[bool] = field(default_factory=list)  # of each practice: ever claimed, falsely

    def of(self, *, kind: str = "", worlds: Sequence[str]) -> list[Told]:
        return [t for t in self.told if t.world in worlds and kind in ("", t.kind)]


def run(order: Order) -> Outcome:
    people = [(order.seed, number) for number in range(order.count)]
    tally = Tally()
    if order.processes > 1:
        with ProcessPoolExecutor(order.processes) as pool:
            parts = list(pool.map(_try, people, chunksize=16))
    else:
        parts = [_try(one) for one in people]
    for part in parts:
        tally.told += part.told
        tally.looked += part.looked
    return Outcome(
        {"people": order.count, "practices told of": len(tally.told)},
        list(_broken(tally, order.seed)),
        _figures(tally),
    )


def _try(one: tuple[int, int]) -> Tally:
    seed, number = one
    world = WORLDS[number % len(WORLDS)]
    kind = KINDS[number // len(WORLDS) % len(KINDS)]
    found = person(world, kind, [seed, number])
    tally = Tally(told=list(_ask(found.summaries, found.truth, world.name, kind)))
    if number % LOOKS == 0:
        tally.looked = _looked([seed, number])
    return tally


def _ask(
    summaries: list[dict[str, object]], truth: dict[str, float], world: str, kind: str
) -> Iterator[Told]:
    group = WhatHelps(HelpsSettings()).told(summaries, simulated=False)["groups"][0]
    for row in group["practices"]:
        if row["says"] != "not_enough":
            yield Told(
                world=world, kind=kind, used=row["used"], says=row["says"], low=row["low"],
                factor=row["factor"], high=row["high"], truth=truth[row["practice"]],
            )  # fmt: skip


def _looked(seed: list[int]) -> list[bool]:
    """Somebody whom nothing helps looks every few sessions: of each practice, whether something
    was ever claimed."""
    world = World(name="looked at", ways=(LOOKED_WAYS, LOOKED_WAYS), day_sd=0.2)
    found = person(world, "none", [*seed, 1])
    ever: dict[str, bool] = {}
    for end in range(SESSIONS_A_LOOK, len(found.summaries) + 1, SESSIONS_A_LOOK):
        group = WhatHelps(HelpsSettings()).told(found.summaries[:end], simulated=False)["groups"][0]
        for row in group["practices"]:
            if row["says"] != "not_enough":
                before = ever.get(row["practice"], False)
                ever[row["practice"]] = before or row["says"] != "cant_tell"
    return list(ever.values())


# ---- what came of it


JUDGED = [world.name for world in WORLDS if not world.limit]
LIMITS = [world.name for world in WORLDS if world.limit]


def _broken(tally: Tally, seed: int) -> Iterator[str]:
    for name, worlds in [("all", JUDGED), *((world, [world]) for world in JUDGED)]:
        told, nothing = tally.of(worlds=worlds), tally.of(kind="none", worlds=worlds)
        claims, held = sum(t.claimed for t in nothing), sum(t.covered for t in told)
        if _beyond(claims, len(nothing), FALSE_MAX):
            yield f"seed {seed}, {name}: {claims} false claims of {len(nothing)}"
        if _beyond(len(told) - held, len(told), 1 - COVERED_MIN):
            yield f"seed {seed}, {name}: the interval held the truth {held} times of {len(told)}"


def _beyond(count: int, of: int, share: float) -> bool:
    """More than that share, and more than chance would make of it."""
    from scipy.stats import binom

    return bool(count > share * of and binom.sf(count - 1, of, share) < CHANCE)


def _figures(tally: Tally) -> list[str]:
    told, nothing = tally.of(worlds=JUDGED), tally.of(kind="none", worlds=JUDGED)
    strong = tally.of(kind="strong", worlds=JUDGED)
    worst = {w: _share([t.claimed for t in tally.of(kind="none", worlds=[w])]) for w in JUDGED}
    least = {w: _share([t.covered for t in tally.of(worlds=[w])]) for w in JUDGED}
    highest, lowest = max(JUDGED, key=lambda w: worst[w]), min(JUDGED, key=lambda w: least[w])
    found = [
        f"{_share([t.says == 'quicker' for t in strong if low <= t.used <= high]):.0%} "
        f"with {low}-{high} uses"
        for low, high in USES
    ]
    beyond = [
        f"{w} {_share([t.claimed for t in tally.of(kind='none', worlds=[w])]):.1%}" for w in LIMITS
    ]
    return [
        f"interval holds {_share([t.covered for t in told]):.1%} ({lowest} {least[lowest]:.1%}; "
        f"at {STRONG} {_share([t.covered for t in strong]):.1%})",
        f"false claims {_share([t.claimed for t in nothing]):.2%} ({highest} {worst[highest]:.1%})",
        f"looked at all along {_share(tally.looked):.1%} of {len(tally.looked)}",
        f"{STRONG} found {', '.join(found)}",
        f"middle {_bias(nothing):.2f} at 1 and {STRONG * _bias(strong):.2f} at {STRONG}",
        f"beyond it false claims: {', '.join(beyond)}",
    ]


def _share(true: Sequence[bool]) -> float:
    return sum(true) / len(true) if true else 0.0


def _bias(told: Sequence[Told]) -> float:
    """The factor by which the middle is off, as a geometric mean."""
    return exp(sum(log(t.factor / t.truth) for t in told) / len(told)) if told else 1.0


CAMPAIGN = Campaign(
    promise="of what does nothing next to nothing is claimed, and intervals hold the truth",
    count=2000,
    run=run,
)
