"""``biocoach practices``: what there is, and what is wrong with a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from biocoach.cli.own_list import checked, tell
from biocoach.coach.dropped import Dropped, own_folder
from biocoach.coach.library import parse
from biocoach.coach.shipped import shipped


def practices(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to check; without any, what there is.")
    ] = None,
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Another data folder."),
) -> None:
    """The practices that come with biocoach and those in your own folder; or check a file.

    A file that can't be used is named with its line, and the command exits 1.

    Example: biocoach practices my-walk.toml
    """
    from biocoach.store import data_folder  # takes a moment, which other commands are spared

    folder = own_folder(data_folder(data_dir))
    known = shipped()
    dropped = Dropped(folder, known)
    dropped.look()
    every = dropped.library.practices, dropped.library.problems
    found, problems = checked(files, known.practices, parse) if files else every
    rows = [
        {"id": p.id, "title": p.title, "area": p.area.value, "mine": p.id not in known.practices}
        for p in found.values()
    ]
    tell(
        "practices", rows, problems, folder, as_json=as_json, all_of_them=not files,
        line=lambda row: f"{row['id']:32}{row['area']:11}{row['title']}",
    )  # fmt: skip
