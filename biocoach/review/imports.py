"""Files of beats, told apart by content: captures, RR text, time-and-RR pairs, CSV, FIT.

Reading never stops at the first bad line: what can be read is kept, what can't is named
with its line. A file of which nothing is usable is a Refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from biocoach import captures, sandbox
from biocoach.review import tables
from biocoach.review.filetimes import running, stamped
from biocoach.review.imported import UNKNOWN, Imported, Problem, Timed
from biocoach.types import Refusal

SIZE_MAX = 100_000_000
NONSENSE_SHARE = 0.5  # more bad lines than this: a file of another kind
GZIP = b"\x1f\x8b"


def read(path: Path, kind: str | None = None) -> Imported | Refusal:
    """Read one file; ``kind`` forces a format of FORMATS."""
    try:
        if path.is_dir():
            return Refusal(why="a folder, not a file: give the files in it")
        size = path.stat().st_size
        if not path.is_file():
            return Refusal(why="a pipe or a device, not a file: save what it gives, then read that")
        if size == 0:
            return Refusal(why="the file is empty")
        if size > SIZE_MAX:
            return Refusal(why=f"larger than {SIZE_MAX // 1_000_000} MB: split it")
        with path.open("rb") as file:
            head = file.read(4096)
        return _read_kind(path, kind or sniff(head), head)
    except OSError as error:
        return Refusal(why=f"can't be opened: {error.strerror or error}")


def sniff(head: bytes) -> str:
    """The format that the first bytes look like, "text" for lines of any kind; "" for none."""
    if head[8:12] == b".FIT":
        return "fit"
    if head.startswith(GZIP) or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return "capture"
    if b"\x00" in head:
        return ""
    return "text"


def _read_kind(path: Path, kind: str, head: bytes) -> Imported | Refusal:
    match kind:
        case "capture":
            return _capture(path, packed=head.startswith(GZIP))
        case "fit":
            return _fit(path)
        case "text" | "csv" | "rr-text" | "time-rr":
            text = path.read_bytes().decode("utf-8-sig", errors="replace")
            return _judged(tables.read(text, "" if kind == "text" else kind))
        case _:
            return Refusal(why=UNKNOWN)


# ---- captures


def _capture(path: Path, *, packed: bool) -> Imported | Refusal:
    inputs: list[Timed] = []
    problems: list[Problem] = []
    header: captures.Header | None = None
    cut_off = False
    for item in captures.read_file(path):
        match item:
            case captures.Header():
                header = item
            case captures.Timed():
                inputs.append((item.at_s, item.body))
            case captures.Problem():
                problems.append(Problem(line=item.line_number, why=item.why))
                cut_off = cut_off or item.cut_off
    if header is None:
        unpack = "; a packed file of another kind must be unpacked first" if packed else ""
        return Refusal(why="not a capture" + _first(problems) + unpack)
    if not inputs:
        return Refusal(why="a capture without anything readable in it" + _first(problems))
    return Imported(
        kind="capture",
        inputs=inputs,
        length_s=inputs[-1][0],
        started_utc=header.started_utc,
        device=header.device_name,
        simulated=header.extra.get("simulated") is True,
        problems=problems,
        cut_off=cut_off,
    )


def _first(problems: Sequence[Problem]) -> str:
    return f" (line {problems[0].line}: {problems[0].why})" if problems else ""


# ---- intervals


def _fit(path: Path) -> Imported | Refusal:
    ran = sandbox.run_module("biocoach.review.fit_file", str(path.resolve()))
    if ran.why:
        return Refusal(why=f"a FIT file that can't be read: {ran.why}")
    values = [float(v) for v in ran.out.split()]
    if not values:
        return Refusal(why="a FIT file without beat intervals (hrv messages)")
    return _judged(tables.Rows(kind="fit", rr_ms=values))


def _judged(rows: tables.Rows | Refusal) -> Imported | Refusal:
    """Rows as inputs, unless most lines are of another kind or they last too long."""
    if isinstance(rows, Refusal):
        return rows
    problems = rows.problems
    skipped = [p for p in problems if p.line]
    if not rows.rr_ms:
        return Refusal(why="no beat intervals in it" + _first(skipped))
    if len(skipped) > NONSENSE_SHARE * (len(rows.rr_ms) + len(skipped)):
        return Refusal(why="most of its lines are not beat intervals" + _first(skipped))
    if rows.timed:
        inputs, word = stamped(rows)
        problems = [Problem(line=0, why=word), *problems] if word else problems
    else:
        inputs = list(running(rows.rr_ms))
    if inputs[-1][0] > captures.LATEST_AT_S:
        return Refusal(why="it lasts longer than a week: split it")
    return Imported(kind=rows.kind, inputs=inputs, length_s=inputs[-1][0], problems=problems)
