"""A Dask cluster of programs of its own, as a lab has one: a scheduler, and who works for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

ROOT = Path(__file__).parents[3]
QUIET = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
}
WAIT_S = 300


@dataclass(frozen=True, slots=True)
class Cluster:
    address: str
    scheduler: subprocess.Popen[bytes]


@contextmanager
def cluster(place: Path, *, workers: int = 1) -> Iterator[Cluster]:
    told = place / "scheduler.json"
    begun = [_dask("scheduler", told, "--port", "0", "--dashboard-address", "127.0.0.1:0")]
    try:
        for _ in range(workers):
            more = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(place))
            begun.append(_dask("worker", told, *more))
        with Client(scheduler_file=str(told), timeout=WAIT_S) as client:
            if workers:
                client.wait_for_workers(workers, timeout=WAIT_S)
        yield Cluster(json.loads(told.read_text())["address"], begun[0])
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


def _dask(what: str, told: Path, *more: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", f"distributed.cli.dask_{what}"]
    return subprocess.Popen(
        [*program, "--host", "127.0.0.1", "--scheduler-file", str(told), *more],
        cwd=ROOT, env=os.environ | QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
