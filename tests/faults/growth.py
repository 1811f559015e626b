"""What a process holds, measured from outside, and whether it grew. Linux only (``/proc``).

Two figures tell kept memory from a leak: the blocks that Python's objects take grow with a leak
only, the memory of the process also with what the allocator keeps after much was needed once.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RSS_GROWS_MOST_KB = 5 * 1024  # the promise
BLOCKS_GROW_MOST = 40_000  # some 3 MB; a page that is open is some hundreds
WARM_UP_SHARE = 0.3  # of the samples: caches fill, modules are loaded when first needed
STRETCH_SHARE = 0.2  # of them at each end are compared, by their middle
SAMPLES_MIN = 20  # fewer say nothing of growth


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    at_s: float
    rss_kb: int
    handles: int
    threads: int
    tasks: int
    blocks: int


def sample(pid: int, at_s: float, tasks: Path) -> Sample | None:
    """None where it has ended. ``tasks``: the file of ``soaked``, which is asked for the next."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        handles = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        os.kill(pid, signal.SIGUSR2)
    except OSError:
        return None
    found = {key: int(number) for key, number in re.findall(r"^(\w+):\s+(\d+)", status, re.M)}
    running, blocks = map(int, tasks.read_text().split()) if tasks.exists() else (0, 0)
    return Sample(
        at_s=at_s, rss_kb=found["VmRSS"], handles=handles, threads=found["Threads"],
        tasks=running, blocks=blocks,
    )  # fmt: skip


def stretches(samples: Sequence[Sample]) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """The first ones after the warm-up, and the last ones."""
    warm = samples[int(len(samples) * WARM_UP_SHARE) :]
    size = max(1, int(len(warm) * STRETCH_SHARE))
    return warm[:size], warm[-size:]


def _grown(samples: Sequence[Sample], value: Callable[[Sample], int]) -> tuple[float, float]:
    before, after = stretches(samples)
    return median(map(value, before)), median(map(value, after))


def judged(samples: Sequence[Sample]) -> tuple[list[str], list[str]]:
    """Figures in words, and what grew. Pages come and go, so that handles and tasks swing by a
    few; a leak goes on."""
    if len(samples) < SAMPLES_MIN:
        return [], [f"only {len(samples)} samples"]
    kinds: dict[str, tuple[Callable[[Sample], int], float]] = {
        "memory in KB": (lambda s: s.rss_kb, RSS_GROWS_MOST_KB),
        "handles": (lambda s: s.handles, 6),
        "threads": (lambda s: s.threads, 2),
        "tasks": (lambda s: s.tasks, 12),
        "blocks of objects": (lambda s: s.blocks, BLOCKS_GROW_MOST),
    }
    notes, failures = [], []
    for name, (value, most) in kinds.items():
        before, after = _grown(samples, value)
        notes.append(f"{name} {before:.0f} -> {after:.0f}")
        if after - before > most:
            failures.append(f"{name} grew from {before:.0f} to {after:.0f}")
    return notes, failures
