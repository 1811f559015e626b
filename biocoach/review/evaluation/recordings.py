"""A folder of labelled beats, read with patience: what is there is used, the rest is named.

Known by their header, wherever in the folder they lie: beats (``beat_s``, with or without
``symbol``; with ``record``, several recordings in one table), people in conditions (``subject``,
``condition``, ``beat_s``, with or without ``lead``) and MMASH's heartbeats.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NORMAL = frozenset("NLRej")  # beats that the sinus node or the conduction began in time
NOISE = frozenset("|~")  # marks between beats
MMASH_COLUMN = "Interval between heartbeats (s)"
BEATS_MIN = 60
PREFERRED_LEAD = "strap"
SUFFIXES = (".csv", ".csv.gz", ".txt", ".txt.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """``symbols``: of the beats, one more than there are intervals; None without labels."""

    name: str
    collection: str
    rr_ms: Floats
    symbols: tuple[str, ...] | None = None

    @property
    def normal(self) -> NDArray[np.bool_]:
        """Whether both beats of each interval are normal; without labels: all."""
        if self.symbols is None:
            return np.ones(len(self.rr_ms), bool)
        fine = np.array([s in NORMAL for s in self.symbols])
        return np.asarray(fine[1:] & fine[:-1], bool)


@dataclass(slots=True)
class Folder:
    """What was found: recordings, people's conditions (intervals in ms), files of no use here."""

    recordings: list[Recording] = field(default_factory=list)
    people: dict[str, dict[str, Floats]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> Folder:
    """Every known table under ``folder``, by the order of the names."""
    found = Folder()
    for path in sorted(folder.rglob("*"), key=lambda path: path.parts):
        if not path.name.endswith(SUFFIXES) or not path.is_file():
            continue
        try:
            used = _take(path, found)
        except (OSError, EOFError, ValueError, csv.Error, zlib.error):
            used = False
        if not used:
            found.unused.append(path.relative_to(folder).as_posix())
    return found


def read_text(data: bytes) -> Folder | None:
    """What the bytes of one table hold, by their header alone; None where it is none of them."""
    found = Folder()
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        used = _take_rows(rows, found, stem="", folder="")
    except (ValueError, csv.Error):
        return None
    return found if used else None


def _rows(path: Path) -> Iterator[list[str]]:
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _take(path: Path, found: Folder) -> bool:
    """Whether the table is one of those that are known."""
    stem = path.name.split(".")[0]
    return _take_rows(_rows(path), found, stem=stem, folder=path.parent.name)


def _take_rows(rows: Iterator[list[str]], found: Folder, *, stem: str, folder: str) -> bool:
    """Raises ValueError and csv.Error."""
    header = next(rows, [])
    if MMASH_COLUMN in header:
        place = header.index(MMASH_COLUMN)
        rr_ms = np.array([float(row[place]) for row in rows]) * 1000
        recording = Recording(name=folder, collection="mmash", rr_ms=rr_ms)
        return _keep(found, recording)
    if "beat_s" not in header:
        return False
    table = [dict(zip(header, row, strict=True)) for row in rows]
    if {"subject", "condition"} <= set(header):
        return _take_people(table, found)
    if "record" in header:
        names = list(dict.fromkeys(row["record"] for row in table))
        parts = [(name, [row for row in table if row["record"] == name]) for name in names]
        kept = [_keep(found, _labelled(name, stem, part)) for name, part in parts]
        return any(kept)
    return _keep(found, _labelled(stem.rpartition("_")[2], stem.rpartition("_")[0] or stem, table))


def _labelled(name: str, collection: str, table: Sequence[dict[str, str]]) -> Recording:
    beats = [row for row in table if row.get("symbol") not in NOISE]
    symbols = tuple(row["symbol"] for row in beats) if beats and "symbol" in beats[0] else None
    return Recording(name=name, collection=collection, rr_ms=_intervals_ms(beats), symbols=symbols)


def _keep(found: Folder, recording: Recording) -> bool:
    good = len(recording.rr_ms) >= BEATS_MIN and bool((recording.rr_ms > 0).all())
    if good:
        found.recordings.append(recording)
    return good


def _take_people(table: Sequence[dict[str, str]], found: Folder) -> bool:
    """One lead of each person and condition: the strap where it was read, else another."""
    parts: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = {}
    for row in table:
        leads = parts.setdefault((row["subject"], row["condition"]), {})
        leads.setdefault(row.get("lead", ""), []).append(row)
    for (subject, condition), leads in sorted(parts.items()):
        rows = leads.get(PREFERRED_LEAD) or leads[max(leads)]
        rr_ms = _intervals_ms(rows)
        if len(rr_ms) >= BEATS_MIN and (rr_ms > 0).all():
            found.people.setdefault(subject, {})[condition] = rr_ms
    return bool(found.people)


def _intervals_ms(rows: Sequence[dict[str, str]]) -> Floats:
    return np.diff([float(row["beat_s"]) for row in rows]) * 1000
