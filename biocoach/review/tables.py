"""Numbers in text: intervals one a line, pairs of time and interval, tables with a header.

A comma may be a decimal point or stand between numbers; where a file could mean either, it
is refused, since a wrong guess would give wrong figures without a word.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field
from statistics import median

from biocoach.review.imported import UNKNOWN, Problem
from biocoach.types import Refusal

SECONDS_BELOW = 20.0  # an interval under this is meant in seconds
ABSURD = 1e7  # beyond this it is no interval in any unit
PLAUSIBLE_MS = (200.0, 3000.0)  # where the median of a file's intervals lies
NUMERIC = re.compile(r"[-+\d.,;eE\s]+")
BESIDE_A_COMMA = re.compile(r",\s|\s,|,$|\.\d*,|,\d*\.")  # a decimal comma has digits on both sides
ANOTHER_SEPARATOR = re.compile(r"[;\t]|[^,;\s]\s+[^,;\s]")
TIME_COLUMNS = (("t_s", False), ("arrival_s", True))  # the beat's own time is worth more
SECONDS_SAID = "its column rr_ms holds seconds; they were read as such"
EITHER = (
    "its commas can be decimal points or stand between numbers; "
    "write 812.5, or give --format rr-text or time-rr"
)


@dataclass(slots=True, kw_only=True)
class Rows:
    """A file's intervals, ms, in order, each with its line and its time, None where it has none.

    ``arrived``: the times are of packets. ``timed``: the file tells times at all. ``started``:
    the ISO time of the first row, where it tells one; without a zone it is a local one.
    """

    kind: str
    rr_ms: list[float] = field(default_factory=list)
    times: list[float | None] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    timed: bool = False
    arrived: bool = False
    decimal_comma: bool = False
    started: str = ""
    cut_off: bool = False

    def add(self, line: int, at: float | None, rr: float | None, decimal_comma: bool) -> None:
        if rr is None:
            self.skip(line, "no interval in it")
        elif not 0 < rr < ABSURD:
            self.skip(line, f"an interval must be above 0 and below {ABSURD:.0f}")
        else:
            self.rr_ms.append(rr)
            self.times.append(at)
            self.lines.append(line)
            self.decimal_comma = self.decimal_comma or decimal_comma

    def skip(self, line: int, why: str) -> None:
        self.problems.append(Problem(line=line, why=why))

    def note(self, why: str) -> None:
        """A word about the file as a whole."""
        self.problems.append(Problem(line=0, why=why))


def read(text: str, kind: str = "") -> Rows | Refusal:
    """What a file of text holds; ``kind`` forces csv, rr-text or time-rr."""
    try:
        by = delimiter(first_line(text)) if kind in ("", "csv") else ""
        if by:
            return _table(text, by)
    except csv.Error as error:
        return Refusal(why=f"not a CSV file that can be read: {error}")
    if kind == "csv":
        return Refusal(why="a CSV file needs a column rr_ms")
    return _lines(text, kind)


# ---- tables with a header


def first_line(text: str) -> str:
    """The first line that is neither blank nor a comment; "" where there is none."""
    lines = (v.strip() for v in text.splitlines())
    return next((v for v in lines if v and not v.startswith("#")), "")


def delimiter(header: str) -> str:
    """What separates the columns of a header line that names ``rr_ms``; "" where none does."""
    try:
        found = [by for by in (",", ";", "\t") if "rr_ms" in _names(_cells(header, by))]
    except csv.Error:  # a cell of more letters than any has
        return ""
    # A table of one column has no separator; a comma in it is a decimal one.
    return ";" if len(found) > 1 else found[0] if found else ""


def _names(cells: list[str]) -> list[str]:
    return [cell.strip().lower() for cell in cells]


def _cells(line: str, by: str) -> list[str]:
    """A line's cells. Each line stands alone: a quote that is never closed costs only its own."""
    return next(csv.reader([line], delimiter=by), [])


def _table(text: str, by: str) -> Rows | Refusal:
    """A column ``rr_ms``, and ``t_s``, ``arrival_s`` or neither, by the header's names."""
    found = Rows(kind="csv")
    names: list[str] = []
    time = ""
    for number, line in enumerate(text.splitlines(), 1):
        row = _cells(line, by)
        if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
            continue
        if not names:
            names = _names(row)
            time, found.arrived = next((c for c in TIME_COLUMNS if c[0] in names), ("", False))
            continue
        cells = dict(zip(names, row, strict=False))
        written = cells.get("rr_ms", "")
        if any(cell.strip() for cell in row[len(names) :]):
            found.skip(number, "more columns than in the header")
        else:
            found.add(number, cell_number(cells.get(time)), cell_number(written), "," in written)
    found.timed = bool(time)
    return in_ms(found)


def cell_number(written: str | None) -> float | None:
    """A comma within a cell, whatever separates the columns, is a decimal one."""
    return _number(written.replace(",", ".")) if written else None


# ---- lines of numbers


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str

    def numbers(self, decimal_comma: bool) -> list[float] | None:
        """Its numbers, separated by blanks, semicolons, tabs and, unless decimal, commas."""
        text = self.text.replace(",", "." if decimal_comma else " ")
        found = [_number(word) for word in text.replace(";", " ").split()]
        return [v for v in found if v is not None] if found and None not in found else None


def _lines(text: str, kind: str) -> Rows | Refusal:
    """One interval a line, or a time and an interval, in ms or s. ``kind`` "": told by content."""
    lines = [
        _Line(number, line)
        for number, raw in enumerate(text.splitlines(), 1)
        if (line := raw.split("#", 1)[0].strip())
    ]
    numeric = [line for line in lines if NUMERIC.fullmatch(line.text)]
    decimal_comma = _decimal_comma(numeric, kind)
    if isinstance(decimal_comma, Refusal):
        return decimal_comma
    told = kind or _kind(lines, decimal_comma)
    if not told:
        return Refusal(why=UNKNOWN)
    found = _rows(lines, told, decimal_comma)
    if not kind and any("," in line.text for line in numeric) and not _plausible(found.rr_ms):
        return Refusal(why=EITHER)
    return in_ms(found)


def _rows(lines: list[_Line], kind: str, decimal_comma: bool) -> Rows:
    found = Rows(kind=kind, timed=kind == "time-rr", decimal_comma=decimal_comma)
    wanted = 2 if found.timed else 1
    for line in lines:
        numbers = line.numbers(decimal_comma)
        if numbers is None or len(numbers) != wanted:
            found.skip(line.number, f"not {wanted} number(s): {line.text[:40]!r}")
        else:
            found.add(line.number, numbers[0], numbers[-1], decimal_comma)
    return found


def _kind(lines: list[_Line], decimal_comma: bool) -> str:
    if not lines:
        return "rr-text"
    counts = [len(line.numbers(decimal_comma) or ()) for line in lines]
    pairs, singles = counts.count(2), counts.count(1)
    return "" if not pairs + singles else "time-rr" if pairs >= singles else "rr-text"


def _decimal_comma(lines: list[_Line], kind: str) -> bool | Refusal:
    """Whether commas are decimal points; a Refusal where the file could mean either."""
    if not any("," in line.text for line in lines):
        return False
    if any(BESIDE_A_COMMA.search(line.text) for line in lines):
        return False
    if any(ANOTHER_SEPARATOR.search(line.text) for line in lines):
        return True
    if kind or any(line.text.count(",") > 1 for line in lines):
        return kind == "rr-text"
    decimal, pairs = _could_be_intervals(lines), _could_be_pairs(lines)
    return Refusal(why=EITHER) if decimal is pairs else decimal


def _could_be_intervals(lines: list[_Line]) -> bool:
    return _plausible([found[0] for v in lines if (found := v.numbers(decimal_comma=True))])


def _could_be_pairs(lines: list[_Line]) -> bool:
    rows = [found for v in lines if (found := v.numbers(decimal_comma=False)) and len(found) == 2]
    times = [row[0] for row in rows]
    ascend = bool(times) and times == sorted(times) and times[-1] > times[0]
    return ascend and 2 * len(rows) > len(lines) and _plausible([row[1] for row in rows])


def _plausible(values: list[float]) -> bool:
    middle = median(values) if values else 0.0
    middle *= 1000 if middle < SECONDS_BELOW else 1
    return PLAUSIBLE_MS[0] <= middle <= PLAUSIBLE_MS[1]


# ---- both


def in_ms(rows: Rows) -> Rows | Refusal:
    """Seconds become ms; in a table, whose column says ms, not without a word."""
    least, most = min(rows.rr_ms, default=0.0), max(rows.rr_ms, default=0.0)
    if rows.decimal_comma and least < SECONDS_BELOW and most >= PLAUSIBLE_MS[0]:
        return Refusal(why="some of its commas seem to mean thousands: write 1012, not 1,012")
    if rows.rr_ms and median(rows.rr_ms) < SECONDS_BELOW:
        rows.rr_ms = [v * 1000 for v in rows.rr_ms]
        if rows.kind == "csv":
            rows.problems.insert(0, Problem(line=0, why=SECONDS_SAID))
    return rows


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e14 else None
