"""The whole evaluation of a folder: what is there is measured, what is not is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from biocoach.review.evaluation.artifacts import (
    injected,
    labelled_cases,
    labels,
    spoiled_cases,
)
from biocoach.review.evaluation.detection import (
    Arithmetic,
    Quiet,
    Rises,
    arithmetic,
    rise_cases,
    sittings,
)
from biocoach.review.evaluation.folding import Folders, Outcome, Task
from biocoach.review.evaluation.recordings import Folder, Recording
from biocoach.review.evaluation.recovery import Ways, way_cases
from biocoach.review.evaluation.stretches import Stretch, clean, quiet
from biocoach.settings import Settings

Json = dict[str, Any]
SCHEMA = "biocoach.evaluation.v1"
Told = Callable[[str, int, int], None]  # which part, how many are done, of how many
Dice = np.random.Generator
Floats = NDArray[np.float64]
LONG_MS = 3_600_000.0
NO_QUIET = "rises, false alarms, ways back: no recording has 35 quiet minutes (of an hour at least)"
NO_PEOPLE = "arithmetic against sitting: no table of people who sit and then do arithmetic"
NO_CLEAN = "artifacts: no recording of an hour at least has a clean part of 600 beats"
NO_LABELS = "labels: no beats with symbols"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is drawn. A quick evaluation is a smoke test, not a measurement."""

    clean: int
    quiet_each: int
    ways: int
    people: int


WHOLE = Size(clean=120, quiet_each=4, ways=50, people=1000)
QUICK = Size(clean=6, quiet_each=1, ways=3, people=4)
QUICK_RECORDINGS = 6


class Case(Protocol):
    @property
    def task(self) -> Task: ...


@dataclass(slots=True, kw_only=True)
class Report:
    """Every part is None where the folder has nothing for it; ``missing`` says why."""

    folder: Folder
    seed: int
    quick: bool
    missing: list[str]
    rises: Rises | None = None
    quiet: Quiet | None = None
    arithmetic: Arithmetic | None = None
    injected: Json | None = None
    labels: dict[str, Json] | None = None
    ways: Ways | None = None

    def figures(self, settings: Settings) -> Json:
        dice = np.random.default_rng((self.seed, 9))
        counts: dict[str, int] = {}
        for recording in self.folder.recordings:
            counts[recording.collection] = counts.get(recording.collection, 0) + 1
        return {
            "schema": SCHEMA,
            "settings_hash": settings.hash(),
            "seed": self.seed,
            "quick": self.quick,
            "recordings": counts,
            "people": len(self.folder.people),
            "unused": self.folder.unused,
            "missing": self.missing,
            "arithmetic": self.arithmetic.figures(dice) if self.arithmetic else None,
            "rises": self.rises.figures() if self.rises else None,
            "quiet": self.quiet.figures() if self.quiet else None,
            "injected": self.injected,
            "labels": self.labels,
            "recovery": self.ways.figures() if self.ways else None,
        }


def evaluate(found: Folder, folders: Folders, seed: int, quick: bool, told: Told) -> Report:
    """Measure everything that the folder allows. Same folder and seed: same figures."""
    size = QUICK if quick else WHOLE
    report = Report(folder=found, seed=seed, quick=quick, missing=[])
    work = _Work(report=report, folders=folders, told=told)
    spread = _spread(found.recordings, QUICK_RECORDINGS) if quick else found.recordings
    long = [r for r in spread if r.rr_ms.sum() >= LONG_MS]
    work.detection(long, size)
    work.arithmetic(dict(list(found.people.items())[: size.people]))
    work.cleaning([r for r in long if r.symbols is not None] or long, size)
    work.labels([r for r in spread if r.symbols is not None])
    return report


def _spread(recordings: Sequence[Recording], most: int) -> list[Recording]:
    """At most ``most`` of them, evenly over the list."""
    step = max(1, -(-len(recordings) // most))
    return list(recordings[::step])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    report: Report
    folders: Folders
    told: Told

    def _fold(self, name: str, cases: Sequence[Case]) -> list[Outcome]:
        def told(done: int, of: int) -> None:
            self.told(name, done, of)

        return self.folders.fold_all([c.task for c in cases], told)

    def _dice(self, part: int) -> Dice:
        """Each part draws for itself, so that what is missing for one changes no other."""
        return np.random.default_rng((self.report.seed, part))

    def detection(self, long: Sequence[Recording], size: Size) -> None:
        dice = self._dice(1)
        parts = [s for r in long for s in quiet(r, size.quiet_each, dice)]
        if not parts:
            self.report.missing.append(NO_QUIET)
            return
        cases = rise_cases(parts, self._dice(2))
        self.report.rises = Rises(cases=cases, outcomes=self._fold("rises", cases))
        still = [_Plain(task=Task(rr_ms=tuple(p.rr_ms.tolist()))) for p in parts]
        self.report.quiet = Quiet(stretches=parts, outcomes=self._fold("quiet", still))
        ways = way_cases(_first_of_each(parts, size.ways))
        self.report.ways = Ways(cases=ways, outcomes=self._fold("ways back", ways))

    def arithmetic(self, people: dict[str, dict[str, Floats]]) -> None:
        cases = sittings(people)
        if not cases:
            self.report.missing.append(NO_PEOPLE)
            return
        self.report.arithmetic = arithmetic(cases, self._fold("arithmetic", cases))

    def cleaning(self, recordings: Sequence[Recording], size: Size) -> None:
        dice = self._dice(3)
        each = -(-size.clean // max(1, len(recordings)))
        parts = [s for r in recordings for s in clean(r, each, dice)][: size.clean]
        if not parts:
            self.report.missing.append(NO_CLEAN)
            return
        cases = spoiled_cases(parts, self._dice(4))
        self.report.injected = injected(cases, self._fold("artifacts", cases))

    def labels(self, recordings: Sequence[Recording]) -> None:
        cases = labelled_cases(recordings)
        if not cases:
            self.report.missing.append(NO_LABELS)
            return
        self.report.labels = labels(cases, self._fold("labels", cases))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plain:
    task: Task


def _first_of_each(parts: Sequence[Stretch], most: int) -> list[Stretch]:
    """One stretch of each recording."""
    first = {part.name: part for part in reversed(parts)}
    return list(reversed(first.values()))[:most]
