"""Commands as a user runs them: another process, its own home folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

Done = subprocess.CompletedProcess[str]


def environment(home: Path) -> dict[str, str]:
    """Nothing of the tester's own record is touched."""
    return os.environ | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home}/no-bus",
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


def lines(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def one_line_of_trouble(done: Done) -> str:
    """The single line on standard error; a traceback is never an answer."""
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    assert said[0].startswith("biocoach: ")
    return said[0]
