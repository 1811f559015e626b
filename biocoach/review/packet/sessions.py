"""One session of the packet: its figures, its words, and its line for the chart."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from biocoach.clock import moment_of
from biocoach.review.packet.material import Material, Review
from biocoach.review.progress import day_of
from biocoach.settings import PacketSettings

Json = dict[str, Any]
KEPT = (
    "length_s", "elsewhere", "baseline_assumed", "simulated", "heart_slowing", "settings_hash",
    "plan", "debrief", "end_reason", "coverage", "movement", "phases", "activations", "offers",
    "silences", "practices", "ratings", "urges", "marks", "numbers_shown", "gaps", "no_reading",
    "distress", "chart",
)  # fmt: skip


def session_of(summary: Json, review: Review, material: Material) -> Json:
    """``began``: local; "" for a recording that does not tell. ``row``: what it says to the
    ladder."""
    told, day = review.told, day_of(summary)
    began = moment_of(summary["started_utc"]).astimezone()
    return {
        "id": summary["id"],
        "day": day,
        "began": f"{began:%Y-%m-%dT%H:%M}" if day else "",
        "title": summary.get("step_title") or "",
        "row": summary.get("practised"),
        "recorded_by": review.recorded_by,
        "notes": [
            {key: note[key] for key in ("at_s", "text")}
            for note in material.notes.get(summary["id"], ())
        ],
        **{key: told[key] for key in KEPT},
    }


def slim(told: Json, limits: PacketSettings) -> Json:
    """A review with its chart in place of a row for every second, so that many can be held."""
    return {key: value for key, value in told.items() if key != "series"} | {
        "chart": thinned(told["series"], limits)
    }


def thinned(series: Json, limits: PacketSettings) -> Json:
    """At most ``chart_points`` rows, each the mean of some seconds; None where none was read, so
    that a gap stays a gap. ``every_s``: how many seconds a row stands for."""
    length = len(series["t_s"])
    every = max(1, ceil(length / limits.chart_points))
    starts = range(0, length, every)
    names = ("hr_bpm", "lo_bpm", "hi_bpm", "movement_mg")
    return {"every_s": every, "t_s": [series["t_s"][n] for n in starts]} | {
        name: [_mean(series[name][n : n + every]) for n in starts] for name in names
    }


def _mean(values: Sequence[float | None]) -> float | None:
    """Where most of the seconds were not read, nothing is told of them."""
    known = [v for v in values if v is not None]
    return round(sum(known) / len(known), 1) if 2 * len(known) > len(values) else None
