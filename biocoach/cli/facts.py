"""Writing the person's facts into the record that is open now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from biocoach.store import Journal, StoreError
from dashboard.ports import Outcome

Json = dict[str, Any]
LOCKED, NOT_WRITTEN = Outcome(why="locked"), Outcome(why="not_recording")


class Facts:
    """``record``: the journal that is open, or None."""

    def __init__(self, record: Callable[[], Journal | None]) -> None:
        self._record = record

    async def put(self, name: str, value: Json) -> Outcome:
        journal = self._record()
        if journal is None:
            return LOCKED
        try:
            await asyncio.to_thread(journal.put_fact, name, value)
        except StoreError:
            return NOT_WRITTEN
        return Outcome()

    async def replace(self, name: str, value: Json) -> Outcome:
        """Only the latest is kept, and the log is emptied of those before it."""
        journal = self._record()
        if journal is None:
            return LOCKED
        try:
            await asyncio.to_thread(journal.replace_fact, name, value)
        except StoreError:
            return NOT_WRITTEN
        with suppress(StoreError):  # somebody reads: it is emptied at the next change or closing
            await asyncio.to_thread(journal.scrub_log)
        return Outcome()
