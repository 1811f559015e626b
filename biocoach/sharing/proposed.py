"""A proposed change of the ladder with its values: what it is now, and what it would be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
VALUES = ("support", "planned_s", "expected_suds")


def proposed(change: Json, ladders: Sequence[Json]) -> Json:
    """``title`` of the step ("" where it is not there any more) and ``what`` would change; for a
    value also ``was`` (None: not known) and ``to``: a support policy, seconds, 0 to 100, or a place
    counted from 1 among the steps in use. ``ladders``: as in the record."""
    ladder = next((one for one in ladders if one.get("id") == change["ladder"]), {})
    steps = ladder.get("steps", [])
    step = next((one for one in steps if one["id"] == change["step"]), None)
    told: Json = {"title": step["title"] if step else ""}
    if "place" in change:
        order = [one["id"] for one in steps if not one.get("put_away")]
        was = order.index(change["step"]) + 1 if change["step"] in order else None
        to = min(change["place"] + 1, max(1, len(order)))
        return told | {"what": "place", "was": was, "to": to}
    key = next((key for key in VALUES if key in change), None)
    if key is None:
        return told | {"what": change["way"]}
    return told | {"what": key, "was": step.get(key) if step else None, "to": change[key]}
