"""Two tables of costs, an earlier one and today's: how many times as much each row costs now."""

from __future__ import annotations

from typing import Any

from biocoach.review.bench.speed import SCHEMA

Json = dict[str, Any]
NOTABLY = 1.25  # one run of a busy machine differs from the next by less


def times_earlier(now: Json, earlier: Json) -> dict[str, float | None]:
    """By the row's name: 1 is as before, 2 is twice as much; None where it can't be told.

    Where a row has a peer, its share of the peer's cost is compared, so that another machine, or
    a busier one, cancels out. Raises ValueError for a table of another kind or another size.
    """
    rows = earlier.get("rows") if earlier.get("schema") == SCHEMA else None
    if not isinstance(rows, list):
        raise ValueError(f"not a table of `biocoach bench --json` ({SCHEMA})")
    if earlier.get("hours") != now["hours"]:
        raise ValueError(f"it measured {earlier.get('hours')} h of beats, not {now['hours']:g} h")
    before = {row["what"]: row for row in rows}
    return {row["what"]: _times(row, before.get(row["what"])) for row in now["rows"]}


def slower(times: dict[str, float | None]) -> list[str]:
    """The rows that cost notably more than before."""
    return [what for what, value in times.items() if value is not None and value >= NOTABLY]


def _times(row: Json, before: Json | None) -> float | None:
    if before is None:
        return None
    told = "ratio" if row["ratio"] is not None and before["ratio"] is not None else "here"
    return None if row[told] is None or not before[told] else float(row[told] / before[told])
