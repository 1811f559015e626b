"""RR intervals as text, one a line, in ms: what Kubios HRV and most other programs read.

The format bears no comment and no time, so that a gap can't be said in it: the intervals before
and after one follow each other as if there was none. A session with gaps is therefore several
files, one for each stretch, numbered, so that no program takes a difference across a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from biocoach.review.exporting.piece import Piece
from biocoach.review.exporting.taken import Taken


def kubios_pieces(sessions: Iterable[Taken]) -> Iterator[Piece]:
    """Nothing of a session without beats."""
    for taken in sessions:
        runs = [list(run) for _, run in groupby(taken.record.beats, lambda b: b.beat.run)]
        for number, run in enumerate(runs, 1):
            part = f"-part{number}" if len(runs) > 1 else ""
            rr_ms = [clean.beat.rr_ms for clean in run]
            yield Piece(name=f"{taken.stem}{part}.txt", chunks=_lines(rr_ms))


def _lines(rr_ms: Iterable[float]) -> Iterator[bytes]:
    for value in rr_ms:
        yield f"{round(value, 4)}\r\n".encode("ascii")
