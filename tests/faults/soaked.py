"""``biocoach`` as it is, which tells on SIGUSR2 how many tasks its loop has and how many blocks of
memory its objects take, in a file beside it.

``python -m tests.faults.soaked serve …``; the file's path comes in ``BIOCOACH_TASKS``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from biocoach.cli import main

TASKS = "BIOCOACH_TASKS"


def _tell(*_: object) -> None:
    """In the main thread, in the middle of the loop."""
    try:
        count = len(asyncio.all_tasks(asyncio.get_running_loop()))
    except RuntimeError:  # before it runs
        return
    kept = Path(os.environ[TASKS])
    fresh = kept.with_suffix(".new")
    with suppress(OSError):  # the disk refuses, which is part of the soak
        fresh.write_text(f"{count} {sys.getallocatedblocks()}", encoding="ascii")
        fresh.replace(kept)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, _tell)
    main()
