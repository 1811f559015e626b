"""``./run test``: make sure that a browser, D-Bus and PostgreSQL are here, then run pytest.

As root on Debian they are installed; elsewhere Playwright's own browser is tried. What can't
be had is skipped loudly by the tests that need it, and in CI such a skip fails the run.

Without arguments the whole suite runs, a file at a time on each core (pytest-xdist). The folders
keep their order, so that a browser's loop is closed before a thread meets tests with their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

WHOLE = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "-q", "--durations", "40"]
NEEDS = {"chromium": "chromium", "dbus-daemon": "dbus", "initdb": "postgresql"}
# Debian keeps a program of several versions off the path.
ELSEWHERE = {"initdb": "usr/lib/postgresql/*/bin/initdb"}


def main() -> int:
    missing = [package for program, package in NEEDS.items() if not _there(program)]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        _apt(missing)
    elif "chromium" in missing:
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
    arguments = sys.argv[1:] or WHOLE
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def _there(program: str) -> bool:
    pattern = ELSEWHERE.get(program)
    return bool(shutil.which(program) or (pattern and any(Path("/").glob(pattern))))


def _apt(packages: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-qq"], quiet)
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], quiet)


def _run(command: list[str], env: dict[str, str] | None = None) -> None:
    """A failure is not the end: the tests that need it will say so."""
    subprocess.run(command, check=False, env=env, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
