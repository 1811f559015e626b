"""``biocoach bench``: the speed of this machine, as ratios against NeuroKit2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from biocoach.cli.say import fail, out, out_json, progress

if TYPE_CHECKING:
    from biocoach.review.evaluation.told import Table

NOTE = (
    "NeuroKit2 reads the same beats: its Kubios correction and its time domain. "
    "A ratio below 1: biocoach is faster, or smaller."
)


def bench(
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    quick: bool = typer.Option(False, "--quick", help="An hour instead of a day, once."),
    seed: int = typer.Option(1, "--seed", min=0, help="Of the made day of beats."),
) -> None:
    """Measure how fast biocoach is here, beside NeuroKit2 on the same beats.

    Example: biocoach bench --quick
    """
    from biocoach.cli.first_page import first_page_s
    from biocoach.clock import SystemClock
    from biocoach.review.bench.speed import QUICK, WHOLE, TaskError, measure
    from biocoach.review.evaluation.told import as_text

    try:
        size, now_s = QUICK if quick else WHOLE, SystemClock().now_s
        found = measure(seed, size, now_s, lambda: first_page_s(now_s), progress)
    except TaskError as error:
        fail(f"{error}; `biocoach doctor` says what works here")
    if as_json:
        out_json(found)
    else:
        out(as_text(_table(found)) + f"\n  {NOTE}")


def _table(found: dict[str, Any]) -> Table:
    from biocoach.review.evaluation.told import Table

    return Table(
        title=f"{found['beats']} made beats, {found['hours']:g} h; medians of {found['runs']}",
        note=NOTE,
        columns=("what", "unit", "here", "goal", "", "NeuroKit2", "ratio"),
        rows=[
            (
                row["what"],
                row["unit"],
                _figure(row["here"]),
                _figure(row["goal"]),
                {True: "met", False: "MISSED", None: ""}[row["met"]],
                _figure(row["neurokit"]),
                _figure(row["ratio"]),
            )
            for row in found["rows"]
        ],
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"
