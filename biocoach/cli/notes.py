"""What is written into forms, over one open record: sheets, totals, separations, notes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from biocoach.cli.margin import Margin
from biocoach.cli.measuring import Measuring
from biocoach.cli.note_desk import NoteDesk
from biocoach.cli.notebook import Notebook
from biocoach.cli.parting import Parting
from biocoach.settings import LearningSettings
from biocoach.store import Journal


class Notes:
    """``base``, ``watch``, ``waits``: see ``Notebook``."""

    def __init__(
        self,
        base: Path,
        wall: Callable[[], datetime],
        settings: LearningSettings,
        *,
        watch: Callable[[list[str], Journal], Awaitable[object]],
        waits: Callable[[], str],
        desk: NoteDesk | None = None,
    ) -> None:
        self._desk = desk or NoteDesk()
        self.worksheets = Notebook(base, self._desk, wall, watch, waits)
        self.measures = Measuring(self._desk, wall, settings)
        self.margin = Margin(self._desk, wall)
        self.separations = Parting(self._desk, wall)

    async def opened(self, journal: Journal, *, simulated: bool) -> None:
        """Raises StoreError."""
        await self._desk.opened(journal, simulated=simulated)

    async def closing(self) -> None:
        await self._desk.closing()
