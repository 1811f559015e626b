"""A progress-note draft of the record that is open: gathers what its rules are given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

from biocoach.exposure.measures import Total
from biocoach.exposure.shipped_forms import shipped_scales
from biocoach.review.note.draft import Kind, note_draft
from biocoach.review.note.says import Material
from biocoach.review.note.words import shipped_words
from biocoach.settings import LearningSettings
from dashboard.ports import Outcome

Json = dict[str, Any]
OF_TOTAL = tuple(field.name for field in fields(Total))


class NoteDrafting:
    """The dashboard's ``NoteDrafts``. ``sessions``: the newest first, as the page lists them;
    ``ladders`` and ``measures`` as their views give them."""

    def __init__(
        self,
        sessions: Callable[[], list[Json]],
        ladders: Callable[[], Awaitable[Json | Outcome]],
        measures: Callable[[], Json | Outcome],
        settings: LearningSettings,
    ) -> None:
        self._sessions = sessions
        self._ladders = ladders
        self._measures = measures
        self._settings = settings

    async def draft(self, kind: str, since: str, until: str, talk: str) -> Json | Outcome:
        ladders = await self._ladders()
        if isinstance(ladders, Outcome):
            return ladders
        found = ladders["ladders"]
        return await asyncio.to_thread(lambda: self._draft(Kind(kind), since, until, talk, found))

    def _draft(
        self, kind: Kind, since: str, until: str, talk: str, ladders: list[Json]
    ) -> Json | Outcome:
        measures = self._measures()
        if isinstance(measures, Outcome):
            return measures
        material = Material(
            summaries=[s for s in reversed(self._sessions()) if not s.get("still")],
            since=since,
            until=until,
            ladders=ladders,
            totals=[_total(row) for row in measures["totals"]],
            scales=shipped_scales(),
            talk=talk,
            settings=self._settings,
        )
        return note_draft(kind, material, shipped_words()) | {"simulated": measures["simulated"]}


def _total(row: Json) -> Total:
    """As the view tells it, in which None stands for what there is not."""
    told: Json = {name: "" if row[name] is None else row[name] for name in OF_TOTAL}
    return Total(**told)
