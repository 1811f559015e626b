"""``./run`` sets itself up, also where it was cut off while it did."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A Python that has no pip until ``venv`` was run, and writes down what it is asked.
PYTHON = """#!/bin/sh
echo "$*" >> asked
case "$*" in
  "-m venv"*) rm -rf .venv; mkdir -p .venv/bin; touch .venv/whole; cp "$0" .venv/bin/python
    for name in uv biocoach; do printf '#!/bin/sh\\n' > .venv/bin/$name; done
    chmod +x .venv/bin/* ;;
  *"pip --version") [ -e .venv/whole ] ;;
esac
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs hardware: a computer with a shell")
@pytest.mark.parametrize("cut_off", [False, True])
def test_an_environment_that_was_cut_off_is_made_again(tmp_path: Path, *, cut_off: bool) -> None:
    for name in ("run", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / "python"
    python.write_text(PYTHON, encoding="utf-8")
    python.chmod(0o755)
    if cut_off:
        (tmp_path / ".venv/bin").mkdir(parents=True)
        shutil.copy(python, tmp_path / ".venv/bin/python")
    env = os.environ | {"PYTHON": str(python)}
    for _ in range(2):
        subprocess.run(["./run", "--version"], cwd=tmp_path, env=env, check=True)
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked.count("-m venv --clear .venv") == 1
    assert asked.count("hatch_build.py") == 2
