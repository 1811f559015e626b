"""What is kept beside a session once it is over, from one fold of it."""

from __future__ import annotations

from biocoach.review import sessions, thin
from biocoach.settings import Settings
from biocoach.store import Journal
from biocoach.types import Ecg


def sum_up(journal: Journal, name: str, settings: Settings) -> None:
    """Its summary and its thin review, written anew. Raises StoreError."""
    # The ECG says nothing in a fold, and would take most of the memory.
    entries = [e for e in journal.read(name) if not isinstance(e.body, Ecg)]
    record = sessions.folded(entries, settings)
    journal.put_summary(name, sessions.summarised(name, entries, record, settings))
    told = thin.thin(sessions.reviewed(name, entries, record, settings), entries[0].settings_hash)
    journal.put_thin_review(name, thin.made_by(settings), told)
