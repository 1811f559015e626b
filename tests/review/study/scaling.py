"""``python -m tests.review.study.scaling --recordings 24 --workers 1 2``: how long a study takes
with so many workers, and whether it wrote the same bytes."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.review.study.conduct import conduct
from biocoach.review.study.crew import local
from biocoach.review.study.source import Folder
from tests.review.study.makers import bytes_of, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    workers: int
    took_s: float
    wrote: dict[str, str]


def run(folder: Path, workers: int, place: Path) -> Run:
    """Without the workers' own start, which a study of any length pays once."""
    with local(workers, 2000, place) as crew:
        start_s = time.perf_counter()
        conduct(Folder(folder), place / f"out-{workers}", crew)
        took_s = time.perf_counter() - start_s
    return Run(workers=workers, took_s=took_s, wrote=bytes_of(place / f"out-{workers}"))


def told(runs: Sequence[Run], hours: float) -> list[str]:
    first = runs[0]
    lines = [
        f"{run.workers} workers: {run.took_s:.1f} s, {first.took_s / run.took_s:.2f} times as fast "
        f"as {first.workers}, {run.took_s * run.workers / hours:.2f} s of a core for an hour"
        for run in runs
    ]
    same = all(run.wrote == first.wrote for run in runs)
    return [*lines, "the same bytes" if same else "OTHER BYTES"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=24)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    order = parser.parse_args()
    with TemporaryDirectory() as name:
        place = Path(name)
        folder = place / "in"
        folder.mkdir()
        for seed in range(order.recordings):
            (folder / f"{seed:05}.txt").write_bytes(text_of(seed, order.minutes * 60))
        runs = [run(folder, workers, place) for workers in order.workers]
    for line in told(runs, order.recordings * order.minutes / 60):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
