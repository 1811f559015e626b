"""What is written and chosen in practices: for each the sheet under way, and earlier ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from biocoach.cli.facts import LOCKED
from biocoach.clock import iso_utc
from biocoach.store import StoreError
from dashboard.ports import Outcome

Json = dict[str, Any]
WORDS, DRAFTS = "words:", "draft:"  # the facts' names begin so
CHANGED = Outcome(why="changed")
NEW: Json = {"words": {}, "earlier": [], "rev": ""}
EARLIER_MAX = 30


class Sheets:
    """``fact`` reads from the open record, ``replace`` writes to it and erases what was there;
    ``record``: the one that is open, or None."""

    def __init__(
        self,
        prefix: str = WORDS,
        *,
        fact: Callable[[str], Json | None],
        replace: Callable[[str, Json], Awaitable[Outcome]],
        record: Callable[[], object | None],
        wall: Callable[[], datetime],
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._prefix = prefix
        self._fact = fact
        self._replace = replace
        self._record = record
        self._wall = wall
        self._new_id = new_id
        self._turn = asyncio.Lock()

    def read(self, practice: str) -> Json:
        """``words``, ``earlier``, and ``rev``: another after each change, "" before the first."""
        sheet = self._fact(self._prefix + practice) or {}
        return NEW | {key: sheet[key] for key in NEW if key in sheet}

    async def keep(
        self, practice: str, words: dict[str, str], *, rev: str, afresh: bool
    ) -> Json | Outcome:
        """The new ``rev``; or ``changed``, where another window has written since ``rev``.
        ``afresh``: what was there goes to the earlier ones."""

        def change(sheet: Json) -> Json | None:
            if sheet["rev"] != rev:
                return None
            known = sheet["earlier"]
            if afresh and any(sheet["words"].values()):
                known = [{"at_utc": sheet["at_utc"], "words": sheet["words"]}, *known]
            return {"words": words, "earlier": known[:EARLIER_MAX]}

        return await self._rewrite(practice, change)

    async def forget(self, practice: str, at_utc: str) -> Json | Outcome:
        """An earlier one is erased."""

        def change(sheet: Json) -> Json | None:
            kept = [row for row in sheet["earlier"] if row["at_utc"] != at_utc]
            same = len(kept) == len(sheet["earlier"])
            return None if same else {"words": sheet["words"], "earlier": kept}

        found = await self._rewrite(practice, change)
        return {} if found == CHANGED else found  # there was none of that name

    async def _rewrite(
        self, practice: str, change: Callable[[Json], Json | None]
    ) -> Json | Outcome:
        """Only the latest wording is kept, by one change at a time. What was read of a record that
        is not open any more is written nowhere."""
        async with self._turn:
            record = self._record()
            try:
                sheet = await asyncio.to_thread(self._fact, self._prefix + practice)
            except StoreError:
                return LOCKED
            if record is None or self._record() is not record:
                return LOCKED
            changed = change(NEW | {"at_utc": ""} | (sheet or {}))
            if changed is None:
                return CHANGED
            told = {"at_utc": iso_utc(self._wall()), "rev": self._new_id()}
            outcome = await self._replace(self._prefix + practice, changed | told)
            return outcome if outcome.why else {"rev": told["rev"]}
