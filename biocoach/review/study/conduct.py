"""A study from its beginning to its end: what is done already, what is to do, and the tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biocoach.review.study.cohort import RECORDINGS_OF, RECOVERIES_OF, Cohort, share_read, told
from biocoach.review.study.columns import (
    ACTIVATIONS,
    COHORT,
    OF_READING,
    RECORDINGS,
    RECOVERIES,
    Row,
)
from biocoach.review.study.crew import Crew, Lost
from biocoach.review.study.parts import Parts
from biocoach.review.study.source import Item, Source
from biocoach.review.study.tables import Table, rows_in
from biocoach.review.study.work import made_by, result_of
from biocoach.settings import Settings
from biocoach.store.folder import make_private_folder, write_private
from biocoach.types import Refusal

Json = dict[str, Any]
Tell = Callable[[str, int, int], None]
NAMES = {"recordings": RECORDINGS, "activations": ACTIVATIONS, "recoveries": RECOVERIES}
SCHEMA = "biocoach.study.v1"


@dataclass(slots=True)
class Outcome:
    """How many items there were, were known, were read now; the report, and the cohort's rows."""

    items: int = 0
    known: int = 0
    worked: int = 0
    report: Json = field(default_factory=dict)
    figures: list[Row] = field(default_factory=list)


def conduct(source: Source, folder: Path, crew: Crew, tell: Tell = lambda *_: None) -> Outcome:
    """All of it, into ``folder``. What was read before is not read again.

    Raises SourceError, CrewError, StoreError, OSError.
    """
    make_private_folder(folder)
    parts, outcome = Parts(folder), Outcome()
    items = list(source.items())
    lost = _read_all(items, parts, crew, outcome, tell)
    counts = _write_tables(items, parts, lost, folder)
    cohort = _cohort(folder)
    outcome.figures = list(cohort.figures())
    with Table(folder / "cohort.parquet", COHORT) as table:
        for row in outcome.figures:
            table.add(row)
    outcome.report = _report(source, counts, cohort, outcome.figures)
    text = json.dumps(outcome.report, ensure_ascii=False, indent=1, allow_nan=False)
    write_private(folder / "report.json", text + "\n")
    return outcome


def _read_all(
    items: Sequence[Item], parts: Parts, crew: Crew, outcome: Outcome, tell: Tell
) -> dict[str, str]:
    """Every content once. What was lost, with its reason, by its content: the next run tries it
    again."""
    first = {item.sha256: item for item in reversed(items) if item.sha256}
    todo = [item for item in first.values() if parts.find(item.sha256) is None]
    todo.sort(key=lambda item: item.id)
    outcome.items, outcome.known = len(items), len(first) - len(todo)
    lost: dict[str, str] = {}
    for item, found in crew.work(todo):
        outcome.worked += 1
        why = _keep(item, found, parts)
        if why:
            lost[item.sha256] = why
        tell("Read", outcome.worked, len(todo))
    return lost


def _keep(item: Item, found: str | Lost, parts: Parts) -> str:
    """Why there is no result to keep; "" where it was kept."""
    if isinstance(found, Lost):
        return found.why
    result = result_of(found, item.sha256)
    if isinstance(result, Refusal):
        return result.why
    if any(piece.get("gone") for piece in result):
        return str(result[0]["why"])
    parts.keep(item.sha256, found)
    return ""


# ---- tables


def _write_tables(
    items: Sequence[Item], parts: Parts, lost: dict[str, str], folder: Path
) -> dict[str, int]:
    """In the items' order. How many recordings there are of each status."""
    counts = dict.fromkeys(("read", "refused", "same", "failed"), 0)
    seen: dict[str, str] = {}
    with ExitStack() as stack:
        tables = {
            name: stack.enter_context(Table(folder / f"{name}.parquet", columns))
            for name, columns in NAMES.items()
        }
        for item in items:
            for row, activations, recoveries in _rows(item, parts, lost, seen):
                counts[row["status"]] += 1
                tables["recordings"].add(row)
                for more in activations:
                    tables["activations"].add({"recording": row["recording"]} | more)
                for more in recoveries:
                    tables["recoveries"].add({"recording": row["recording"]} | more)
    return counts


Rows = tuple[Row, list[Row], list[Row]]


def _rows(item: Item, parts: Parts, lost: dict[str, str], seen: dict[str, str]) -> Iterator[Rows]:
    """``seen``: by the beats, the first recording that has them."""
    if item.why:
        yield _bare(item, "", "refused", item.why), [], []
        return
    pieces = None if item.sha256 in lost else parts.find(item.sha256)
    if pieces is None:
        why = lost.get(item.sha256, "its result was lost: run the study again")
        yield _bare(item, "", "failed", why), [], []
        return
    for piece in pieces:
        if "why" in piece:
            yield _bare(item, piece["piece"], "refused", piece["why"]), [], []
            continue
        row = _bare(item, piece["piece"], "read", "") | piece["reading"]
        row["person"] = item.told.person or piece["person"]
        row["strap"] = item.told.strap or piece["device"]
        first = seen.setdefault(row["beats_sha256"], row["recording"])
        if first == row["recording"]:
            yield row, piece["activations"], piece["recoveries"]
        else:  # it would count twice
            yield row | {"status": "same", "why": f"the same beats as {first}"}, [], []


def _bare(item: Item, piece: str, status: str, why: str) -> Row:
    empty: Row = {c.name: "" if c.kind == "text" else None for c in OF_READING}
    return empty | {
        "recording": f"{item.id}#{piece}" if piece else item.id,
        "status": status,
        "why": why,
        "content_sha256": item.sha256,
        "person": item.told.person,
        "site": item.told.site,
        "strap": item.told.strap,
    }


# ---- the cohort


def _cohort(folder: Path) -> Cohort:
    cohort = Cohort(Settings().learning)
    for row in rows_in(folder / "recordings.parquet", RECORDINGS_OF):
        cohort.take_recording(row)
    for row in rows_in(folder / "recoveries.parquet", RECOVERIES_OF):
        cohort.take_recovery(row)
    return cohort


def _report(source: Source, counts: dict[str, int], cohort: Cohort, figures: list[Row]) -> Json:
    whole = cohort.detector.get(("", ""))
    return {
        "schema": SCHEMA,
        "made_by": made_by(),
        "source": source.name,
        "recordings": counts,
        "readable": share_read(counts["read"], sum(counts.values())),
        "simulated_left_out": cohort.simulated,
        "hours": round(whole.seconds / 3600, 3) if whole else 0.0,
        "watched_hours": round(whole.watched_s / 3600, 3) if whole else 0.0,
        "people": len({who for who in cohort.people.values() if who}),
        "ways_back_left_out": dict(sorted(cohort.left_out.items())),
        "figures": told(figures),
    }
