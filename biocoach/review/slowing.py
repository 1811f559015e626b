"""In how many sessions medicine that slows the heart was told of: rises are smaller there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


def slowing_in(summaries: Iterable[Json]) -> Json:
    """``with`` of ``of`` sessions, by what each one said when it began, whatever is said today.

    A summary that an earlier version made does not tell it, and is in neither.
    """
    told = [s["heart_slowing"] for s in summaries if "heart_slowing" in s]
    return {"of": len(told), "with": sum(told)}


def may_have_ways_back(summary: Json) -> bool:
    """Apart, with a heart that was read: also where no rise was seen, which such medicine may do.
    Of a recording from elsewhere no way back is counted."""
    apart = summary.get("went_apart") and summary.get("coverage") and not summary.get("elsewhere")
    return bool(summary.get("ways_back") or apart)
