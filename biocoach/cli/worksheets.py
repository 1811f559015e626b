"""``biocoach worksheets``: what there is, and what is wrong with a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from biocoach.cli.own_list import checked, tell
from biocoach.exposure.dropped_forms import DroppedForms, forms_folder
from biocoach.exposure.forms import parse
from biocoach.exposure.shipped_forms import shipped_forms


def worksheets(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to check; without any, what there is.")
    ] = None,
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Another data folder."),
) -> None:
    """The worksheets that come with biocoach and those in your own folder; or check a file.

    A file that can't be used is named with its line, and the command exits 1.

    Example: biocoach worksheets my-form.toml
    """
    from biocoach.store import data_folder  # takes a moment, which other commands are spared

    folder = forms_folder(data_folder(data_dir))
    known = shipped_forms()
    dropped = DroppedForms(folder, known)
    dropped.look()
    every = dropped.library.forms, dropped.library.problems
    found, problems = checked(files, known.forms, parse) if files else every
    rows = [
        {"id": f.id, "title": f.title, "shelf": f.shelf.value, "mine": f.id not in known.forms}
        for f in found.values()
    ]
    tell(
        "worksheets", rows, problems, folder, as_json=as_json, all_of_them=not files,
        line=lambda row: f"{row['id']:24}{row['shelf']:13}{row['title']}",
    )  # fmt: skip
