"""A real biocoach as a process of its own, over a real encrypted record with weeks in it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from biocoach.cli.bring_record import taken_whole
from biocoach.store import Key, NoKeyring, Vault, open_store
from biocoach.store.codec import canonical
from dashboard.guard import Guard, load_secret
from tests.cli.support import environment
from tests.faults.doors import CLOCK
from tests.faults.hostile_records import record

ROOT = Path(__file__).parents[2]
PASSPHRASE = "a long enough one"
PATIENCE_S = 60.0
FIT = {"fact": "fit", "value": {"age": "adult"}}


@dataclass(slots=True)
class Lived:
    """``folder``: its data; ``home``: all that it could write to."""

    home: Path
    folder: Path
    process: subprocess.Popen[str]
    address: str  # the one-time address that it printed

    @property
    def url(self) -> str:
        return self.address.partition("/enter")[0]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def guard(self) -> Guard:
        """Its way in, as whoever may read the folder knows it."""
        secret = load_secret(self.folder)
        return Guard(secret=secret, run_secret=b"", port=self.port, now_s=lambda: 0.0)

    @property
    def headers(self) -> dict[str, str]:
        """What its own page says."""
        guard = self.guard
        return {"origin": self.url, "cookie": f"{guard.cookie_name}={guard.cookie_value}"}

    def said(self) -> tuple[str, str]:
        """It is stopped; all that it printed."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE_S)


def make_record(folder: Path, lines: Callable[[], list[str]] = lambda: list(record())) -> None:
    """An encrypted, real record, whose passphrase is the one above."""
    folder.mkdir(mode=0o700, parents=True)
    key = Vault(folder, NoKeyring()).create(PASSPHRASE)
    assert isinstance(key, Key)
    with closing(open_store(folder, key, writer="tests", clock=CLOCK)) as journal:
        taken_whole(journal, lines())
        journal.put_fact("fit", json.loads(canonical(FIT["value"])))


@contextmanager
def lived_in(
    home: Path,
    *more: str,
    user: int | None = None,
    module: str = "biocoach",
    browser: str = "",
    python: str = sys.executable,
) -> Iterator[Lived]:
    """It serves until the end. ``user``: by whom, where not by this one (root may say so), and by
    which ``python``. ``module``: what is run; ``browser``: a program in the place of one."""
    folder = home / "data" / "biocoach"
    secret = home / "passphrase"
    if not (folder / "journal.db").exists():
        make_record(folder)
    secret.write_text(PASSPHRASE)
    secret.chmod(0o600)
    if user is not None:
        for path in (home, *home.rglob("*")):
            os.chown(path, user, user)
    command = [python, "-m", module, "serve", "--port", str(_free())]
    command += [] if browser else ["--no-browser"]
    more_words = {"PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1", "BROWSER": browser}
    process = subprocess.Popen(
        [*command, "--passphrase-file", str(secret), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home, user=user, group=user,
        extra_groups=None if user is None else [], env=environment(home) | more_words,
    )  # fmt: skip
    try:
        yield Lived(home, folder, process, _address(process))
    finally:
        process.kill()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/enter\?code=\S+", line):
            return found[0]
    raise AssertionError(process.communicate()[1])


def _free() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
