"""What is kept beside a session once it is over, from one fold of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from biocoach.review import sessions, thin
from biocoach.settings import Settings
from biocoach.store import Journal, Reader, SessionRow
from biocoach.types import Ecg, Entry

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """``summary``: what later sessions know of it; ``thin``: what reports tell."""

    summary: Json
    thin: Json


def summed(name: str, entries: Sequence[Entry], settings: Settings) -> Summed:
    """Of a session's entries without its ECG, from one fold."""
    record = sessions.folded(entries, settings)
    told = sessions.reviewed(name, entries, record, settings)
    return Summed(
        summary=sessions.summarised(name, entries, record, settings),
        thin=thin.thin(told, entries[0].settings_hash),
    )


class Keeps(Protocol):
    """A journal, or a clinic's copy of one."""

    def put_summary(self, session: str, document: Json) -> None: ...

    def put_thin_review(self, session: str, made_by: str, document: Json) -> None: ...


def keep(journal: Keeps, name: str, found: Summed, settings: Settings) -> None:
    """Written anew. Raises StoreError."""
    journal.put_summary(name, found.summary)
    journal.put_thin_review(name, thin.made_by(settings), found.thin)


def sum_up(journal: Journal, name: str, settings: Settings) -> None:
    """Its summary and its thin review, folded in this process. Raises StoreError."""
    keep(journal, name, summed(name, told_in(journal, name), settings), settings)


def told_in(journal: Reader, name: str) -> list[Entry]:
    """A session's entries without its ECG, which says nothing in a fold, and would take most of
    the memory. Raises StoreError."""
    return [e for e in journal.read(name) if not isinstance(e.body, Ecg)]


def not_summed_up(journal: Reader, settings: Settings) -> tuple[list[SessionRow], list[SessionRow]]:
    """Closed sessions without a summary, and those whose summary an earlier version or other
    settings made; the oldest first. Raises StoreError."""
    known, wanted = journal.summaries(), sessions.made_by(settings)
    closed = [row for row in journal.sessions() if row.closed]
    missing = [row for row in closed if row.session not in known]
    stale = [
        row
        for row in closed
        if row.session in known and known[row.session].get("made_by") != wanted
    ]
    return missing, stale


def sum_up_missing(
    journal: Journal, settings: Settings, tell: Callable[[int, int], None] = lambda *_: None
) -> int:
    """Every closed session has a summary of today's making after it; how many were made.
    ``tell``: how many are done, of how many; never called where none is. Raises StoreError."""
    missing, stale = not_summed_up(journal, settings)
    rows = [*missing, *stale]
    for done, row in enumerate(rows):
        tell(done, len(rows))
        sum_up(journal, row.session, settings)
    if rows:
        tell(len(rows), len(rows))
    return len(rows)
