"""The power cut while small files are written: the old one or the new one, and what was said."""

from __future__ import annotations

import random
from pathlib import Path

from biocoach.store.folder import write_private
from dashboard.guard import KEPT_IN, SECRET_BYTES, load_secret
from tests.faults.campaign import Outcome
from tests.faults.durable.children import Say
from tests.faults.durable.recorded_cuts import Recording

VERSIONS = 6
FILE = "vault.json"


def _text(version: int) -> str:
    """Longer than a few sectors, as a certificate is; none is a part of another."""
    return f"{version} " * (50 + 700 * version)


def cut(place: Path, seed: str, count: int) -> Outcome:
    dice = random.Random(f"{seed}/files")
    root = place / "disk"
    root.mkdir(parents=True)

    def work(say: Say) -> None:
        say(f"secret {load_secret(root).hex()}")
        for version in range(VERSIONS):
            write_private(root / FILE, _text(version))
            say("written")

    failures = [f"{seed}: {why}" for why in Recording(root, work).cuts(count, dice, _check)]
    return Outcome({"cuts in small files": count}, failures)


def _check(after: Path, said: list[str]) -> list[str]:
    return [*_of_file(after / FILE, said.count("written")), *_of_secret(after / KEPT_IN, said)]


def _of_file(path: Path, done: int) -> list[str]:
    allowed = [_text(version) for version in range(max(0, done - 1), done + 1)]
    if not path.exists():
        return [f"{FILE} is lost"] if done else []
    return [] if path.read_text() in allowed else [f"{FILE} is neither the old nor the new one"]


def _of_secret(path: Path, said: list[str]) -> list[str]:
    """What was told stays; before, it is whole or makes way for another one."""
    told = [bytes.fromhex(line.split()[1]) for line in said if line.startswith("secret ")]
    found = path.read_bytes() if path.exists() else b""
    if told and found != told[0]:
        return ["the page's secret is lost"]
    return ["the page's secret is zeros"] if found == bytes(SECRET_BYTES) else []
