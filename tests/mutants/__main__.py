"""``python -m tests.mutants [AREA …] [--share 0.2 --seed 1] [--only PATTERN] [--show]``

Changes the code in one small place (a mutant), runs the tests that come by there, and does so for
every such place: a mutant that no test notices is something that nobody says of the code.

It takes mutmut, put into ``.mutants/`` on the first run, and a copy of the tree that is thrown
away; one process, at a low priority. hypothesis draws few examples, the same for each mutant:
the real tests notice a little more.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.areas import AREAS, Area
from tests.mutants.results import NOTICED, Mutant, read, table

TREE = Path(__file__).resolve().parents[2]
# mutmut, and of what it asks for only what is not here already.
MUTMUT = (
    "mutmut==3.8.1",
    "coverage==7.17.5",
    "libcst==1.9.0",
    "linkify-it-py==2.2.0",
    "mdit-py-plugins==0.7.0",
    "setproctitle==1.3.8",
    "textual==8.2.8",
)
COPIED = ("biocoach", "devices", "dashboard", "tests", "docs", "pyproject.toml", "README.md")
LEFT = shutil.ignore_patterns("__pycache__", "web", "static")
PYTEST = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:schemathesis"]
LOG_LINES_SHOWN = 40


def main(arguments: Sequence[str] | None = None) -> int:
    if os.name != "posix":
        sys.stderr.write("mutants: mutmut forks, and can't do so on Windows\n")
        return 2
    asked = _parser().parse_args(arguments)
    site = _mutmut(TREE / ".mutants")
    for name in asked.areas or list(AREAS):
        began_s = time.monotonic()
        try:
            mutants = _tried(site, AREAS[name], asked)
        except RuntimeError as fault:
            sys.stderr.write(f"mutants, {name}: {fault}\n")
            return 2
        if asked.show:
            _show(mutants)
        sys.stdout.writelines(line + "\n" for line in table(mutants))
        took_s = time.monotonic() - began_s
        sys.stdout.write(f"{name}, share {asked.share}, seed {asked.seed}: in {took_s:.0f} s\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    known = ", ".join(AREAS)
    parser.add_argument("areas", nargs="*", type=_area, metavar="AREA", help=f"of {known}; or all")
    parser.add_argument("--share", type=float, default=1.0, help="of each file's mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", help="files whose path fits this pattern")
    parser.add_argument("--show", action="store_true", help="print what was not noticed")
    return parser


def _area(name: str) -> str:
    if name not in AREAS:
        raise argparse.ArgumentTypeError(f"{name} is no area; there are {', '.join(AREAS)}")
    return name


def _mutmut(folder: Path) -> Path:
    """Where mutmut is installed, by itself: the product and its other tests don't know it."""
    site = folder / "site"
    if not (site / "mutmut").exists():
        sys.stderr.write(f"mutants: installing {MUTMUT[0]} into {site}, once\n")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--target", str(site), *MUTMUT], check=True)
    return site


def _tried(site: Path, area: Area, asked: argparse.Namespace) -> list[Mutant]:
    """Raises RuntimeError with the end of mutmut's own words where it could not."""
    with TemporaryDirectory(prefix="mutants-") as place:
        copy, log, results = Path(place) / "tree", Path(place) / "log", Path(place) / "results"
        _copied(copy, area, asked.only)
        words = ["-m", "tests.mutants.inside", str(asked.share), str(asked.seed), str(results)]
        path = os.pathsep.join((str(copy), str(site)))
        quiet = {name: value for name, value in os.environ.items() if name != "CI"}
        with log.open("w") as told:
            subprocess.run(
                [sys.executable, "-P", *words],
                check=False,
                cwd=copy,
                env={**quiet, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
                stdout=told,
                stderr=subprocess.STDOUT,
                preexec_fn=_behind,
            )
        if not results.exists():
            end = log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
            raise RuntimeError("mutmut gave up:\n" + "\n".join(end))
        return read(results)


def _behind() -> None:
    """Others go first; much lower, and a mutant would time out because it was never its turn."""
    os.nice(5)


def _copied(copy: Path, area: Area, only: str) -> None:
    """The tree, with what mutmut wants to be told in its pyproject."""
    copy.mkdir()
    for name in COPIED:
        if (TREE / name).is_dir():
            shutil.copytree(TREE / name, copy / name, ignore=LEFT)
        else:
            shutil.copy2(TREE / name, copy / name)
    left_out = [word for slow in area.slow for word in ("--deselect", slow)]
    told = {
        "source_paths": ["biocoach", "devices"],
        "only_mutate": list(_files(area, only)),
        "also_copy": ["dashboard", "docs", "README.md"],
        "pytest_add_cli_args": [*PYTEST, "--hypothesis-profile=mutants", *left_out],
        "pytest_add_cli_args_test_selection": list(area.tests),
        "timeout_multiplier": 8.0,
        "use_setproctitle": False,
        "track_dependencies": False,
        "use_git_change_detection": False,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    with (copy / "pyproject.toml").open("a") as pyproject:
        pyproject.write("\n".join(["", "[tool.mutmut]", *lines, ""]))


def _files(area: Area, only: str) -> Iterable[str]:
    for pattern in area.files:
        for path in sorted(TREE.glob(pattern)):
            file = path.relative_to(TREE).as_posix()
            if fnmatch(file, only) and path.name != "__init__.py":
                yield file


def _show(mutants: Iterable[Mutant]) -> None:
    for mutant in mutants:
        if mutant.fate not in NOTICED:
            sys.stdout.write(f"# {mutant.name}: {mutant.fate}\n{mutant.diff}\n\n")


if __name__ == "__main__":
    sys.exit(main())
