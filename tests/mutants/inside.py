"""Runs mutmut in a copy of the tree, which is the current folder: `python -m tests.mutants` does.

mutmut's own command can't draw a share before the mutants are made; so its parts are called.
"""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, walk_mutatable_files

from tests.mutants import light
from tests.mutants.results import Mutant, written

FATES = {
    "killed": "killed",
    "survived": "survived",
    "timeout": "timeouts",
    "segfault": "timeouts",  # what mutmut calls a child that was ended by force
    "no tests": "no tests",
}


def main(share: float, seed: int, results: Path) -> None:
    light.lay()
    mutmut.set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir()
    copy_src_dir()
    copy_also_copy_files()
    mutmut.create_mutants(1)
    drawn = [name for path in _files() for name in _drawn(path, share, seed)]
    mutmut._run(drawn, 1)
    written((_told(path, name) for path in _files() for name in _drawn(path, share, seed)), results)


def _files() -> list[Path]:
    return sorted(walk_mutatable_files())


def _data(path: Path) -> SourceFileMutationData:
    data = SourceFileMutationData(path=path)
    data.load()
    return data


def _drawn(path: Path, share: float, seed: int) -> list[str]:
    """A share of each file's mutants, the same for the same seed."""
    names = sorted(_data(path).exit_code_by_key)
    return random.Random(f"{seed}/{path}").sample(names, math.ceil(share * len(names)))


def _told(path: Path, name: str) -> Mutant:
    fate = FATES[status_by_exit_code[_data(path).exit_code_by_key[name]]]
    lives = fate in ("survived", "no tests")
    diff = get_diff_for_mutant(name, path=path) if lives else ""
    return Mutant(file=str(path), name=name, fate=fate, diff=diff)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
