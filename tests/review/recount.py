"""Numbers of a record, counted again by other means than the program's: from the exported lines.

Nothing of biocoach is imported. Beats are read from the strap's bytes, rates taken from them, and
ways back from those rates, by the definitions and with constants written here. Only *when* the
heart activated is taken from what was decided on the day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Json = dict[str, Any]
Rates = dict[int, float]  # second -> bpm

WINDOW_S, HALF_WINDOW_S = 20, 10
READ_SHARE = 0.6  # of a window that beats must fill
GAP_S = 2.0  # so much missing time ends a run of beats
SILENT_S = 5.0
LIMIT_S = 600  # how long a way back is looked for
RUN_S = 10
RISE_MIN_BPM = 8.0


@dataclass(kw_only=True)
class Kept:
    """One session's lines. ``inputs``: what arrived, as (second, body), what was taken back left
    out; ``decided``: what the program decided on the day."""

    name: str
    started: datetime
    inputs: list[tuple[float, Json]] = field(default_factory=list)
    decided: list[Json] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.started.astimezone().date()

    def bodies(self, kind: str) -> list[tuple[float, Json]]:
        return [(at_s, body) for at_s, body in self.inputs if body["kind"] == kind]

    def last(self, kind: str) -> Json:
        found = self.bodies(kind)
        return found[-1][1] if found else {}

    def decisions(self, kind: str) -> list[Json]:
        return [body for body in self.decided if body["kind"] == kind]

    def marks(self, kind: str) -> list[float]:
        return [at_s for at_s, body in self.bodies("mark") if body["of_kind"] == kind]

    @property
    def length_s(self) -> float:
        return max([at_s for at_s, _ in self.inputs] + [float(d["at_s"]) for d in self.decided])


def sessions(lines: Iterable[Json]) -> dict[str, Kept]:
    """By name, in the order in which they began."""
    rows: dict[str, list[Json]] = {}
    for line in lines:
        if "entry" in line:
            rows.setdefault(line["entry"]["session"], []).append(line["entry"])
    return {name: _kept(name, own) for name, own in rows.items()}


def _kept(name: str, rows: list[Json]) -> Kept:
    began = datetime.fromisoformat(rows[0]["wall_utc"].replace("Z", "+00:00"))
    found = Kept(name=name, started=began)
    gone = {row["body"]["of_number"] for row in rows if row["body"]["kind"] == "amend"}
    for row in rows:
        if row["number"] is None:
            found.decided.append({"at_s": row["at_s"]} | row["body"])
        elif row["number"] not in gone:
            found.inputs += _said_of(row["at_s"], row["body"])
    found.inputs.sort(key=lambda one: one[0])
    return found


def _said_of(at_s: float, body: Json) -> list[tuple[float, Json]]:
    """What was said of a recording afterwards stands at the moment that it is about."""
    if body["kind"] != "afterwards":
        return [(at_s, body)]
    said: list[Json] = []
    if body["mark"] is not None:
        said.append({"kind": "mark", "of_kind": body["mark"]})
    if body["suds"] is not None:
        said.append({"kind": "rating", "suds": body["suds"], "presence": None})
    said += [{"kind": kind} | body[kind] for kind in ("plan", "debrief") if body[kind] is not None]
    return [(body["moment_s"], one) for one in said]


def gad_7(lines: Iterable[Json]) -> list[tuple[str, int]]:
    """The totals of the filled-in sheets, by day: each answer is as many points as it says."""
    items = ("nervous", "control", "worry", "relax", "restless", "annoyed", "afraid")
    kept = [line["value"] for line in lines if line.get("fact", "").startswith("sheet:")]
    own = [one for one in kept if one["form"] == "gad-7" and one["state"] == "kept"]
    return sorted(
        (_day(one["began_utc"]), sum(int(one["answers"][item]) for item in items)) for one in own
    )


def _day(utc: str) -> str:
    return datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone().date().isoformat()


def apart_from_s(kept: Kept) -> float | None:
    return min(kept.marks("apart"), default=None)


def ratings(kept: Kept) -> list[Json]:
    return [{"at_s": at_s} | body for at_s, body in kept.bodies("rating")]


def presences(kept: Kept) -> list[str]:
    """All answers to *here, far away, numb*, the debrief's too."""
    said = [r.get("presence") for r in ratings(kept)]
    said += [body.get("presence") for _, body in kept.bodies("debrief")]
    return [one for one in said if one]


def away_between(kept: Kept, start_s: float, end_s: float) -> bool:
    """Far away or numb in that time: the last word before it, or any in it."""
    said = [(r["at_s"], r["presence"]) for r in ratings(kept) if r["presence"]]
    before = [presence for at_s, presence in said if at_s <= start_s][-1:]
    during = [presence for at_s, presence in said if start_s < at_s <= end_s]
    return any(presence != "here" for presence in before + during)


def practice_times(kept: Kept) -> list[tuple[float, float]]:
    """When practices ran: from each start to the next word that ends it, or to the end."""
    found: list[tuple[float, float]] = []
    began: float | None = None
    for at_s, body in kept.bodies("practice_log"):
        if body["moment"] == "started":
            began = at_s
        elif body["moment"] in ("finished", "stopped") and began is not None:
            found.append((began, at_s))
            began = None
    return found + ([(began, kept.length_s)] if began is not None else [])


# ---- from bytes to rates


def beats(kept: Kept) -> list[list[tuple[float, float]]]:
    """Runs of (when it ended, RR in ms), by the bytes of 0x2A37 and when they came."""
    runs: list[list[tuple[float, float, float]]] = []  # arrival, sum within the run in s, RR
    last_s: float | None = None
    total_s = 0.0
    for at_s, body in kept.inputs:
        if body["kind"] == "link" and not body["up"]:
            last_s = None
        if body["kind"] != "reading":
            continue
        for rr_ms in rr_of(bytes.fromhex(body["hex"])):
            late = last_s is not None and at_s - last_s > rr_ms / 1000 + GAP_S
            if last_s is None or late:
                runs.append([])
                total_s = 0.0
            total_s += rr_ms / 1000
            runs[-1].append((at_s, total_s, rr_ms))
            last_s = at_s
    return [_anchored(run) for run in runs]


def _anchored(run: list[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """On the lower envelope of how late each packet came."""
    zero_s = min(at_s - sum_s for at_s, sum_s, _ in run)
    return [(zero_s + sum_s, rr_ms) for _, sum_s, rr_ms in run]


def rr_of(raw: bytes) -> list[float]:
    """The RR intervals of one notification, ms (Heart Rate Service 1.0, 1/1024 s)."""
    if len(raw) < 2 or not raw[0] & 0x10:
        return []
    start = 1 + (2 if raw[0] & 0x01 else 1) + (2 if raw[0] & 0x08 else 0)
    words = range(start, len(raw) - 1, 2)
    return [int.from_bytes(raw[n : n + 2], "little") * 1000 / 1024 for n in words]


def rates(kept: Kept) -> Rates:
    """The mean heart rate of the 20 s up to each second; only where beats fill them."""
    found: Rates = {}
    for run in beats(kept):
        ends = np.array([at_s for at_s, _ in run])
        lengths = np.array([rr_ms for _, rr_ms in run])
        for second in range(math.ceil(run[0][0]), math.floor(run[-1][0]) + WINDOW_S):
            own = lengths[(ends > second - WINDOW_S) & (ends <= second)]
            if own.sum() >= READ_SHARE * WINDOW_S * 1000:
                found[second] = 60_000 / float(own.mean())
    return found


# ---- the way back


@dataclass(frozen=True, kw_only=True)
class Back:
    """Lengths in s. ``half_s``: the fit; ``plain_s``: the first run at or below half-way."""

    where: str
    reference_s: float | None
    ground_bpm: float | None = None
    peak_bpm: float | None = None
    plain_s: float | None = None
    half_s: float | None = None


def way_back(kept: Kept, activation: Json, heard: Rates) -> Back:
    """Of one activation, from the rates alone."""
    onset_s = int(activation["onset_s"])
    overs = {o["number"]: o["end_s"] for o in kept.decisions("activation_over")}
    last = max(heard, default=0)
    end_s = overs.get(activation["number"], last)
    middle = {t - HALF_WINDOW_S: rate for t, rate in heard.items()}  # centred
    quiet = [middle[t] for t in range(onset_s - 180, onset_s - 10) if t in middle and t >= 0]
    back = min(kept.marks("back"), default=None)
    if back is not None and onset_s < back <= end_s:
        where = "after_reunion"
        reference: int | None = round(back)
    else:
        where = "after_reunion" if back is not None and onset_s >= back else "apart"
        reference = _ninety(middle, median(quiet) if quiet else None, onset_s, int(end_s))
    if reference is None or not quiet:
        return Back(where=where, reference_s=reference)
    ground = median(quiet)
    near = [heard[t] for t in (reference, reference - HALF_WINDOW_S) if t in heard]
    peak = fmean(near)
    if peak - ground < RISE_MIN_BPM:
        return Back(where=where, reference_s=reference, ground_bpm=ground, peak_bpm=peak)
    plain = _plain(middle, reference, ground + (peak - ground) / 2)
    nexts = [a["onset_s"] for a in kept.decisions("activation") if a["onset_s"] > onset_s]
    half = plain and _fit(middle, quiet, reference, ground, peak, plain, min(nexts, default=1e9))
    return Back(
        where=where, reference_s=reference, ground_bpm=ground, peak_bpm=peak,
        plain_s=plain, half_s=half,
    )  # fmt: skip


def _ninety(middle: Rates, ground: float | None, onset_s: int, end_s: int) -> int | None:
    """The last second at or above nine tenths of the rise."""
    own = {t: middle[t] for t in range(onset_s, end_s + 1) if t in middle}
    if not own or ground is None:
        return None
    top = max(own.values())
    last = max(t for t, rate in own.items() if rate >= min(top, ground + 0.9 * (top - ground)))
    return last if last < max(own) else None


def _plain(middle: Rates, reference: int, level: float) -> int | None:
    for start in range(reference, reference + LIMIT_S):
        if all(middle.get(t, 999.0) <= level for t in range(start, start + RUN_S)):
            return start - reference
    return None


# ---- its fit: an exponential through the whole way back (tau's posterior median)

STEP_S, WANDER_S = 5, 30.0  # every so many seconds are read; seconds nearer than a wander tell less
LOOSE, ROBUST = 0.5, 2.0
TAUS_S = np.geomspace(5, 400, 45)
PRIOR_TAU_S, PRIOR_SD = 45.0, 0.8
FIT_ONLY_S, PLAIN_ONLY_S = 80.0, 200.0
Floats = NDArray[np.float64]


def _fit(
    middle: Rates,
    quiet: Sequence[float],
    reference: int,
    ground: float,
    peak: float,
    plain: int,
    next_s: float,
) -> float | None:
    stop = reference + int(min(650.0, max(320.0, 6.0 * plain)))
    stop = min(stop, max(middle), int(next_s) - HALF_WINDOW_S - 1)
    known = [t for t in range(reference, stop + 1, STEP_S) if t in middle]
    if len(known) < 10:
        return float(plain)
    t_s = np.array(known, float) - reference
    rate = np.array([middle[t] for t in known])
    spread = 1.4826 * median(abs(one - ground) for one in quiet)
    wander = min(6.0, max(3.0, spread))
    alike = float(np.median(np.diff(t_s))) / WANDER_S
    logs = [
        _evidence(tau, t_s, (rate - ground) / wander, (peak - ground) / wander, alike)
        - ((math.log(tau) - math.log(PRIOR_TAU_S)) / PRIOR_SD) ** 2 / 2
        for tau in TAUS_S
    ]
    weight = np.exp(np.array(logs) - max(logs))
    below = np.cumsum(weight) / weight.sum()
    step = math.log(TAUS_S[1] / TAUS_S[0])
    tau = math.exp(float(np.interp(0.5, below, np.log(TAUS_S) + step / 2)))
    share = min(1.0, max(0.0, (plain - FIT_ONLY_S) / (PLAIN_ONLY_S - FIT_ONLY_S)))
    return (1 - share) * tau * math.log(2) + share * plain


def _evidence(tau: float, t_s: Floats, seen: Floats, rise: float, alike: float) -> float:
    """The logarithm of how well an exponential of this time constant explains what was seen, in
    wanders: the best ground and height by a general minimiser, and Laplace's factor for both."""
    left = _left(t_s, tau)

    def cost(at: Floats) -> float:
        off = np.abs(seen - at[0] - at[1] * left)
        huber = np.where(off <= ROBUST, off**2 / 2, ROBUST * (off - ROBUST / 2)).sum()
        return float(alike * huber + at[0] ** 2 / 2 + ((at[1] - rise) / LOOSE) ** 2 / 2)

    best = optimize.minimize(cost, np.array([0.0, rise]), method="BFGS", options={"gtol": 1e-7})
    off = np.abs(seen - best.x[0] - best.x[1] * left)
    weight = alike * np.minimum(1.0, ROBUST / np.maximum(off, 1e-9))
    design = np.stack([np.ones_like(left), left])
    curvature = (design * weight) @ design.T + np.diag([1.0, LOOSE**-2])
    return -float(best.fun) - float(np.linalg.slogdet(curvature)[1]) / 2


def _left(t_s: Floats, tau: float) -> Floats:
    """What is left of a rise that falls from 0 s on, in the mean of the 20 s around ``t_s``."""
    fine = np.linspace(-HALF_WINDOW_S, HALF_WINDOW_S, 2001)
    curve = np.exp(-np.maximum(0.0, t_s[:, None] + fine) / tau)
    return np.asarray(np.trapezoid(curve, fine, axis=1) / WINDOW_S)


# ---- lengths of which some were cut short

NORMAL_975 = 1.959963984540054


def median_s(
    halves_s: Sequence[float], cut_s: Sequence[float]
) -> tuple[float | None, float | None, float | None]:
    """Kaplan-Meier's median with its 95 % interval by the logarithm of minus the logarithm, over a
    plain table of who was still on the way."""
    alive, share, spread = len(halves_s) + len(cut_s), 1.0, 0.0
    table: list[tuple[float, float, float, float]] = []
    for at_s in sorted({*halves_s, *cut_s}):
        there = sum(one == at_s for one in halves_s)
        share *= 1 - there / alive
        if there and alive > there:
            spread += there / (alive * (alive - there))
        low = high = math.nan
        if 0 < share < 1:
            width = NORMAL_975 * math.sqrt(spread) / math.log(share)
            low, high = share ** math.exp(-width), share ** math.exp(width)
        table.append((at_s, share, min(low, high), max(low, high)))
        alive -= there + sum(one == at_s for one in cut_s)
    middle, low_s, high_s = (_first(table, column) for column in (1, 2, 3))
    return middle, low_s, high_s


def _first(table: Sequence[tuple[float, ...]], column: int) -> float | None:
    half = 0.5 + 1e-9
    return next((row[0] for row in table if row[column] <= half), None)
