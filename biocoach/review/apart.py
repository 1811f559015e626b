"""What somebody said of being apart, and what may be concluded from that alone."""

from __future__ import annotations

from biocoach.review.record import Record
from biocoach.review.told import said
from biocoach.types import Activation, MarkKind, Recovery

NOT_SAID = "not_said"  # where a way back was: nobody told that they were apart by then


def where_of(record: Record, found: Activation, way: Recovery) -> str:
    """*apart* only where somebody said so: a recording without that mark tells nothing of it."""
    known = way.where != "apart" or any(at_s <= found.onset_s for at_s in _left_s(record))
    return way.where if known else NOT_SAID


def rated_before(record: Record) -> int | None:
    """The first rating of distress that was given before they left; None where there is none, or
    nobody said when that was."""
    left_s = min(_left_s(record), default=0.0)
    given = (r["suds"] for r in said(record)["ratings"] if r["at_s"] <= left_s)
    return next((suds for suds in given if suds is not None), None)


def _left_s(record: Record) -> list[float]:
    """When they left, as it was said and not taken back."""
    return [m["at_s"] for m in said(record)["marks"] if m["kind"] == MarkKind.APART.value]
