"""The figures of a whole study, from its tables alone: recovery, reliability, detector.

Only rows that were read, and of real hearts, come in. Apart, after the reunion, and with a
practice or without are never pooled, and *not by the end* is never a time: it is censored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from biocoach.review.apart import NOT_SAID
from biocoach.review.evaluation.statistics import rate_interval, share_interval
from biocoach.review.recovery_over_time import WHERE, median_of
from biocoach.review.study.columns import Row
from biocoach.review.study.curve import KAPLAN_MEIER, shares_left
from biocoach.review.study.reliability import ICC, SPLIT_HALF, Figure, icc, split_half
from biocoach.settings import LearningSettings

Json = dict[str, Any]
# A kind of its own: files of other programs tell of nobody who left, nor of a practice.
GROUPS_WHERE = (*WHERE, NOT_SAID)
KINDS = (*((where, used) for where in WHERE for used in (False, True)), (NOT_SAID, False))
MINUTES = (1, 2, 5, 10, 20)
HOURS_MIN = 1.0  # less watching says nothing of an hour
GARWOOD = "Garwood 1936 (Biometrika 28:437), exact; activations count as independent"
RECORDINGS_OF = (
    "recording", "status", "simulated", "person", "site", "strap", "watched_s", "read_s",
    "length_s", "unknown_share", "flagged_share", "beats", "activations", "mean_hr_bpm",
    "rmssd_ms", "odd_hr_bpm", "even_hr_bpm", "odd_rmssd_ms", "even_rmssd_ms",
)  # fmt: skip
RECOVERIES_OF = (
    "recording", "activation", "where", "half_s", "censored", "seen_s", "used", "left_out",
)  # fmt: skip
PAIRS = (("odd_hr_bpm", "even_hr_bpm", "heart_rate"), ("odd_rmssd_ms", "even_rmssd_ms", "rmssd"))
AGAIN = (("mean_hr_bpm", "heart_rate"), ("rmssd_ms", "rmssd"))


@dataclass(slots=True)
class _Detector:
    recordings: int = 0
    watched_s: int = 0
    seconds: float = 0.0
    unknown_s: float = 0.0
    beats: int = 0
    flagged: float = 0.0
    activations: int = 0

    def take(self, row: Row) -> None:
        self.recordings += 1
        self.watched_s += row["watched_s"] or 0
        self.seconds += row["length_s"] or 0.0
        self.unknown_s += (row["unknown_share"] or 0.0) * (row["length_s"] or 0.0)
        self.beats += row["beats"] or 0
        self.flagged += (row["flagged_share"] or 0.0) * (row["beats"] or 0)
        self.activations += row["activations"] or 0


@dataclass(slots=True)
class _Ways:
    """Ways back of one kind: lengths in s, with the number of each activation in its recording."""

    halves: list[float] = field(default_factory=list)
    cut: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Cohort:
    settings: LearningSettings
    people: dict[str, str] = field(default_factory=dict)  # of a recording that counts
    detector: dict[tuple[str, str], _Detector] = field(default_factory=dict)
    pairs: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    again: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    ways: dict[tuple[str, bool], _Ways] = field(default_factory=lambda: defaultdict(_Ways))
    halves: dict[tuple[str, bool, str, bool], _Ways] = field(
        default_factory=lambda: defaultdict(_Ways)
    )
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    simulated: int = 0

    def take_recording(self, row: Row) -> None:
        if row["status"] != "read":
            return
        if row["simulated"]:
            self.simulated += 1
            return
        self.people[row["recording"]] = row["person"]
        for place in {("", ""), (row["site"], ""), ("", row["strap"]), (row["site"], row["strap"])}:
            self.detector.setdefault(place, _Detector()).take(row)
        for odd, even, name in PAIRS:
            if row[odd] is not None and row[even] is not None:
                self.pairs[name].append((row[odd], row[even]))
        for column, name in AGAIN:
            if row["person"] and row[column] is not None:
                self.again[name][row["person"]].append(row[column])

    def take_recovery(self, row: Row) -> None:
        """After all recordings."""
        if row["recording"] not in self.people:
            return
        if row["left_out"] not in ("", NOT_SAID) or row["where"] not in GROUPS_WHERE:
            self.left_out[row["left_out"] or row["where"]] += 1
            return
        kind = (row["where"], bool(row["used"]))
        if kind not in KINDS:
            self.left_out["with_a_practice_not_said_where"] += 1
            return
        self._add(self.ways[kind], row)
        person = self.people[row["recording"]]
        if person:
            self._add(self.halves[(*kind, person, row["activation"] % 2 == 1)], row)

    @staticmethod
    def _add(ways: _Ways, row: Row) -> None:
        if row["half_s"] is None:
            ways.cut.append(row["seen_s"] or 0.0)
        else:
            ways.halves.append(row["half_s"])

    # ---- figures

    def figures(self) -> Iterator[Row]:
        """The rows of ``COHORT``, in their order."""
        yield from self._recovery()
        yield from self._reliability()
        for place in sorted(self.detector):
            yield from self._detector(place, self.detector[place])

    def _recovery(self) -> Iterator[Row]:
        for where, used in KINDS:
            own = self.ways.get((where, used), _Ways())
            base = {
                "part": "recovery", "where": where, "used": used, "events": len(own.halves),
                "n": len(own.halves) + len(own.cut), "source": KAPLAN_MEIER,
            }  # fmt: skip
            half = median_of(own.halves, own.cut, self.settings)
            yield _row(
                base, figure="half_median", unit="s", value=half.median_s, low=half.low_s,
                high=half.high_s, why=half.why,
            )  # fmt: skip
            for minute, left in zip(MINUTES, self._left(own), strict=True):
                figure = f"not_half_way_after_{minute}_min"
                yield _row(base, figure=figure, unit="share", **left)

    def _left(self, own: _Ways) -> list[Json]:
        if len(own.halves) + len(own.cut) < self.settings.halves_min:
            return [{"why": "too_few"} for _ in MINUTES]
        return shares_left(own.halves, own.cut, [60.0 * m for m in MINUTES])

    def _reliability(self) -> Iterator[Row]:
        for _, _, name in PAIRS:
            found = split_half(self.pairs[name])
            yield _reliable(f"{name}_split_half", found, "r", SPLIT_HALF)
        for where, used in KINDS:
            found = split_half(self._median_pairs(where, used))
            row = _reliable("half_recovery_split_half", found, "r", SPLIT_HALF)
            yield row | {"where": where, "used": used}
        for _, name in AGAIN:
            found = icc([self.again[name][who] for who in sorted(self.again[name])])
            yield _reliable(f"{name}_icc", found, "icc", ICC)

    def _median_pairs(self, where: str, used: bool) -> list[tuple[float, float]]:
        """Each person's Kaplan-Meier medians of odd and even activations, where both are known."""
        people = {key[2] for key in self.halves if key[:2] == (where, used)}
        pairs = []
        for person in sorted(people):
            odd = self._median(self.halves.get((where, used, person, True)))
            even = self._median(self.halves.get((where, used, person, False)))
            if odd is not None and even is not None:
                pairs.append((odd, even))
        return pairs

    def _median(self, ways: _Ways | None) -> float | None:
        return median_of(ways.halves, ways.cut, self.settings).median_s if ways else None

    def _detector(self, place: tuple[str, str], own: _Detector) -> Iterator[Row]:
        base = {"part": "detector", "site": place[0], "strap": place[1], "n": own.recordings}
        hours = own.watched_s / 3600
        rate = _rate(own.activations, hours)
        yield _row(
            base, figure="activations_an_hour", events=own.activations, unit="per_hour",
            source=GARWOOD, **rate,
        )  # fmt: skip
        shares = (
            ("unknown_share", own.unknown_s, own.seconds),
            ("artifact_share", own.flagged, float(own.beats)),
        )
        for figure, part, whole in shares:
            value = round(part / whole, 4) if whole else None
            why = "" if whole else "too_few"
            source = "all seconds or beats counted: no interval, they are not independent"
            yield _row(base, figure=figure, unit="share", value=value, why=why, source=source)


def _rate(count: int, hours: float) -> Json:
    if hours < HOURS_MIN:
        return {"why": "too_few"}
    low, high = rate_interval(count, hours)
    return {"value": count / hours, "low": low, "high": high}


def share_read(read: int, of: int) -> Json:
    """How many of the recordings could be read, with its interval."""
    if not of:
        return {"read": 0, "of": 0, "low": None, "high": None}
    low, high = share_interval(read, of)
    return {"read": read, "of": of, "low": round(low, 4), "high": round(high, 4)}


def _reliable(figure: str, found: Figure, unit: str, source: str) -> Row:
    return _row(
        {"part": "reliability"}, figure=figure, unit=unit, n=found.n, value=found.value,
        low=found.low, high=found.high, why=found.why, source=source,
    )  # fmt: skip


def _row(base: Json, **more: Any) -> Row:
    empty: Json = {
        "site": "", "strap": "", "where": "", "used": None, "events": None, "value": None,
        "low": None, "high": None, "why": "",
    }  # fmt: skip
    row = empty | base | more
    return row | {name: _rounded(row[name]) for name in ("value", "low", "high")}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def told(rows: Sequence[Row]) -> list[Json]:
    """The rows for ``report.json``: without what is empty."""
    return [{k: v for k, v in row.items() if v not in ("", None)} for row in rows]
