"""Reads a file that somebody else made, in a process of its own: ``python -m …parser [FORMAT]``
takes its bytes from standard input and prints, one JSON value a line, a head and the inputs.

Nothing is printed before the whole file was read, so that a file that can't be is refused
before anything of it is kept. ``incoming`` is the other end, and believes none of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from biocoach import captures
from biocoach.review.imported import FORMATS, Imported, fingerprint
from biocoach.review.imports import SIZE_MAX, read_bytes
from biocoach.sandbox import give_way, limit_this_process
from biocoach.types import Intervals, Refusal

CPU_S = 120  # 100 MB of text take about half of it
PROBLEMS_TOLD = 20
TOO_MUCH = "it needs more memory than a recording should: split it"


def head_of(found: Imported) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "started_utc": found.started_utc,
        "zone_assumed": found.zone_assumed,
        "device": found.device,
        "simulated": found.simulated,
        "length_s": found.length_s,
        "beats_sha256": fingerprint(found.inputs),
        "problems": [[p.line, p.why] for p in found.problems[:PROBLEMS_TOLD]],
        "problem_count": len(found.problems),
        "cut_off": found.cut_off,
        "inputs": len(found.inputs),
    }


def lines_of(found: Imported) -> Iterator[str]:
    """Each input as a capture has it; intervals of other files as their numbers."""
    for at_s, body in found.inputs:
        if isinstance(body, Intervals):
            rr = {"at_s": at_s, "rr_ms": body.rr_ms}
            yield json.dumps(rr | ({"arrived": True} if body.arrived else {}))
        else:
            line = captures.line(at_s, body)
            yield "" if line is None else line


def printed(data: bytes, kind: str | None) -> Iterator[str]:
    """All that is printed about a file's bytes, without the newlines."""
    found = read_bytes(data, kind)
    if isinstance(found, Refusal):
        yield json.dumps({"refused": found.why})
        return
    yield json.dumps(head_of(found))
    yield from lines_of(found)


def main() -> None:
    limit_this_process(CPU_S)
    give_way()
    kind = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] in FORMATS else None
    try:
        data = sys.stdin.buffer.read(SIZE_MAX + 1)
        sys.stdout.writelines(line + "\n" for line in printed(data, kind))
    except MemoryError:
        sys.stdout.write(json.dumps({"refused": TOO_MUCH}) + "\n")


if __name__ == "__main__":
    main()
