"""NeuroKit2's own reading of raw beats, as a child: ``python -m biocoach.review.opinion``.

Each line that it reads is JSON, ``{"runs": [[rr_ms, …], …]}``: the intervals of each stretch
without a gap. Each line that it prints is the answer, ``{"hr_bpm", "rmssd_ms", "why"}``. It
ends with its input. With ``--check`` it reads a heart of its own, prints, and ends.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from typing import Any, TextIO

from biocoach.review.analysis import own_reading
from biocoach.sandbox import give_way, limit_this_process

Json = dict[str, Any]
CHECK = json.dumps({"runs": [[850 + 40 * math.sin(i / 3) + 9 * (i % 3) for i in range(120)]]})


def reply(line: str) -> str:
    """The answer to one line, whatever is in it."""
    return json.dumps(_reading(line), allow_nan=False)


def _reading(line: str) -> Json:
    try:
        runs = [[float(v) for v in run] for run in json.loads(line)["runs"]]
    except (ValueError, TypeError, KeyError):
        return {"hr_bpm": None, "rmssd_ms": None, "why": "not_understood"}
    return own_reading(runs)


def _own_output() -> TextIO:
    """What the libraries print goes to standard error, and never among the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; its end is ours
    limit_this_process()
    give_way()
    with _own_output() as answers:
        for line in [CHECK] if "--check" in sys.argv else sys.stdin:
            answers.write(reply(line) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
