"""One session of the packet: its figures, its words, and its line for the chart."""

from __future__ import annotations

from typing import Any

from biocoach.clock import moment_of
from biocoach.review import thin
from biocoach.review.packet.material import Material, Review
from biocoach.review.progress import day_of

Json = dict[str, Any]
LEFT_OUT = ("id", "started_utc", "still")  # told otherwise, or never of a session that is over
SHOWN = [*(key for key in thin.KEPT if key not in LEFT_OUT), "chart"]


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
        **{key: told[key] for key in SHOWN},
    }
