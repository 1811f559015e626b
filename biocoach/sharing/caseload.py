"""What to read first when you meet: facts of a client's newest bundle, against the one before.

Nobody is ranked, and nothing here is a finding: each line says what was recorded, and why it is
worth a look. A client who did not practise is a fact, not a fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from biocoach.clock import moment_of
from biocoach.exposure.measures import Change, Scale, Total, change

Json = dict[str, Any]
QUIET_DAYS = 14  # two weekly meetings without a step between them
FIRST = (
    "too_much", "away", "hard_end", "no_check_in", "measure_changed", "first_done", "no_practice",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A bundle's summaries by session, the oldest first, and its totals. ``until``:
    the day on which it was made; ``checked_in``: the session of the last check-in."""

    summaries: Mapping[str, Json]
    totals: Sequence[Total] = ()
    until: str = ""
    checked_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``what``: a code for the page's words, with ``figures`` for them; ``session`` to open."""

    what: str
    day: str = ""
    session: str = ""
    title: str = ""
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What is new since the bundle before: ``sessions``, the last ``practised`` day, and what to
    read first, in the order of ``FIRST``, the latest first."""

    sessions: int
    practised: str
    reasons: tuple[Reason, ...]


def since(now: Record, before: Record | None, scales: Sequence[Scale], today: date) -> Since:
    """``today``: the local date on which it is read."""
    old = before.summaries if before else {}
    own = [row for row in now.summaries.values() if row.get("practised")]
    new = [row for row in own if row["id"] not in old]
    done_before = {_step(row) for row in own if row["id"] in old and _done(row)}
    found = [reason for row in new for reason in _of_session(row)]
    found += _first_done(new, done_before)
    found += _no_check_in(now, new, today)
    found += _measures(now, before, scales)
    last = max((_day(row) for row in own), default="")
    found += quiet_since(last, today)
    ordered = sorted(found, key=lambda reason: reason.day, reverse=True)
    ordered.sort(key=lambda reason: FIRST.index(reason.what))
    return Since(sessions=len(new), practised=last, reasons=tuple(ordered))


def quiet_since(last: str, today: date) -> list[Reason]:
    """``last``: the last practised day as an ISO date; "" for none, of which nothing is said."""
    days = (today - date.fromisoformat(last)).days if last else 0
    if days < QUIET_DAYS:
        return []
    return [Reason(what="no_practice", day=last, figures={"days": days})]


def _of_session(row: Json) -> list[Reason]:
    told = row["practised"]
    codes = [
        *(["too_much"] if told["too_much"] else []),
        *(["away"] if told["away"] else []),
        *(["hard_end"] if row.get("hard_end") or told["hard"] else []),
    ]
    return [_reason(code, row) for code in codes]


def _first_done(rows: Sequence[Json], known: set[tuple[str, str]]) -> list[Reason]:
    seen, found = set(known), []
    for row in rows:
        if _done(row) and _step(row) not in seen:
            seen.add(_step(row))
            found.append(_reason("first_done", row))
    return found


def _measures(now: Record, before: Record | None, scales: Sequence[Scale]) -> list[Reason]:
    """Only a change that the scale's own error does not explain: from the latest total of the
    bundle before, else from the first of this one, to the latest."""
    found = []
    for scale in scales:
        own = _of_scale(now, scale)
        old = _of_scale(before, scale) if before else []
        first = old[-1] if old else (own[0] if own else None)
        if first is None or not own or own[-1].id == first.id:
            continue
        if change(scale, first.total, own[-1].total) in (Change.BETTER, Change.WORSE):
            figures = {"from": first.total, "to": own[-1].total}
            day = own[-1].day
            found.append(
                Reason(what="measure_changed", day=day, title=scale.title, figures=figures)
            )
    return found


def _of_scale(record: Record, scale: Scale) -> list[Total]:
    return sorted((t for t in record.totals if t.scale == scale.id), key=lambda t: t.day)


def _no_check_in(now: Record, rows: Sequence[Json], today: date) -> list[Reason]:
    """Asked from the next morning on, of the last practice alone; the record keeps no other."""
    last = rows[-1] if rows else None
    if last is None or not last.get("hard_end") or last["id"] == now.checked_in:
        return []
    return [_reason("no_check_in", last)] if _day(last) < (now.until or today.isoformat()) else []


def _reason(what: str, row: Json) -> Reason:
    return Reason(what=what, day=_day(row), session=row["id"], title=row.get("step_title") or "")


def _step(row: Json) -> tuple[str, str]:
    return row["practised"]["ladder"], row["practised"]["step"]


def _done(row: Json) -> bool:
    return bool(row["practised"]["done"])


def _day(row: Json) -> str:
    return row["practised"]["day"] or moment_of(row["started_utc"]).date().isoformat()
