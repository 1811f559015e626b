"""Recordings that were brought in whole, and what the person said about them afterwards.

The journal is never rewritten: what was said is a line after the session's end, and the fold
meets it at its moment. A live session has its own marks; nothing is added to one here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from biocoach.session import Session
from biocoach.settings import Settings
from biocoach.types import (
    Afterwards,
    Begin,
    Closed,
    Elsewhere,
    End,
    Entry,
    Input,
    InputBody,
    Mark,
    MarkKind,
    NotAfterwards,
    Rating,
    Refused,
)

Json = dict[str, Any]
NEW = -1  # the number of what has none yet
MARKS = (MarkKind.BASELINE, MarkKind.APART, MarkKind.BACK, MarkKind.NOTE)
BASELINE = Mark(kind=MarkKind.BASELINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A recording's inputs for the fold, in order: a row's place is its number there.

    ``added``: the journal's number of each row that was said afterwards. ``assumed``: the rows
    that nobody said: a recording without a baseline mark has its baseline at its beginning.
    """

    rows: list[tuple[float, InputBody]]
    added: dict[int, int]
    assumed: frozenset[int]


def elsewhere_of(entries: Sequence[Entry]) -> Elsewhere | None:
    """What a session is that was brought in whole; None for one that was streamed."""
    first = entries[0].body if entries else None
    return first.elsewhere if isinstance(first, Begin) else None


def until_closed(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries up to the session's end: a line that was written after it is not of it."""
    ends = (n for n, entry in enumerate(entries) if isinstance(entry.body, Closed))
    return entries[: next(ends, len(entries)) + 1]


def said_afterwards(entries: Sequence[Entry]) -> list[tuple[int, Afterwards]]:
    """What stands of it, with its journal number, by its moment."""
    later = entries[len(until_closed(entries)) :] if elsewhere_of(entries) else []
    gone = {e.body.of_number for e in later if isinstance(e.body, NotAfterwards)}
    found = [
        (e.number, e.body)
        for e in later
        if isinstance(e.body, Afterwards) and e.number is not None and e.number not in gone
    ]
    return sorted(found, key=lambda row: row[1].moment_s)


def rows_of(entries: Sequence[Entry]) -> Rows:
    """The inputs of any session; of a recording with what was said afterwards among them."""
    own = [(e.at_s, e.body, None) for e in until_closed(entries) if isinstance(e.body, InputBody)]
    if elsewhere_of(entries) is None:
        return Rows(rows=[(at_s, body) for at_s, body, _ in own], added={}, assumed=frozenset())
    return _merged(own, _standing(said_afterwards(entries)))


def _standing(said: list[tuple[int, Afterwards]]) -> list[tuple[int, Afterwards]]:
    """Without the plans and debriefs that a later one took the place of."""
    plans = [number for number, one in said if one.plan is not None]
    debriefs = [number for number, one in said if one.debrief is not None]
    gone = {*plans, *debriefs} - {max(plans, default=None), max(debriefs, default=None)}
    return [row for row in said if row[0] not in gone]


_Own = tuple[float, InputBody, None]
_Row = tuple[float, InputBody, int | None]


def _merged(own: list[_Own], said: list[tuple[int, Afterwards]]) -> Rows:
    rows: list[_Row] = [*own, *((a.moment_s, _body(a), number) for number, a in said)]
    given = any(isinstance(b, Mark) and b.kind is MarkKind.BASELINE for _, b, _ in rows)
    if not given:
        rows.append((0.0, BASELINE, None))
    rows.sort(key=lambda row: (row[0], _rank(row[1])))  # stable: equal moments as they were said
    return Rows(
        rows=[(at_s, body) for at_s, body, _ in rows],
        added={place: number for place, (_, _, number) in enumerate(rows) if number is not None},
        assumed=frozenset(place for place, row in enumerate(rows) if row[1] is BASELINE),
    )


def _rank(body: InputBody) -> int:
    """The beginning is the first of its moment, the end the last."""
    if isinstance(body, Begin):
        return 0
    if body is BASELINE:
        return 1
    return 3 if isinstance(body, End) else 2


def _body(said: Afterwards) -> InputBody:
    if said.mark is not None:
        return Mark(kind=said.mark, text=said.text)
    return said.plan or said.debrief or Rating(suds=said.suds)


def kind_of(said: Afterwards) -> str:
    """In a word; "" where it says nothing, or more than one thing."""
    given = {
        said.mark.value if said.mark else "": said.mark,
        "suds": said.suds,
        "plan": said.plan,
        "debrief": said.debrief,
    }
    kinds = [kind for kind, value in given.items() if value is not None]
    return kinds[0] if len(kinds) == 1 else ""


def told_afterwards(entries: Sequence[Entry]) -> list[Json]:
    """The review's rows: what was added, each with the number that takes it back."""
    return [
        {
            "number": number,
            "at_s": said.moment_s,
            "kind": kind_of(said),
            "text": said.text,
            "suds": said.suds,
        }
        for number, said in said_afterwards(entries)
    ]


def why_not(entries: Sequence[Entry], new: Afterwards | NotAfterwards, settings: Settings) -> str:
    """Why this can't be said of this session, as a code; or nothing."""
    if elsewhere_of(entries) is None or not isinstance(until_closed(entries)[-1].body, Closed):
        return "not_a_recording"
    known = said_afterwards(entries)
    if isinstance(new, NotAfterwards):
        left = [row for row in known if row[0] != new.of_number]
        return _order(entries, known, left, settings) if len(left) < len(known) else "not_there"
    length_s = until_closed(entries)[-1].at_s
    if not 0 <= new.moment_s <= length_s:
        return "not_in_it"
    if not kind_of(new) or (new.mark and new.mark not in MARKS):
        return "empty"
    return _order(entries, known, [*known, (NEW, new)], settings)


_Said = Sequence[tuple[int, Afterwards]]


def _order(entries: Sequence[Entry], before: _Said, after: _Said, settings: Settings) -> str:
    """Whether every mark that was followed until now, and the new one, still is."""
    refused = _refused(entries, after, settings) - _refused(entries, before, settings)
    return "wrong_order" if refused else ""


def _refused(entries: Sequence[Entry], said: _Said, settings: Settings) -> set[int]:
    """The marks that the phases can't follow: journal numbers of those that were said
    afterwards, and of the recording's own. The heart plays no part."""
    own: list[_Own] = [
        (e.at_s, e.body, None)
        for e in until_closed(entries)
        if isinstance(e.body, Begin | Mark | End)
    ]
    places = {id(body): -2 - place for place, (_, body, _) in enumerate(own)}
    session, merged, found = Session(settings), _merged(own, list(said)), set[int]()
    for number, (at_s, body) in enumerate(merged.rows):
        outputs = session.step(Input(at_s=at_s, number=number, body=body))
        if any(isinstance(o, Refused) for o in outputs):
            found.add(merged.added.get(number, places.get(id(body), 0)))
    return found
