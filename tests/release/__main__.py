"""``python -m tests.release``: what a release weighs, and how long the first starts take.

A fresh clone with empty caches (the registries themselves are as warm as they are): ``./run`` to
its first page, and once more. Then sdist and wheel, each in an empty environment. Exit 1 where the
budget is broken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.cli.support import environment
from tests.data import ROOT
from tests.release.made import NO_NPM, install, make
from tests.release.served import first_page, served

COLD_S, AGAIN_S = 60.0, 1.5
CACHES = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "npm_config_cache": "npm"}


def main() -> int:
    argparse.ArgumentParser("python -m tests.release", description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="biocoach-release-") as name:
        folder = Path(name)
        cold_s, again_s = _starts(folder)
        _say(f"./run in a fresh clone, to the first page: {cold_s:.1f} s (budget {COLD_S:g})")
        _say(f"./run again, to the first page: {again_s:.2f} s (budget {AGAIN_S:g})")
        for what in make(folder / "dist"):
            env = environment(folder) | NO_NPM
            commands = install(what, folder / f"env-{what.suffix}")
            took_s = _to_first_page(str(commands / "biocoach"), folder, env, folder)
            _say(
                f"{what.name}: {what.stat().st_size / 1e6:.1f} MB, installed "
                f"{_weight_mb(commands.parent):.0f} MB, first page ever after {took_s:.1f} s"
            )
    return int(cold_s > COLD_S or again_s > AGAIN_S)


def _starts(folder: Path) -> tuple[float, float]:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    caches = {name: str(folder / "caches" / below) for name, below in CACHES.items()}
    env = environment(folder) | caches
    cold_s, again_s = (_to_first_page("./run", folder, env, clone) for _ in range(2))
    return cold_s, again_s


def _to_first_page(command: str, home: Path, env: Mapping[str, str], cwd: Path) -> float:
    begun_s = time.perf_counter()
    with served(command, home, env, cwd) as address:
        first_page(address)
        return time.perf_counter() - begun_s


def _weight_mb(folder: Path) -> float:
    """What the files take on the disk."""
    links = (Path(top, name).lstat() for top, _, names in os.walk(folder) for name in names)
    return sum(stat.st_blocks * 512 for stat in links) / 1e6


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
