"""Heart beats through the real session fold, as ``analyze`` does it, by two child processes.

Run as a child: ``python -m biocoach.review.evaluation.folding`` answers each line, a task as
JSON, with a line, its outcome as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TextIO

from biocoach.review.filetimes import running
from biocoach.review.record import Record, fold, framed
from biocoach.sandbox import Child, give_way
from biocoach.settings import Settings
from biocoach.types import InputBody, Mark, MarkKind, Verdict

PROCESSES = 2
Told = Callable[[int, int], None]  # how many are done, of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Intervals, and marks: at a second, a kind. The baseline runs from 0."""

    rr_ms: tuple[float, ...]
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An activation. ``half_s``: from ``reference_s`` on; None where it is not known."""

    onset_s: float
    alarm_s: float
    end_s: float | None
    reference_s: float | None
    half_s: float | None
    half_plain_s: float | None
    censored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``kept``: whether each interval's verdict was ok. ``rates_bpm`` and ``scores``: of each
    whole second from 0 on, None where there was no reading."""

    kept: tuple[bool, ...]
    rates_bpm: tuple[float | None, ...]
    scores: tuple[float | None, ...]
    alarms: tuple[Alarm, ...]


def folded(task: Task, settings: Settings) -> Outcome:
    """One task through the session, in this process."""
    rows: list[tuple[float, InputBody]] = list(running(task.rr_ms))
    length_s = rows[-1][0] if rows else 0.0
    rows += [(at_s, Mark(kind=MarkKind(kind))) for at_s, kind in task.marks]
    rows.sort(key=lambda row: row[0])
    record = fold(framed(rows, settings), settings, length_s)
    return Outcome(
        kept=tuple(b.verdict is Verdict.OK for b in record.beats),
        rates_bpm=tuple(record.rates),
        scores=(None, *(s.score for s in record.seconds)),
        alarms=tuple(_alarms(record)),
    )


def _alarms(record: Record) -> Iterator[Alarm]:
    for found in record.activations:
        over, way = record.overs.get(found.number), record.recoveries[found.number]
        yield Alarm(
            onset_s=found.onset_s,
            alarm_s=found.alarm_s,
            end_s=over.end_s if over else None,
            reference_s=way.reference_s,
            half_s=way.half_s,
            half_plain_s=way.half_plain_s,
            censored=way.censored,
        )


# ---- two processes


class Folders:
    """Folds tasks side by side, in their order. Use as a context: its children end with it."""

    def __init__(self, settings: Settings, processes: int = PROCESSES) -> None:
        self._set = settings
        self._children = [Child(__name__) for _ in range(processes)]
        self._free: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._free.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for child in self._children:
            child.close()

    def fold_all(self, tasks: Sequence[Task], told: Told | None = None) -> list[Outcome]:
        """Without a child, or where one doesn't answer, this process does the work itself."""
        if not self._children:
            return [folded(task, self._set) for task in tasks]
        done: list[Outcome] = []
        with ThreadPoolExecutor(len(self._children)) as pool:
            for outcome in pool.map(self._ask, tasks):
                done.append(outcome)
                if told is not None:
                    told(len(done), len(tasks))
        return done

    def _ask(self, task: Task) -> Outcome:
        child = self._free.get()
        try:
            answer = child.ask(json.dumps(asdict(task)))
        finally:
            self._free.put(child)
        return outcome_of(answer) if answer else folded(task, self._set)


def outcome_of(line: str) -> Outcome:
    found = json.loads(line)
    return Outcome(
        kept=tuple(found["kept"]),
        rates_bpm=tuple(found["rates_bpm"]),
        scores=tuple(found["scores"]),
        alarms=tuple(Alarm(**alarm) for alarm in found["alarms"]),
    )


def task_of(line: str) -> Task:
    found = json.loads(line)
    marks = tuple((float(at_s), str(kind)) for at_s, kind in found["marks"])
    return Task(rr_ms=tuple(found["rr_ms"]), marks=marks)


def answer_lines(given: TextIO, out: TextIO, settings: Settings) -> None:
    for line in given:
        out.write(json.dumps(asdict(folded(task_of(line), settings))) + "\n")
        out.flush()


if __name__ == "__main__":
    give_way()
    answer_lines(sys.stdin, sys.stdout, Settings())
