"""What the coach did in a session is a fact: its journal tells it, whatever today's coach would do.

The heart is read again with today's detector. But an offer that nobody saw, or a practice that
would be refused today, must not come into an old session's review, nor what was seen go out of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.review.record import Record
from biocoach.types import (
    Entry,
    Input,
    Offer,
    OfferWithdrawn,
    Output,
    PhaseChange,
    PracticeEnded,
    PracticeLog,
    Refused,
    Silence,
)

COACH = (Offer, OfferWithdrawn, Silence, PracticeEnded)


def as_it_happened(record: Record, entries: Sequence[Entry]) -> None:
    """Put the journal's word of the coach in place of the fold's. Nothing where the journal has
    no decisions, as of a recording or a file: every session that ran here has at least a phase."""
    if not any(isinstance(entry.body, PhaseChange) for entry in entries):
        return
    told: list[Output] = [e.body for e in entries if isinstance(e.body, COACH)]
    record.decisions = [d for d in record.decisions if not isinstance(d, COACH)] + told
    refused = {e.body.number for e in entries if isinstance(e.body, Refused)}
    words = [
        Input(at_s=e.at_s, number=e.number, body=e.body)
        for e in entries
        if isinstance(e.body, PracticeLog) and e.number is not None and e.number not in refused
    ]
    others = [item for item in record.inputs if not isinstance(item.body, PracticeLog)]
    record.inputs = sorted([*others, *words], key=lambda item: item.number)
