"""A therapist's answer on the page: opened, shown item by item, and taken item by item.

The same checks and the same ways as ``biocoach reply``. Nothing applies by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from biocoach.cli.accepting import Accepting
from biocoach.cli.facts import LOCKED, NOT_WRITTEN
from biocoach.cli.in_thread import to_its_end
from biocoach.sharing.proposed import proposed
from biocoach.sharing.replies import CAME, CHANGE, NOTE, ReplyError, came_in, open_reply
from biocoach.store import Journal, StoreError
from dashboard.ports import Outcome

Json = dict[str, Any]
STILL = Outcome(why="still_share")


class AnswerDesk:
    """The dashboard's ``Answers``. ``opened`` and ``closing`` are of the house. One thing at a
    time: no item is accepted twice, and nothing is written under closing."""

    def __init__(
        self, accepting: Callable[[Journal], Accepting], still: Callable[[], bool]
    ) -> None:
        self._accepting = accepting
        self._still = still
        self._turn = asyncio.Lock()
        self._journal: Journal | None = None

    async def opened(self, journal: Journal) -> None:
        async with self._turn:
            self._journal = journal

    async def closing(self) -> None:
        async with self._turn:
            self._journal = None

    async def view(self) -> Json | Outcome:
        return await self._read(_view)

    async def come(self, sealed: bytes) -> Json | Outcome:
        def work(journal: Journal) -> Json | Outcome:
            try:
                came = open_reply(journal, sealed)
            except ReplyError as error:
                return Outcome(why=error.why)
            return {"ok": True, "id": came.id, "new": came.new}

        return await self._read(work)

    async def answer(self, reply: str, item: str, answer: str) -> Outcome:
        if self._still():
            return STILL
        async with self._turn:
            if self._journal is None:
                return LOCKED
            try:
                return await self._accepting(self._journal).answer(reply, item, answer)
            except StoreError:
                return NOT_WRITTEN

    async def _read(self, work: Callable[[Journal], Json | Outcome]) -> Json | Outcome:
        if self._still():
            return STILL
        async with self._turn:
            journal = self._journal
            if journal is None:
                return LOCKED
            try:
                return await to_its_end(lambda: work(journal))
            except StoreError:
                return NOT_WRITTEN


def _view(journal: Journal) -> Json:
    ladders = (journal.fact("ladders") or {}).get("ladders", [])

    def told(item: Json) -> Json:
        if item["kind"] == CHANGE:
            return {key: item[key] for key in ("id", "kind", "answer", "reason")} | proposed(
                item, ladders
            )
        if item["kind"] == NOTE:
            known = journal.summary(item["session"]) or {}
            return item | {
                "title": known.get("step_title") or "", "began_utc": known.get("started_utc", ""),
            }  # fmt: skip
        return item

    rows = came_in(journal.facts(CAME))
    return {
        "answers": [
            {key: row[key] for key in ("id", "by", "made_utc")}
            | {"items": [told(item) for item in row["items"]]}
            for row in rows
        ]
    }
