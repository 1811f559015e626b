"""``biocoach evaluate``: how good the signal is on labelled recordings."""

from __future__ import annotations

from pathlib import Path

import typer

from biocoach.cli.say import fail, may_write, out, out_json, progress
from biocoach.settings import Settings


def evaluate(
    folder: Path = typer.Argument(..., metavar="DIR", help="A folder of labelled beats."),
    as_json: bool = typer.Option(False, "--json", help="One line of JSON."),
    page: Path | None = typer.Option(None, "--out", help="Write a page with pictures (.html)."),
    force: bool = typer.Option(False, "--force", help="Replace the page if it is there."),
    seed: int = typer.Option(1, "--seed", min=0, help="Of what is drawn."),
    quick: bool = typer.Option(False, "--quick", help="A small share: a smoke test."),
) -> None:
    """Measure the signal on labelled beats: alarms, latencies, cleaning, recovery.

    Example: biocoach evaluate recordings --out report.html
    """
    from biocoach.review.evaluation.folding import Folders
    from biocoach.review.evaluation.recordings import read_folder
    from biocoach.review.evaluation.report import evaluate as measure
    from biocoach.review.evaluation.told import as_text, heading, tables

    if not folder.is_dir():
        fail(f"{folder} is not a folder; give one that holds tables of beats")
    if page is not None:
        may_write(page, force)
    found = read_folder(folder)
    if not found.recordings and not found.people:
        fail(f"{folder} holds no beats that are known here; give a folder with .csv.gz of beat_s")
    settings = Settings()
    with Folders(settings) as folders:
        report = measure(found, folders, seed, quick, progress)
    figures = report.figures(settings)
    if page is not None:
        from biocoach.review.evaluation.page import page as drawn

        page.write_text(drawn(report, figures), encoding="utf-8", newline="\n")
    if as_json:
        out_json(figures)
        return
    for line in heading(figures):
        out(line)
    for table in tables(figures):
        out("\n" + as_text(table))
    if page is not None:
        out(f"\nThe page: {page}")
