"""``biocoach worksheets``: what there is, and what is wrong with a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from biocoach.cli.say import err, out, out_json
from biocoach.exposure.dropped_forms import DroppedForms, forms_folder
from biocoach.exposure.form import FormLibrary
from biocoach.exposure.forms import join
from biocoach.exposure.shipped_forms import shipped_forms
from biocoach.fields import Problem
from biocoach.own_files import read_file, shown


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
    found = _checked(files, known) if files else _all(folder, known)
    rows = [
        {"id": f.id, "title": f.title, "shelf": f.shelf.value, "mine": f.id not in known.forms}
        for f in found.forms.values()
    ]
    if as_json:
        problems = [{"file": p.file, "line": p.line, "why": p.why} for p in found.problems]
        out_json({"folder": str(folder), "worksheets": rows, "problems": problems})
    else:
        for row in rows:
            out(
                f"{row['id']:24}{row['shelf']:13}{row['title']}{'  (yours)' if row['mine'] else ''}"
            )
        if not files:
            out(f"Files of your own go to {folder}")
        for problem in found.problems:
            err(f"biocoach: {problem.file}, line {problem.line}: {problem.why}")
    if found.problems:
        raise typer.Exit(1)


def _all(folder: Path, known: FormLibrary) -> FormLibrary:
    dropped = DroppedForms(folder, known)
    dropped.look()
    return dropped.library


def _checked(files: list[Path], known: FormLibrary) -> FormLibrary:
    """These files alone, as they would be beside what is shipped."""
    texts, problems = dict[str, str](), list[Problem]()
    for path in files:
        found = read_file(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            texts[shown(str(path))] = found
    joined = join(known, texts)
    own = {name: form for name, form in joined.forms.items() if name not in known.forms}
    return FormLibrary(forms=own, problems=(*joined.problems, *problems))
