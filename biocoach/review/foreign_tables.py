"""Exports of other programs that are text with a table in it, told apart by their column names.

A table may come after a report; its columns may be separated by semicolons, tabs or commas.
What is known of each program, and from where:

- HRV Logger: ``date,rr,since start``, ms (rrational's user guide, data formats; its reader in
  music_hrv also takes dates as ``2025-03-15 09:00:15 +0100``); older ones have ``timestamp``.
- Polar Sensor Logger: ``Phone timestamp;RR-interval [ms]``, the phone's local time of each beat.
- Polar HRM files: ``[Params]`` with ``Interval=238`` hold intervals, others hold averaged rates
  (Polar HRM2 File Format Description 1.4).
- OpenHRV: ``event,value,timestamp``; its ``InterBeatInterval`` is in ms, at local time
  (OpenHRV, logger.py and model.py).
- Kubios: its report has the results first and then a table with a column named RR; by that name
  it is found, since the lines before it differ from version to version.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from biocoach.review.tables import Rows, cell_number, in_ms
from biocoach.types import Refusal

KINDS = ("hrv-logger", "polar", "kubios", "openhrv")
LOOK_LINES = 2000  # a report's results come before its table
RR_NAMES = ("rr", "rr ms", "rr interval", "r r interval", "rr intervals", "rri", "ibi")
TIME_NAMES = ("since start", "elapsed", "duration", "time", "timestamp", "phone timestamp", "date")
CLOCKS = ("phone timestamp", "date")  # moments of a day, not lengths
UNIT = re.compile(r"[\[(]\s*([a-z:]+)\s*[\])]")
HMS = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)")
HRM_OF_INTERVALS = "238"
HRM_AVERAGED = "a Polar file with averaged rates, not with beat intervals: set the watch to R-R"
SEVERAL = "it holds several samples; the first was read"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Where a table is: its header's line, what separates it, and the places of its columns."""

    kind: str
    line: int
    by: str
    rr: int
    time: int | None
    time_name: str = ""
    clock: int | None = None


def read(text: str, kind: str = "") -> Rows | Refusal | None:
    """The intervals of an export; None where the text is none of these. ``kind`` forces one."""
    lines = text.splitlines()
    if any(line.strip().lower() == "[hrdata]" for line in lines[:LOOK_LINES]):
        return _hrm(lines)
    table = next(_tables(lines), None)
    if table is None:
        return (
            Refusal(why=f"no table with a column of RR intervals in it for {kind}")
            if kind
            else None
        )
    rows = _openhrv(lines, table) if table.kind == "openhrv" else _intervals(lines, table)
    rows.kind = kind or table.kind
    return in_ms(rows)


# ---- where the table is


def _tables(lines: list[str]) -> Iterator[_Table]:
    kubios = any("kubios" in line.lower() for line in lines[:LOOK_LINES])
    for number, line in enumerate(lines[:LOOK_LINES], 1):
        for by in (";", "\t", ","):
            names = [_name(cell) for cell in _cells(line, by)]
            if names[:3] == ["event", "value", "timestamp"]:
                yield _Table(kind="openhrv", line=number, by=by, rr=1, time=2)
            rr = next((n for n, name in enumerate(names) if name in RR_NAMES), None)
            if rr is None or (len(names) == 1 and not kubios):
                continue
            time_name = next((t for t in TIME_NAMES if t in names), "")
            yield _Table(
                kind=_kind(names, kubios), line=number, by=by, rr=rr,
                time=names.index(time_name) if time_name else None, time_name=time_name,
                clock=next((names.index(c) for c in CLOCKS if c in names), None),
            )  # fmt: skip
            break


def _kind(names: list[str], kubios: bool) -> str:
    if "phone timestamp" in names:
        return "polar"
    if "date" in names:
        return "hrv-logger"
    return "kubios" if kubios else "csv"


def _name(cell: str) -> str:
    """A column's name without its unit, its quotes and its dashes."""
    bare = UNIT.sub("", cell.strip().strip("\"'").lower())
    return " ".join(re.sub(r"[-_]", " ", bare).split())


def _cells(line: str, by: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=by), [])
    except csv.Error:
        return []


# ---- what is in it


def _intervals(lines: list[str], table: _Table) -> Rows:
    rows = Rows(kind=table.kind, timed=table.time is not None)
    last: int | None = None
    for number, line in enumerate(lines[table.line :], table.line + 1):
        cells = _cells(line, table.by)
        if last is not None and _is_header(cells):
            rows.note(SEVERAL)
            break
        written = cells[table.rr] if table.rr < len(cells) else ""
        rr = _number(written, table.by)
        if rr is None and (not written.strip() or last is None):
            continue  # the units below a header; columns that are longer than this one
        at = None
        if table.time is not None and table.time < len(cells):
            at = _time(cells[table.time], table)
        if not rows.started and table.clock is not None and table.clock < len(cells):
            moment = moment_in(cells[table.clock])
            rows.started = moment.isoformat() if moment else ""
        rows.add(number, at, rr, "," in written)
        last = number
    if table.time_name in ("since start", "elapsed", "timestamp"):
        _from_beginnings(rows)
    return rows


def _is_header(cells: list[str]) -> bool:
    return any(_name(cell) in RR_NAMES for cell in cells)


def _number(written: str, by: str) -> float | None:
    return cell_number(written) if by != "," or "," not in written else None


def _time(written: str, table: _Table) -> float | None:
    """Seconds or milliseconds from anywhere; of a day's clock, seconds since 1970."""
    if table.time_name in CLOCKS:
        moment = moment_in(written)
        return moment.timestamp() if moment else None
    hms = HMS.fullmatch(written.strip())
    if hms:
        hours, minutes, seconds = hms.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
    return _number(written, table.by)


def moment_in(written: str) -> datetime | None:
    """A moment as exports write them: ISO, a blank for the T, a zone after a blank or none."""
    text = re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$)", "", written.strip().strip("\"'"))
    try:
        found = datetime.fromisoformat(text)
        found.timestamp()  # years that no calendar here has
    except (ValueError, OverflowError, OSError):
        return None
    return found


def _from_beginnings(rows: Rows) -> None:
    """A clock that is 0 at the first row tells when an interval began, not when it ended."""
    times = [at for at in rows.times if at is not None]
    if len(times) < 2 or not rows.rr_ms:
        return
    # One of the two may be in seconds and the other in milliseconds.
    ratio = (times[-1] - times[0]) / sum(rows.rr_ms)
    scale = 1000.0 if ratio > 30 else 0.001 if ratio < 0.03 else 1.0
    if times[0] > rows.rr_ms[0] * scale / 2:
        return
    pairs = zip(rows.times, rows.rr_ms, strict=True)
    rows.times = [None if at is None else at + value * scale for at, value in pairs]


def _openhrv(lines: list[str], table: _Table) -> Rows:
    """Each row is written as its beat arrives; other events stand between them."""
    rows = Rows(kind="openhrv", timed=True, arrived=True)
    for number, line in enumerate(lines[table.line :], table.line + 1):
        cells = _cells(line, table.by)
        if len(cells) < 3 or _name(cells[0]) not in ("interbeatinterval", "ibi"):
            continue
        moment = moment_in(cells[2])
        if moment is not None:
            rows.started = rows.started or moment.isoformat()
        at = moment.timestamp() if moment else None
        rows.add(number, at, _number(cells[1], table.by), decimal_comma=False)
    return rows


def _hrm(lines: list[str]) -> Rows | Refusal:
    """``[Params]`` and ``[HRData]`` of Polar's older programs."""
    given: dict[str, str] = {}
    for line in lines[:LOOK_LINES]:
        name, _, value = line.partition("=")
        given[name.strip().lower()] = value.strip()
    if given.get("interval") != HRM_OF_INTERVALS:
        return Refusal(why=HRM_AVERAGED)
    start = next(n for n, line in enumerate(lines) if line.strip().lower() == "[hrdata]")
    rows = Rows(kind="polar")
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if line.strip():
            rows.add(number, None, cell_number(line.split()[0]), decimal_comma=False)
    moment = moment_in(f"{given.get('date', '')}T{given.get('starttime', '').split('.')[0]}")
    rows.started = moment.isoformat() if moment else ""
    return in_ms(rows)
