"""What is kept beside a session once it is over, from one fold of it."""

from __future__ import annotations

from collections.abc import Callable

from biocoach.review import sessions, thin
from biocoach.settings import Settings
from biocoach.store import Journal, SessionRow
from biocoach.types import Ecg


def sum_up(journal: Journal, name: str, settings: Settings) -> None:
    """Its summary and its thin review, written anew. Raises StoreError."""
    # The ECG says nothing in a fold, and would take most of the memory.
    entries = [e for e in journal.read(name) if not isinstance(e.body, Ecg)]
    record = sessions.folded(entries, settings)
    journal.put_summary(name, sessions.summarised(name, entries, record, settings))
    told = thin.thin(sessions.reviewed(name, entries, record, settings), entries[0].settings_hash)
    journal.put_thin_review(name, thin.made_by(settings), told)


def not_summed_up(
    journal: Journal, settings: Settings
) -> tuple[list[SessionRow], list[SessionRow]]:
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
