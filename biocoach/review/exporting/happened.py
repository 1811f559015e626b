"""What happened in a session as words at moments: the annotations of its EDF file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from biocoach.review.exporting.taken import Taken
from biocoach.types import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """``lasted_s`` None: a moment, or it is not known how long."""

    at_s: float
    text: str
    lasted_s: float | None = None


def happenings(taken: Taken, *, beats: bool) -> list[Happening]:
    """By kind; ``beats``: each beat too, with its interval."""
    found = [*_measured(taken), *_said(taken)]
    return [*found, *_beats(taken)] if beats else found


def _measured(taken: Taken) -> Iterator[Happening]:
    review = taken.review
    for part in review["phases"]:
        gone = " (taken back)" if part["withdrawn"] else ""
        lasted_s = part["end_s"] - part["start_s"]
        yield Happening(
            at_s=part["start_s"], lasted_s=lasted_s, text=f"phase {part['phase']}{gone}"
        )
    for one in review["activations"]:
        end_s, way = one["end_s"], one["recovery"]
        lasted_s = None if end_s is None else end_s - one["onset_s"]
        text = f"activation {one['number']}, movement {one['movement']}"
        yield Happening(at_s=one["onset_s"], lasted_s=lasted_s, text=text)
        if way["half_s"] is not None and way["reference_s"] is not None:
            yield Happening(
                at_s=way["reference_s"] + way["half_s"],
                text=f"half-way back from activation {one['number']}, {way['where']}",
            )
    for gap in review["gaps"]:
        lasted_s = gap["end_s"] - gap["start_s"]
        yield Happening(at_s=gap["start_s"], lasted_s=lasted_s, text=f"gap: {gap['reason']}")


def _said(taken: Taken) -> Iterator[Happening]:
    review = taken.review
    for row in review["ratings"]:
        distress = None if row["suds"] is None else f"distress {row['suds']}"
        words = [word for word in (distress, row["presence"]) if word]
        yield Happening(at_s=row["at_s"], text=f"rated: {', '.join(words) or 'no answer'}")
    acted = {True: "acted on", False: "not acted on", None: "acted on: not said"}
    for row in review["urges"]:
        yield Happening(at_s=row["at_s"], text=f"urge to {row['kind']}, {acted[row['acted']]}")
    for row in review["marks"]:
        yield Happening(at_s=row["at_s"], text=f"mark {row['kind']}: {row['text']}".rstrip(": "))
    for row in review["practices"]:
        lasted_s = None if row["end_s"] is None else row["end_s"] - row["start_s"]
        text = f"practice {row['practice']}"
        yield Happening(at_s=row["start_s"], lasted_s=lasted_s, text=text)
    for row in taken.notes:
        yield Happening(at_s=row["at_s"], text=f"note written later: {row['text']}")


def _beats(taken: Taken) -> Iterator[Happening]:
    for clean in taken.record.beats:
        doubt = "" if clean.verdict is Verdict.OK else f", {clean.verdict.value}"
        text = f"beat {round(clean.beat.rr_ms, 2):g} ms{doubt}"
        yield Happening(at_s=clean.beat.beat_s, text=text)
