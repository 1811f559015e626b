"""A release made and put into an empty environment, with npm's registry out of reach."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.data import ROOT

NOWHERE = "http://127.0.0.1:9/"  # the discard port: nothing answers there
NO_NPM = {"npm_config_registry": NOWHERE, "NPM_CONFIG_REGISTRY": NOWHERE}


def make(into: Path) -> tuple[Path, Path]:
    """``python -m build``: the wheel, made from the sdist, and the sdist."""
    _run([sys.executable, "-m", "build", "--outdir", str(into), str(ROOT)])
    (wheel,), (sdist,) = into.glob("*.whl"), into.glob("*.tar.gz")
    return wheel, sdist


def install(what: Path, env: Path) -> Path:
    """A new environment with ``what`` and the locked versions of all it needs; its commands."""
    _run([sys.executable, "-m", "venv", "--without-pip", str(env)])
    commands = env / ("Scripts" if os.name == "nt" else "bin")
    to = ("--python", str(commands / "python"), "--constraints", str(ROOT / "requirements.lock"))
    _run([sys.executable, "-m", "uv", "pip", "install", "--quiet", *to, str(what)])
    return commands


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, env=os.environ | NO_NPM, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
