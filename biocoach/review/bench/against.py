"""Two tables of costs, an earlier one and today's: how many times as much each row costs now."""

from __future__ import annotations

from typing import Any

from biocoach.review.bench.speed import SCHEMA

Json = dict[str, Any]
NOTABLY = 1.25  # one run of a busy machine differs from the next by less


def times_earlier(now: Json, earlier: Json) -> dict[str, float | None]:
    """By the row's name: 1 is as before, 2 is twice as much; None where it can't be told.

    Where a row has a peer, its share of the peer's cost is compared, so that another machine, or
    a busier one, cancels out. Raises ValueError as ``rows_before``.
    """
    before = rows_before(earlier, now["hours"])
    return {row["what"]: _times(row, before.get(row["what"])) for row in now["rows"]}


def rows_before(earlier: object, hours: float) -> dict[str, Json]:
    """An earlier table's rows by name. Raises ValueError for another kind or another size."""
    if not isinstance(earlier, dict):
        earlier = {}
    rows = earlier.get("rows") if earlier.get("schema") == SCHEMA else None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise ValueError(f"not a whole table of this version's `biocoach bench --json` ({SCHEMA})")
    if earlier.get("hours") != hours:
        told = f"it measured {earlier.get('hours')} h of beats, not {hours:g} h"
        raise ValueError(f"{told}; run both alike, with or without --quick")
    return {row["what"]: row for row in rows}


def slower(times: dict[str, float | None]) -> list[str]:
    """The rows that cost notably more than before."""
    return [what for what, value in times.items() if value is not None and value >= NOTABLY]


def _is_row(row: object) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("what"), str):
        return False
    figures = [row.get(name, "") for name in ("here", "ratio")]
    return all(one is None or type(one) in (int, float) for one in figures)


def _times(row: Json, before: Json | None) -> float | None:
    if before is None:
        return None
    told = "ratio" if row["ratio"] is not None and before["ratio"] is not None else "here"
    return None if row[told] is None or not before[told] else float(row[told] / before[told])
