"""Commands as a user runs them, each with its own home folder.

``run`` starts a process, as a user does; ``call`` runs the same command in this one, for
what a process adds nothing to. Every command is run as a process by some test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from biocoach.cli.app import app

Done = subprocess.CompletedProcess[str]


def environment(home: Path) -> dict[str, str]:
    """Nothing of the tester's own record is touched."""
    return os.environ | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home}/no-bus",
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/no-bus",
    }


def run(home: Path, *arguments: str | Path) -> Done:
    command = [sys.executable, "-m", "biocoach", *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=home,
        env=environment(home) | {"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )


def call(home: Path, *arguments: str | Path) -> Done:
    words = [*map(str, arguments)]
    with chdir(home):
        done = CliRunner(env=environment(home)).invoke(app, words, prog_name="biocoach")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def lines(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def one_line_of_trouble(done: Done) -> str:
    """The single line on standard error; a traceback is never an answer."""
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    assert said[0].startswith("biocoach: ")
    return said[0]
