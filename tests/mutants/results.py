"""What came of each mutant, and the table of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

COLUMNS = ("killed", "survived", "timeouts", "no tests")
NOTICED = ("killed", "timeouts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """``fate`` is one of COLUMNS; ``diff`` is empty for a mutant that was noticed."""

    file: str
    name: str
    fate: str
    diff: str = ""


def written(mutants: Iterable[Mutant], path: Path) -> None:
    path.write_text(json.dumps([asdict(mutant) for mutant in mutants]))


def read(path: Path) -> list[Mutant]:
    return [Mutant(**row) for row in json.loads(path.read_text())]


def table(mutants: Sequence[Mutant]) -> list[str]:
    """A line a file, and one for all of them."""
    files = sorted({mutant.file for mutant in mutants})
    wide = max(map(len, [*files, "all"]))
    lines = [f"{'':{wide}}  mutants" + "".join(f"{name:>10}" for name in COLUMNS) + "  share"]
    for file in files:
        lines.append(_line(f"{file:{wide}}", [m.fate for m in mutants if m.file == file]))
    return [*lines, _line(f"{'all':{wide}}", [m.fate for m in mutants])]


def _line(name: str, fates: Sequence[str]) -> str:
    counted = Counter(fates)
    noticed = sum(counted[fate] for fate in NOTICED)
    cells = "".join(f"{counted[fate]:>10,}" for fate in COLUMNS)
    return f"{name}  {len(fates):>7,}{cells}  {noticed / max(1, len(fates)):>5.1%}"
