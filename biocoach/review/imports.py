"""Files of beats, told apart by content: captures, RR text, time-and-RR pairs, tables, FIT.

Reading never stops at the first bad line: what can be read is kept, what can't is named
with its line. A file of which nothing is usable is a Refusal.

``analyze`` calls ``read`` in its own process, but for FIT: text is read by total functions of
ours, as much of it as SIZE_MAX, INPUTS_MAX and the captures' own limits allow, and the worst that
a file can do is to end a command that writes nothing. What goes into the store comes through a
child (``parser``), which calls ``read_bytes``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from biocoach import captures, sandbox
from biocoach.capture_fields import LATEST_AT_S
from biocoach.review import fit_file, foreign_tables, tables
from biocoach.review.filetimes import running, stamped
from biocoach.review.imported import UNKNOWN, Imported, Problem, Timed
from biocoach.types import Refusal

SIZE_MAX = 100_000_000
INPUTS_MAX = 2_000_000  # a week of heartbeats, and movement with them: about 1 GB here
NONSENSE_SHARE = 0.5  # more bad lines than this: a file of another kind
GZIP = b"\x1f\x8b"
RECORD = b'{"biocoach_record"'  # how ``biocoach export --format json`` begins
RECORD_SAID = "a whole record: `biocoach import` takes it into an empty --data-dir, by itself"
TEXTS = ("text", "csv", "rr-text", "time-rr", *foreign_tables.KINDS)
# Kinds that people try, and what to do instead.
OTHERS = {
    b"MATLAB 5.0": "a MATLAB file: save the results as CSV or text in Kubios, and give that",
    b"\x89HDF": "a MATLAB (HDF5) file: save the results as CSV or text in Kubios, and give that",
    b"PK\x03\x04": "a packed folder or a spreadsheet: unpack it, or save the table as CSV",
    b"%PDF": "a PDF: its numbers can't be read back; export the intervals as text or CSV",
    b"<": "an XML or web page (TCX, GPX …): these hold no beat intervals; export FIT or RR text",
}


def read(path: Path, kind: str | None = None) -> Imported | Refusal:
    """Read one file; ``kind`` forces a format of FORMATS."""
    try:
        why = why_not(path)
        if why:
            return Refusal(why=why)
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith(RECORD):
            return Refusal(why=RECORD_SAID)
        kind = kind or sniff(head)
        if kind == "capture":
            return _capture(captures.read_file(path), packed=head.startswith(GZIP))
        if kind == "fit":
            return _fit_of(_in_a_child(path))
        return _of_bytes(path.read_bytes() if kind in TEXTS else head, kind)
    except OSError as error:
        return Refusal(why=f"can't be opened: {error.strerror or error}")


def why_not(path: Path) -> str:
    """Why a file is not even opened; or nothing. Raises OSError."""
    if path.is_dir():
        return "a folder, not a file: give the files in it"
    size = path.stat().st_size
    if not path.is_file():
        return "a pipe or a device, not a file: save what it gives, then read that"
    return why_not_size(size)


def why_not_size(size: int) -> str:
    if size > SIZE_MAX:
        return f"larger than {SIZE_MAX // 1_000_000} MB: split it"
    return "" if size else "the file is empty"


def sniff(head: bytes) -> str:
    """The format that the first bytes look like, "text" for lines of any kind; "" for none."""
    if head[8:12] == b".FIT":
        return "fit"
    if head.startswith(GZIP) or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return "capture"
    if b"\x00" in head or any(head.startswith(prefix) for prefix in OTHERS):
        return ""
    return "text"


def read_bytes(data: bytes, kind: str | None = None) -> Imported | Refusal:
    """The same of a file's bytes, all of it in this process: for a child."""
    why = why_not_size(len(data))
    if why:
        return Refusal(why=why)
    if data.startswith(RECORD):
        return Refusal(why=RECORD_SAID)
    kind = kind or sniff(data[:4096])
    if kind == "capture":
        stream = captures.read_stream(io.BytesIO(data))
        return _capture(stream, packed=data.startswith(GZIP))
    return _fit_of(fit_file.read(data)) if kind == "fit" else _of_bytes(data, kind)


def _of_bytes(data: bytes, kind: str) -> Imported | Refusal:
    if kind not in TEXTS:
        return Refusal(why=next((w for p, w in OTHERS.items() if data.startswith(p)), UNKNOWN))
    text = data.decode("utf-8-sig", errors="replace")
    return _judged(_rows(text, "" if kind == "text" else kind))


def _rows(text: str, kind: str) -> tables.Rows | Refusal:
    """A table with our own column names, one with another program's, or lines of numbers."""
    ours = kind in ("rr-text", "time-rr") or tables.delimiter(tables.first_line(text))
    found = (
        None if ours else foreign_tables.read(text, kind if kind in foreign_tables.KINDS else "")
    )
    return tables.read(text, kind) if found is None else found


# ---- captures


def _capture(items: captures.Items, *, packed: bool) -> Imported | Refusal:
    inputs: list[Timed] = []
    problems: list[Problem] = []
    header: captures.Header | None = None
    cut_off = False
    for item in items:
        match item:
            case captures.Header():
                header = item
            case captures.Timed():
                inputs.append((item.at_s, item.body))
                if len(inputs) > INPUTS_MAX:
                    return Refusal(why="more than a week of a strap's data: split it")
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


def _in_a_child(path: Path) -> fit_file.Fit:
    ran = sandbox.run_module("biocoach.review.fit_file", str(path.resolve()))
    return fit_file.Fit(broken=ran.why) if ran.why else fit_file.of_text(ran.out)


def _fit_of(found: fit_file.Fit) -> Imported | Refusal:
    """A damaged file gives what is readable of it."""
    if not found.rr_ms and found.broken:
        return Refusal(why=f"a FIT file that can't be read: {found.broken}")
    if not found.rr_ms:
        return Refusal(why="a FIT file without beat intervals (hrv messages)")
    rows = tables.Rows(
        kind="fit",
        rr_ms=found.rr_ms,
        times=list(found.times_s),
        lines=list(range(1, len(found.rr_ms) + 1)),
        timed=True,
        cut_off=bool(found.broken),
    )
    if found.broken:
        rows.note(f"{found.broken}; what came before was used")
    if found.doubt:
        rows.note(found.doubt)
    judged = _judged(rows)
    if isinstance(judged, Refusal):
        return judged
    return replace(judged, started_utc=found.started_utc or None)


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
    if inputs[-1][0] > LATEST_AT_S:
        return Refusal(why="it lasts longer than a week: split it")
    started_utc, zone_assumed = _start(rows)
    return Imported(
        kind=rows.kind,
        inputs=inputs,
        length_s=inputs[-1][0],
        started_utc=started_utc,
        problems=problems,
        cut_off=rows.cut_off,
        zone_assumed=zone_assumed,
    )


def _start(rows: tables.Rows) -> tuple[str | None, bool]:
    """When the recording's second 0 was: its first row has the time of a beat's end."""
    if not rows.started:
        return None, False
    try:
        first = datetime.fromisoformat(rows.started)
        local = first.tzinfo is None
        before = timedelta(milliseconds=rows.rr_ms[0] if rows.timed else 0.0)
        return (first.astimezone() - before).astimezone(UTC).isoformat(), local
    except (ValueError, OverflowError, OSError):  # years that no calendar here has
        return None, False
