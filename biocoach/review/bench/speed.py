"""What biocoach costs on this machine, and beside it what a peer costs at the same time: NeuroKit2
on the same beats, or the least that the work takes.

Every task runs in a fresh process; the runs are interleaved, so that a busy moment of the
machine meets all of them, and the medians are told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from biocoach import sandbox

Json = dict[str, Any]
SCHEMA = "biocoach.bench.v2"
WORK = "biocoach.review.bench.work"
WORD = "biocoach.cli.word_told"
OF_THEIR_OWN = (WORK, WORD)  # they print what they timed
TIMEOUT_S = 600.0
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    hours: float
    each_beats: int
    words: int
    runs: int


WHOLE = Size(hours=24.0, each_beats=200, words=400, runs=3)
QUICK = Size(hours=1.0, each_beats=30, words=40, runs=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one process. ``wall_s``: from outside; ``took_s``: what it timed of its own work;
    ``beside_s``: what it timed of the peer; ``count``: of beats, words or bytes."""

    wall_s: float
    took_s: float = 0.0
    beside_s: float = 0.0
    count: int = 0
    peak_mb: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure of ours, its goal where there is one, a peer's, and ours as a share of that.

    ``than``: who the peer is. None: not measured here."""

    what: str
    unit: str
    here: float | None
    goal: float | None = None
    beside: float | None = None
    than: str = "NeuroKit2"

    @property
    def ratio(self) -> float | None:
        return None if self.here is None or not self.beside else self.here / self.beside

    @property
    def met(self) -> bool | None:
        return None if self.here is None or self.goal is None else self.here <= self.goal


class TaskError(Exception):
    """A task could not be run; the message says which and why."""


def measure(
    seed: int, size: Size, now_s: Callable[[], float], served: Callable[[], Cost], told: Told
) -> Json:
    """The whole table. ``served`` starts a biocoach: what its first page takes, holds, weighs."""
    tasks: dict[str, Callable[[], Cost]] = {
        name: _task(words, now_s) for name, words in _words(seed, size).items()
    }
    tasks["page"] = served
    costs: dict[str, list[Cost]] = {name: [] for name in tasks}
    for turn in range(size.runs):
        for place, (name, run) in enumerate(tasks.items(), 1):
            costs[name].append(run())
            told("measured", turn * len(tasks) + place, size.runs * len(tasks))
    middle = {name: _middle(found) for name, found in costs.items()}
    table = rows(middle, size.hours)
    return {
        "schema": SCHEMA,
        "seed": seed,
        "hours": size.hours,
        "beats": middle["day"].count,
        "runs": size.runs,
        "rows": [asdict(row) | {"met": row.met, "ratio": row.ratio} for row in table],
    }


def _words(seed: int, size: Size) -> dict[str, tuple[str, ...]]:
    """A module and its arguments for each task."""
    draw, hours = str(seed), str(size.hours)
    return {
        "bare": (WORK, "import", "keyword"),
        "import": (WORK, "import", "biocoach.session"),
        "neurokit_import": (WORK, "import", "neurokit2"),
        "help": ("biocoach", "--help"),
        "day": (WORK, "day", draw, hours),
        "features": (WORK, "features", draw, hours),
        "neurokit": (WORK, "neurokit", draw, hours),
        "neurokit_each": (WORK, "neurokit-each", draw, str(size.each_beats)),
        "word": (WORD, str(size.words)),
    }


def _task(words: tuple[str, ...], now_s: Callable[[], float]) -> Callable[[], Cost]:
    def run() -> Cost:
        begun_s = now_s()
        ran = sandbox.run_module(*words, timeout_s=TIMEOUT_S)
        wall_s = now_s() - begun_s
        if ran.why:
            raise TaskError(f"{' '.join(words[1:])} could not be measured: {ran.why}")
        return Cost(wall_s=wall_s, **(json.loads(ran.out) if words[0] in OF_THEIR_OWN else {}))

    return run


def _middle(found: Sequence[Cost]) -> Cost:
    peaks = [c.peak_mb for c in found if c.peak_mb is not None]
    return Cost(
        wall_s=median(c.wall_s for c in found),
        took_s=median(c.took_s for c in found),
        beside_s=median(c.beside_s for c in found),
        count=found[0].count,
        peak_mb=median(peaks) if peaks else None,
    )


def rows(cost: dict[str, Cost], hours: float) -> list[Row]:
    """The table from each task's cost. An import is what it takes beyond a bare start."""
    day, each, peer = cost["day"], cost["neurokit_each"], cost["neurokit"]
    word = cost["word"]
    bare_s, theirs = cost["bare"].wall_s, cost["neurokit_import"]
    span = f"{hours:g} h of beats"
    return [
        Row(what="whole pipeline, against NeuroKit2 at every beat", unit="us a beat",
            here=_us(day), goal=100.0, beside=_us(each)),
        Row(what="whole pipeline, against NeuroKit2 once an hour", unit="us a beat",
            here=_us(day), goal=100.0, beside=_us(peer)),
        Row(what="heart rate and RMSSD alone", unit="us a beat", here=_us(cost["features"]),
            goal=5.0, beside=_us(peer)),
        Row(what=f"{span} analysed again, with the start", unit="s", here=day.wall_s, goal=10.0,
            beside=peer.wall_s),
        Row(what=f"{span}, peak memory", unit="MB", here=day.peak_mb, beside=peer.peak_mb),
        Row(what="import biocoach.session", unit="s", here=cost["import"].wall_s - bare_s,
            goal=0.3, beside=theirs.wall_s - bare_s),
        Row(what="import biocoach.session, peak memory", unit="MB", here=cost["import"].peak_mb,
            goal=60.0, beside=theirs.peak_mb),
        Row(what="biocoach --help", unit="s", here=cost["help"].wall_s, beside=theirs.wall_s),
        Row(what="first page after the start of serve", unit="s", here=cost["page"].wall_s,
            goal=1.5, beside=theirs.wall_s),
        Row(what="serve with its first page, peak memory", unit="MB", here=cost["page"].peak_mb,
            goal=150.0, beside=theirs.peak_mb),
        Row(what="first page, all its files", unit="kB", here=cost["page"].count / 1000,
            goal=1000.0),
        Row(what="a strap's word, kept and told to the page, p95", unit="ms",
            here=1000 * word.took_s, goal=50.0, beside=1000 * word.beside_s,
            than="a synced line"),
    ]  # fmt: skip


def _us(cost: Cost) -> float:
    return 1e6 * cost.took_s / cost.count
