"""Files of beats, told apart by content: captures, RR text, time-and-RR pairs, CSV, FIT.

Reading never stops at the first bad line: what can be read is kept, what can't is named
with its line. A file of which nothing is usable is a Refusal.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from biocoach import captures, sandbox
from biocoach.types import InputBody, Intervals, Refusal

SIZE_MAX = 100_000_000
SECONDS_BELOW = 20.0  # an interval under this is meant in seconds
NONSENSE_SHARE = 0.5  # more bad lines than this: a file of another kind
FORMATS = ("capture", "rr-text", "time-rr", "csv", "fit")

Timed = tuple[float, InputBody]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line (from 1) that could not be used; line 0: the file as a whole."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A file's inputs in order of arrival. ``cut_off``: it ends before it should."""

    kind: str
    inputs: Sequence[Timed]
    length_s: float
    started_utc: str | None = None
    device: str = ""
    problems: Sequence[Problem] = field(default_factory=tuple)
    cut_off: bool = False


def read(path: Path, kind: str | None = None) -> Imported | Refusal:
    """Read one file; ``kind`` forces a format of FORMATS."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            return Refusal(why="a folder, not a file: give the files in it")
        if size == 0:
            return Refusal(why="the file is empty")
        if size > SIZE_MAX:
            return Refusal(why=f"larger than {SIZE_MAX // 1_000_000} MB: split it")
        with path.open("rb") as file:
            head = file.read(4096)
        return _read_kind(path, kind or sniff(head))
    except OSError as error:
        return Refusal(why=f"can't be opened: {error.strerror or error}")


def sniff(head: bytes) -> str:
    """The format that the first bytes look like; "" where none is recognised."""
    if head[8:12] == b".FIT":
        return "fit"
    if head[:2] == b"\x1f\x8b" or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return "capture"
    if b"\x00" in head:
        return ""
    lines = [v for v in _text(head).splitlines() if v.strip() and not v.lstrip().startswith("#")]
    if not lines:
        return "rr-text"
    if "rr_ms" in [c.strip().lower() for c in lines[0].split(",")]:
        return "csv"
    numbers = [_numbers(v) for v in lines[:20]]
    if any(n is not None and len(n) == 2 for n in numbers):
        return "time-rr"
    return "rr-text" if any(n is not None and len(n) == 1 for n in numbers) else ""


def _read_kind(path: Path, kind: str) -> Imported | Refusal:
    match kind:
        case "capture":
            return _capture(path)
        case "fit":
            return _fit(path)
        case "csv":
            return _csv(_text(path.read_bytes()))
        case "rr-text" | "time-rr":
            return _numbers_file(_text(path.read_bytes()), kind)
        case _:
            return Refusal(why="not a kind of file that is known here: " + ", ".join(FORMATS))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8-sig", errors="replace")


def _capture(path: Path) -> Imported | Refusal:
    inputs: list[Timed] = []
    problems: list[Problem] = []
    header: captures.Header | None = None
    count = 0
    for item in captures.read_file(path):
        count += 1
        match item:
            case captures.Header():
                header = item
            case captures.Timed():
                inputs.append((item.at_s, item.body))
            case captures.Problem():
                problems.append(Problem(line=item.line_number, why=item.why))
    if header is None:
        return Refusal(why="not a capture: its first line lacks biocoach_capture")
    if not inputs:
        return Refusal(why="a capture without anything readable in it" + _first(problems))
    last = problems[-1].line if problems else -1
    return Imported(
        kind="capture",
        inputs=inputs,
        length_s=inputs[-1][0],
        started_utc=header.started_utc,
        device=header.device_name,
        problems=problems,
        cut_off=last >= count,
    )


def _first(problems: Sequence[Problem]) -> str:
    return f" (line {problems[0].line}: {problems[0].why})" if problems else ""


def _fit(path: Path) -> Imported | Refusal:
    ran = sandbox.run_module("biocoach.review.fit_file", str(path.resolve()))
    if ran.why:
        return Refusal(why=f"a FIT file that can't be read: {ran.why}")
    values = [float(v) for v in ran.out.split()]
    if not values:
        return Refusal(why="a FIT file without beat intervals (hrv messages)")
    return _by_sum("fit", values, ())


def _csv(text: str) -> Imported | Refusal:
    try:
        return _csv_rows(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        return Refusal(why=f"not a CSV file that can be read: {error}")


def _csv_rows(rows: Any) -> Imported | Refusal:
    """Rows of a csv reader: a header with ``rr_ms`` first, blank lines and comments aside."""
    values: list[float] = []
    problems: list[Problem] = []
    place: int | None = None
    for row in rows:
        if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
            continue
        if place is None:
            names = [n.strip().lower() for n in row]
            if "rr_ms" not in names:
                return Refusal(why="a CSV file needs a column rr_ms")
            place = names.index("rr_ms")
            continue
        value = _number(row[place]) if place < len(row) else None
        if value is None or value <= 0:
            problems.append(Problem(line=rows.line_num, why="no interval in column rr_ms"))
        else:
            values.append(value)
    return _judged("csv", values, problems)


def _numbers_file(text: str, kind: str) -> Imported | Refusal:
    """One interval a line, or a time and an interval; ms or s."""
    wanted = 2 if kind == "time-rr" else 1
    values: list[float] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        found = _numbers(line)
        if found is None or len(found) != wanted:
            problems.append(Problem(line=number, why=f"not {wanted} number(s): {line[:40]!r}"))
        elif found[-1] <= 0:
            problems.append(Problem(line=number, why="an interval must be above 0"))
        else:
            values.append(found[-1])
    if values and median(values) < SECONDS_BELOW:
        values = [v * 1000 for v in values]
    return _judged(kind, values, problems)


def _judged(kind: str, values: list[float], problems: list[Problem]) -> Imported | Refusal:
    if not values:
        return Refusal(why="no beat intervals in it" + _first(problems))
    if len(problems) > NONSENSE_SHARE * (len(values) + len(problems)):
        return Refusal(why="most of its lines are not beat intervals" + _first(problems))
    return _by_sum(kind, values, problems)


def _by_sum(kind: str, rr_ms: list[float], problems: Sequence[Problem]) -> Imported | Refusal:
    """Intervals whose clock is their running sum, each arriving as its beat ends."""
    if math.fsum(rr_ms) / 1000 > captures.LATEST_AT_S:
        return Refusal(why="its intervals add up to more than a week: split it")
    inputs = list(_running(rr_ms))
    return Imported(kind=kind, inputs=inputs, length_s=inputs[-1][0], problems=problems)


def _running(rr_ms: list[float]) -> Iterator[Timed]:
    at_s = 0.0
    for value in rr_ms:
        at_s += value / 1000
        yield at_s, Intervals(rr_ms=(value,))


def _numbers(line: str) -> list[float] | None:
    """The numbers of a line, separated by blanks, commas, semicolons or tabs."""
    parts = line.replace(",", " ").replace(";", " ").split()
    found = [_number(p) for p in parts]
    return [v for v in found if v is not None] if parts and None not in found else None


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e7 else None
