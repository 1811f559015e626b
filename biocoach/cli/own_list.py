"""What there is, shipped or of one's own, as a command lists it; and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import typer

from biocoach.cli.say import err, out, out_json
from biocoach.fields import Problem
from biocoach.own_files import Named, joined, read_file, shown

T = TypeVar("T", bound=Named)
Found = tuple[Mapping[str, T], tuple[Problem, ...]]
Row = dict[str, Any]


def checked(
    files: Sequence[Path], known: Mapping[str, T], parse: Callable[[str, str], T | Problem]
) -> Found[T]:
    """These files alone, as they would be beside what is shipped."""
    texts, problems = dict[str, str](), list[Problem]()
    for path in files:
        found = read_file(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            texts[shown(str(path))] = found
    things, wrong = joined(known, (), texts, parse)
    own = {name: thing for name, thing in things.items() if name not in known}
    return own, (*wrong, *problems)


def tell(
    called: str, rows: list[Row], problems: Sequence[Problem], folder: Path, *,
    as_json: bool, line: Callable[[Row], str], all_of_them: bool,
) -> None:  # fmt: skip
    """On the terminal, or as JSON named ``called``; exits with 1 where a file is broken."""
    if as_json:
        wrong = [{"file": p.file, "line": p.line, "why": p.why} for p in problems]
        out_json({"folder": str(folder), called: rows, "problems": wrong})
    else:
        for row in rows:
            out(line(row) + ("  (yours)" if row["mine"] else ""))
        if all_of_them:
            out(f"Files of your own go to {folder}")
        for problem in problems:
            err(f"biocoach: {problem.file}, line {problem.line}: {problem.why}")
    if problems:
        raise typer.Exit(1)
