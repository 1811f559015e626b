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
        return await self._write(lambda journal: journal.put_fact(name, value))

    async def replace(self, name: str, value: Json) -> Outcome:
        """Only the latest is kept, and the log is emptied of those before it."""

        def rewrite(journal: Journal) -> None:
            journal.replace_fact(name, value)
            with suppress(StoreError):  # somebody reads: at the next change, or at closing
                journal.scrub_log()

        return await self._write(rewrite)

    async def _write(self, work: Callable[[Journal], None]) -> Outcome:
        journal = self._record()
        if journal is None:
            return LOCKED
        try:
            await asyncio.to_thread(work, journal)
        except StoreError:
            return NOT_WRITTEN
        return Outcome()
