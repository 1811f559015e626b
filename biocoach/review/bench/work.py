"""One measured task in a process of its own: ``python -m biocoach.review.bench.work TASK …``

It prints ``{"took_s", "count", "peak_mb"}`` as JSON. Nothing of biocoach is imported before it
is asked for, so that an import can be measured from outside.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from itertools import accumulate

HOUR_MS = 3_600_000.0
EACH_WINDOW_MS = 120_000.0  # what a live session gives NeuroKit2 to read


def import_module(name: str) -> tuple[float, int]:
    """Timed by whoever started this process."""
    importlib.import_module(name)
    return 0.0, 1


def whole_day(seed: int, hours: float) -> tuple[float, int]:
    """The session's fold and the analysis of it, as ``analyze`` does it."""
    from biocoach.review.bench.day import made_day_ms
    from biocoach.review.contract import analysis
    from biocoach.review.filetimes import running
    from biocoach.review.record import fold, framed
    from biocoach.settings import Settings

    rr_ms, settings = made_day_ms(seed, hours), Settings()
    rows = list(running(rr_ms))

    def run() -> None:
        record = fold(framed(rows, settings), settings, rows[-1][0])
        json.dumps(
            analysis(record, file="", kind="", settings=settings, beats=False, timeline=False)
        )

    return _timed(run), len(rr_ms)


def features(seed: int, hours: float) -> tuple[float, int]:
    """Heart rate, RMSSD and SDNN alone: every beat taken in, every second read."""
    from biocoach.review.bench.day import made_day_ms
    from biocoach.settings import Settings
    from biocoach.signal.features import FeatureWindows
    from biocoach.types import Beat, CleanBeat, Verdict

    rr_ms = made_day_ms(seed, hours)
    ends = accumulate(v / 1000 for v in rr_ms)
    beats = [
        CleanBeat(beat=Beat(beat_s=end_s, rr_ms=value, run=1), verdict=Verdict.OK)
        for value, end_s in zip(rr_ms, ends, strict=True)
    ]

    def run() -> None:
        windows, second = FeatureWindows(Settings().features), 1
        for clean in beats:
            while second <= clean.beat.beat_s:
                windows.at(second)
                second += 1
            windows.add(clean)

    return _timed(run), len(beats)


def neurokit_hours(seed: int, hours: float) -> tuple[float, int]:
    """NeuroKit2 on the same beats, an hour at a time: its correction and its time domain."""
    from biocoach.review.analysis import own_reading
    from biocoach.review.bench.day import made_day_ms

    rr_ms = made_day_ms(seed, hours)
    parts: dict[int, list[float]] = {}
    for value, end_ms in zip(rr_ms, accumulate(rr_ms), strict=True):
        parts.setdefault(int(end_ms / HOUR_MS), []).append(value)
    own_reading([rr_ms[:200]])  # its import is not counted
    return _timed(lambda: [own_reading([part]) for part in parts.values()]), len(rr_ms)


def neurokit_each(seed: int, beats: int) -> tuple[float, int]:
    """NeuroKit2 asked anew at every beat, about the last two minutes: the naive way."""
    from biocoach.review.analysis import own_reading
    from biocoach.review.bench.day import made_day_ms

    rr_ms = made_day_ms(seed, 1.0)
    first = next(n for n, at_ms in enumerate(accumulate(rr_ms)) if at_ms > EACH_WINDOW_MS)
    ends = range(first, min(first + beats, len(rr_ms)))
    own_reading([rr_ms[:first]])
    return _timed(lambda: [own_reading([rr_ms[n - first : n]]) for n in ends]), len(ends)


def _timed(run: Callable[[], object]) -> float:
    from biocoach.clock import SystemClock

    clock = SystemClock()
    begun_s = clock.now_s()
    run()
    return clock.now_s() - begun_s


def peak_mb(pid: int | None = None) -> float | None:
    """The most memory that a process held, this one or a child; None where the system doesn't tell.

    Linux counts in VmHWM what was held since the program began; its ``ru_maxrss`` would count
    what the parent held as well.
    """
    try:
        with open(f"/proc/{pid or 'self'}/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib costs
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except (OSError, StopIteration):
        if pid is not None:
            return None
    try:
        import resource
    except ImportError:
        return None
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main(words: list[str]) -> None:
    match words:
        case ["import", name]:
            took_s, count = import_module(name)
        case ["day", seed, hours]:
            took_s, count = whole_day(int(seed), float(hours))
        case ["features", seed, hours]:
            took_s, count = features(int(seed), float(hours))
        case ["neurokit", seed, hours]:
            took_s, count = neurokit_hours(int(seed), float(hours))
        case ["neurokit-each", seed, beats]:
            took_s, count = neurokit_each(int(seed), int(beats))
        case _:
            raise SystemExit(f"not a task: {words}")
    sys.stdout.write(json.dumps({"took_s": took_s, "count": count, "peak_mb": peak_mb()}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
