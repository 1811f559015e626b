"""A shared record, served read-only: the real readers over a journal in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import uuid4

from biocoach.cli import reading_pages
from biocoach.cli.laddering import Laddering
from biocoach.cli.margin import Margin
from biocoach.cli.measuring import Measuring
from biocoach.cli.note_desk import NoteDesk
from biocoach.cli.note_drafting import NoteDrafting
from biocoach.cli.notebook import Notebook
from biocoach.cli.reading_desk import Client
from biocoach.cli.reading_margin import ReadingMargin
from biocoach.cli.reading_pages import FIT, app_slice, keeps_no_fact, watches_no_sign
from biocoach.cli.readings import Readings
from biocoach.clock import Clock, iso_utc
from biocoach.settings import Settings
from biocoach.sharing.people import identity_in
from biocoach.sharing.replies import draft_in, keep_draft, lines_of_draft, why_not_change
from biocoach.store import Journal, StoreError
from biocoach.store.bundle import Kind, Manifest, pack
from biocoach.store.folder import write_private_bytes
from dashboard.hub import Hub
from dashboard.ports import Outcome

Json = dict[str, Any]


class ReadingHouse:
    """The dashboard's ``Reading``. ``own``: the therapist's record; ``out``: where replies go."""

    def __init__(
        self, clients: Sequence[Client], own: Journal, clock: Clock, hub: Hub, folder: Path
    ) -> None:
        self._clients = {client.id: client for client in clients}
        self._own = own
        self._clock = clock
        self._hub = hub
        self._lock = RLock()
        self._now: Client | None = None
        settings = Settings()
        self.readings = Readings(clock, settings)
        self._desk = NoteDesk()
        self.worksheets = Notebook(folder, self._desk, clock.wall, watches_no_sign, lambda: "")
        self.measures = Measuring(self._desk, clock.wall, settings.learning)
        theirs = Margin(self._desk, clock.wall)
        self.margin = ReadingMargin(theirs, own, lambda: self._open_id, clock.wall, self._lock)
        self.ladders = Laddering(
            fact=self.readings.fact, replace=keeps_no_fact, record=lambda: self._now,
            practised=self.readings.practised, urged=self.readings.urged, fit=lambda: FIT,
            waits=lambda: "", simulated=lambda: self._simulated, wall=clock.wall,
            care=settings.care,
        )  # fmt: skip
        self.note_drafts = NoteDrafting(
            self.readings.sessions, self.ladders.view, self.measures.measures, settings.learning
        )
        hub.reset({"app": self._app()})
        if len(clients) == 1:
            self.open(clients[0].id)

    # ---- the port

    def view(self) -> Json:
        today = self._clock.wall().astimezone().date()
        with self._lock:
            draft = draft_in(self._own, self._open_id) if self._now else None
        return {
            "clients": [client.told(today) for client in self._clients.values()],
            "open": self._open_id or None,
            "draft": draft,
        }

    def open(self, client: str) -> Outcome:
        found = self._clients.get(client)
        if found is None:
            return Outcome(why="not_there")
        with self._lock:
            if self._now is not found:
                simulated = found.manifest.simulated
                asyncio.run(self._reopen(found, simulated=simulated))
        self._hub_soon()
        return Outcome()

    def keep(self, practise: str, changes: list[Json]) -> Outcome:
        if self._now is None:
            return Outcome(why="not_there")
        if any(why_not_change(change) for change in changes):
            return Outcome(why="unfit")
        with self._lock:
            draft = draft_in(self._own, self._open_id)
            try:
                new = draft | {"practise": practise, "changes": changes}
                keep_draft(self._own, self._open_id, new)
            except StoreError:
                return Outcome(why="not_recording")
        return Outcome()

    def make_reply(self) -> Json | Outcome:
        now = self._now
        if now is None:
            return Outcome(why="not_there")
        with self._lock:
            draft = draft_in(self._own, now.id)
            if not (draft["notes"] or draft["practise"].strip() or draft["changes"]):
                return Outcome(why="nothing_written")
            identity = identity_in(self._own)
            manifest = Manifest(
                id=uuid4().hex, kind=Kind.REPLY, made_utc=iso_utc(self._clock.wall()),
                sender=identity.address, name="", to=(now.manifest.sender,), of=now.id,
                simulated=now.manifest.simulated,
            )  # fmt: skip
            target = _free(now.file)
            try:
                write_private_bytes(target, pack(manifest, lines_of_draft(draft), identity))
            except StoreError:
                return Outcome(why="not_written")
        return {"file": target.name, "folder": str(target.parent)}

    def helps(self) -> Json:
        return reading_pages.helps(self.readings)

    def titles(self) -> Json:
        return reading_pages.titles()

    # ---- inside

    @property
    def _open_id(self) -> str:
        return self._now.id if self._now else ""

    @property
    def _simulated(self) -> bool:
        return self._now is not None and self._now.manifest.simulated

    async def _reopen(self, client: Client, *, simulated: bool) -> None:
        await self._desk.closing()
        self.readings.close()
        self._now = client
        self.readings.open(client.journal.reader(), simulated=simulated)
        await self._desk.opened(client.journal, simulated=simulated)

    def _app(self) -> Json:
        now, reading = self._now, None
        if now is not None:
            begin, end = now.manifest.period
            reading = {"id": now.id, "name": now.name, "from": begin, "until": end}
        told = {"clients": len(self._clients), "open": reading}
        return app_slice(told, simulated=self._simulated)

    def _hub_soon(self) -> None:
        """From a route's thread the pages are told in the server's loop."""
        if self.loop is None:
            self._hub.reset({"app": self._app()})
        else:
            self.loop.call_soon_threadsafe(lambda: self._hub.reset({"app": self._app()}))

    loop: asyncio.AbstractEventLoop | None = None


def _free(file: Path) -> Path:
    """Beside the bundle, and never over an earlier reply."""
    stem = file.name.removesuffix(".biocoach")
    names = (f"{stem}.reply{'' if n == 1 else f'-{n}'}.biocoach" for n in range(1, 1000))
    return next(path for name in names if not (path := file.with_name(name)).exists())
