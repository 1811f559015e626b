"""A session's review without its seconds: what reports tell, a hundredth of its size.

Kept beside the summary once a session is over, so that a report on a year reads a year in seconds
and folds nothing. Can be rebuilt from the journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from biocoach.review.sessions import made_by as summarised_by
from biocoach.settings import PACKET, PacketSettings, Settings
from biocoach.types import Phase

Json = dict[str, Any]
VERSION = 1  # one more whenever a thin review of the same entries would say something else
KEPT = (
    "id", "started_utc", "length_s", "elsewhere", "baseline_assumed", "simulated", "heart_slowing",
    "settings_hash", "plan", "debrief", "end_reason", "still", "coverage", "movement", "phases",
    "activations", "offers", "silences", "practices", "ratings", "urges", "marks",
    "numbers_shown", "gaps", "no_reading", "distress",
)  # fmt: skip
LINES = ("hr_bpm", "lo_bpm", "hi_bpm", "movement_mg")


def made_by(settings: Settings) -> str:
    """What a thin review was made by; one that another made is made again."""
    return f"{VERSION}:{summarised_by(settings)}"


def thin(review: Json, recorded_by: str, limits: PacketSettings = PACKET) -> Json:
    """``recorded_by``: the hash of the settings under which it was kept. ``read_apart``: the share
    of the seconds apart that have a heart rate and a baseline, None where nobody was apart."""
    series = review["series"]
    return {key: review[key] for key in KEPT} | {
        "recorded_by": recorded_by,
        "chart": thinned(series, limits.chart_points),
        "heard": any(rate is not None for rate in series["hr_bpm"]),
        "read_apart": _read_apart(review),
    }


def thinned(series: Json, points: int) -> Json:
    """At most so many rows, each the mean of some seconds; None where most of them were not read,
    so that a gap stays a gap. ``every_s``: how many seconds a row stands for."""
    length = len(series["t_s"])
    every = max(1, ceil(length / points))
    starts = range(0, length, every)
    return {"every_s": every, "t_s": [series["t_s"][n] for n in starts]} | {
        name: [_mean(series[name][n : n + every]) for n in starts] for name in LINES
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return round(sum(known) / len(known), 1) if 2 * len(known) > len(values) else None


def apart_s(review: Json) -> tuple[float, float] | None:
    """From leaving to the end of the last time apart, what was taken back left out."""
    parts = [p for p in review["phases"] if p["phase"] == Phase.APART and not p["withdrawn"]]
    return (parts[0]["start_s"], max(p["end_s"] for p in parts)) if parts else None


def _read_apart(review: Json) -> float | None:
    apart, series = apart_s(review), review["series"]
    if apart is None:
        return None
    seen = [
        rate is not None and low is not None
        for at_s, rate, low in zip(series["t_s"], series["hr_bpm"], series["lo_bpm"], strict=True)
        if apart[0] <= at_s <= apart[1]
    ]
    return sum(seen) / len(seen) if seen else 0.0
