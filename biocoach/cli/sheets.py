"""What is written and chosen in practices: for each the sheet under way, and earlier ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from biocoach.clock import iso_utc
from dashboard.ports import Outcome

Json = dict[str, Any]
WORDS = "words:"  # the facts' names begin so
LOCKED = Outcome(why="locked")
EARLIER_MAX = 30


class Sheets:
    """``fact`` reads from the open record, ``replace`` writes to it and erases what was there;
    ``record``: the one that is open, or None."""

    def __init__(
        self,
        *,
        fact: Callable[[str], Json | None],
        replace: Callable[[str, Json], Awaitable[Outcome]],
        record: Callable[[], object | None],
        wall: Callable[[], datetime],
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._fact = fact
        self._replace = replace
        self._record = record
        self._wall = wall
        self._new_id = new_id
        self._turn = asyncio.Lock()

    def read(self, practice: str) -> Json:
        sheet = self._fact(WORDS + practice) or {}
        return {"words": sheet.get("words", {}), "earlier": sheet.get("earlier", [])}

    async def keep(self, practice: str, words: dict[str, str], *, afresh: bool) -> Outcome:
        """``afresh``: what was there goes to the earlier ones."""

        def change(sheet: Json) -> Json:
            known = sheet["earlier"]
            if afresh and any(sheet["words"].values()):
                known = [{"at_utc": sheet["at_utc"], "words": sheet["words"]}, *known]
            return {"words": words, "earlier": known[:EARLIER_MAX]}

        return await self._rewrite(practice, change)

    async def forget(self, practice: str, at_utc: str) -> Outcome:
        """An earlier one is erased."""

        def change(sheet: Json) -> Json:
            kept = [row for row in sheet["earlier"] if row["at_utc"] != at_utc]
            return {"words": sheet["words"], "earlier": kept}

        if await asyncio.to_thread(self._fact, WORDS + practice) is None:
            return Outcome()  # nothing was ever written in it
        return await self._rewrite(practice, change)

    async def _rewrite(self, practice: str, change: Callable[[Json], Json]) -> Outcome:
        """Only the latest wording is kept, by one change at a time. What was read of a record that
        is not open any more is written nowhere."""
        async with self._turn:
            record = self._record()
            sheet = await asyncio.to_thread(self._fact, WORDS + practice) or {}
            if record is None or self._record() is not record:
                return LOCKED
            before = {"words": {}, "earlier": [], "at_utc": ""} | sheet
            told = {"at_utc": iso_utc(self._wall()), "rev": self._new_id()}
            return await self._replace(WORDS + practice, change(before) | told)
