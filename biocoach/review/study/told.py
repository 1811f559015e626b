"""A study's report as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from biocoach.review.study.columns import Row

Json = dict[str, Any]
WHYS = {
    "too_few": "too few to say",
    "not_reached": "not reached: more were still on their way",
    "no_spread": "all the same: nothing to compare",
}
HEADS = ("what", "of", "n", "figure", "95 %")


def lines_of(report: Json, figures: Sequence[Row]) -> Iterator[str]:
    counts = report["recordings"]
    kinds = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    yield f"{sum(counts.values())} recordings: {kinds or 'none'}"
    yield f"{report['hours']:.1f} hours read, {report['watched_hours']:.1f} of them watched"
    if report["simulated_left_out"]:
        yield f"{report['simulated_left_out']} simulated: in the tables, in no figure"
    if report["ways_back_left_out"]:
        out = ", ".join(f"{n} {why}" for why, n in report["ways_back_left_out"].items())
        yield f"ways back that count nowhere: {out}"
    told = (row for row in figures if row["n"] or row["part"] != "recovery")
    rows = [HEADS, *map(_cells, told)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    for row in rows:
        yield "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    of = " ".join(filter(None, (row["site"], row["strap"], row["where"], _practice(row)))) or "all"
    n = str(row["n"]) if row["events"] is None else f"{row['n']} ({row['events']})"
    if row["value"] is None:
        return row["figure"], of, n, WHYS[row["why"]], ""
    ends = "" if row["low"] is None and row["high"] is None else _ends(row)
    return row["figure"], of, n, f"{row['value']:.3g} {row['unit']}", ends


def _practice(row: Row) -> str:
    return "" if row["used"] is None else "with a practice" if row["used"] else "without"


def _ends(row: Row) -> str:
    low, high = ("?" if v is None else f"{v:.3g}" for v in (row["low"], row["high"]))
    return f"{low} to {high}"
