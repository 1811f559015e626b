"""``biocoach bench``: what biocoach costs on this machine, as ratios, beside an earlier time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import fail, out, out_json, progress

if TYPE_CHECKING:
    from biocoach.review.evaluation.told import Table

Times = dict[str, float | None]
NOTE = (
    "NeuroKit2 reads the same beats: its Kubios correction and its time domain. "
    "A ratio below 1: biocoach is faster, or smaller."
)
AGAINST = (
    "Times: today's cost over the earlier one; where a row has a ratio, of the ratios, so that "
    "another machine cancels out. "
)


def bench(
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    quick: bool = typer.Option(False, "--quick", help="An hour instead of a day, once."),
    seed: int = typer.Option(1, "--seed", min=0, help="Of the made day of beats."),
    against: Path | None = typer.Option(
        None, "--against", help="What an earlier `bench --json` printed."
    ),
) -> None:
    """Measure what biocoach costs here: beside NeuroKit2 on the same beats, and an earlier time.

    Example: biocoach bench --json > before.json
    Later:   biocoach bench --against before.json
    """
    from biocoach.cli.first_page import first_page
    from biocoach.clock import SystemClock
    from biocoach.review.bench.against import times_earlier
    from biocoach.review.bench.speed import QUICK, WHOLE, TaskError, measure
    from biocoach.review.evaluation.told import as_text

    size, now_s = QUICK if quick else WHOLE, SystemClock().now_s
    earlier = _earlier(against, size.hours) if against else None
    try:
        found = measure(seed, size, now_s, lambda: first_page(now_s), progress)
    except TaskError as error:
        fail(f"{error}; `biocoach doctor` says what works here")
    times = times_earlier(found, earlier) if earlier else {}
    if as_json:
        out_json(found | ({"times": times} if times else {}))
    else:
        out(as_text(_table(found, times)) + f"\n  {NOTE}" + _slower(times))


def _earlier(path: Path, hours: float) -> dict[str, Any]:
    """Refused before the work where it can't be laid beside today's."""
    from biocoach.review.bench.against import rows_before

    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or "not JSON"
        fail(f"{path}: {why}; give what `biocoach bench --json` printed")
    try:
        rows_before(told, hours)
    except ValueError as error:
        fail(f"{path}: {error}")
    return told


def _slower(times: Times) -> str:
    from biocoach.review.bench.against import NOTABLY, slower

    if not times:
        return ""
    more = ", ".join(slower(times)) or "nothing"
    return f"\n  {AGAINST}\n  {NOTABLY:g} times as much or more: {more}."


def _table(found: dict[str, Any], times: Times) -> Table:
    from biocoach.review.evaluation.told import Table

    beside = ("times",) if times else ()

    return Table(
        title=f"{found['beats']} made beats, {found['hours']:g} h; medians of {found['runs']}",
        note=NOTE,
        columns=("what", "unit", "here", "goal", "", "beside", "it took", "ratio", *beside),
        rows=[
            (
                row["what"],
                row["unit"],
                _figure(row["here"]),
                _figure(row["goal"]),
                {True: "met", False: "MISSED", None: ""}[row["met"]],
                "-" if row["beside"] is None else row["than"],
                _figure(row["beside"]),
                _figure(row["ratio"]),
                *((_figure(times.get(row["what"])),) if times else ()),
            )
            for row in found["rows"]
        ],
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"
