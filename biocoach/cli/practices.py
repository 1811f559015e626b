"""``biocoach practices``: what there is, and what is wrong with a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from biocoach.cli.say import err, out, out_json
from biocoach.coach.dropped import Dropped, own_folder, read_file, shown
from biocoach.coach.library import join
from biocoach.coach.practice import Library, Practice
from biocoach.coach.shipped import shipped
from biocoach.fields import Problem


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
    found = _checked(files, known) if files else _all(folder, known)
    rows = [_row(p, known) for p in found.practices.values()]
    if as_json:
        problems = [{"file": p.file, "line": p.line, "why": p.why} for p in found.problems]
        out_json({"folder": str(folder), "practices": rows, "problems": problems})
    else:
        for row in rows:
            out(f"{row['id']:32}{row['area']:11}{row['title']}{'  (yours)' if row['mine'] else ''}")
        if not files:
            out(f"Files of your own go to {folder}")
        for problem in found.problems:
            err(f"biocoach: {problem.file}, line {problem.line}: {problem.why}")
    if found.problems:
        raise typer.Exit(1)


def _all(folder: Path, known: Library) -> Library:
    dropped = Dropped(folder, known)
    dropped.look()
    return dropped.library


def _checked(files: list[Path], known: Library) -> Library:
    """These files alone, as they would be beside what is shipped."""
    texts, problems = dict[str, str](), list[Problem]()
    for path in files:
        found = read_file(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            texts[shown(str(path))] = found
    joined = join(known, texts)
    own = {name: p for name, p in joined.practices.items() if name not in known.practices}
    return Library(practices=own, problems=(*joined.problems, *problems))


def _row(practice: Practice, known: Library) -> dict[str, Any]:
    return {
        "id": practice.id,
        "title": practice.title,
        "area": practice.area.value,
        "mine": practice.id not in known.practices,
    }
