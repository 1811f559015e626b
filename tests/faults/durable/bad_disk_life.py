"""A session on a disk that stops to take, and takes again; with the screen that tells the page.

Time stands while the journal's thread works, so that the clock tells how long the program took to
say what it knew; to that comes what the database waits for a lock.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from biocoach.cli.screen import Screen
from biocoach.running import Running, Step
from biocoach.runtime import Runtime
from biocoach.settings import CareSettings
from biocoach.store import Journal, StoreError, open_store
from biocoach.types import Entry, Fit, Mark, MarkKind, Rating
from dashboard.hub import Hub
from tests.faults.durable.children import Say
from tests.faults.durable.jumping import JumpClock, run_jumping
from tests.faults.durable.life import PLAN, Life, Teller, digest, ended

GOOD_S = 15.0
FIT = Fit(with_therapist=True)


class ScreenAndTeller(Teller):
    """The screen of the page; and what was shown is said."""

    def __init__(self, say: Say, screen: Screen) -> None:
        super().__init__(say)
        self._screen = screen

    def began(self, running: Running) -> None:
        super().began(running)
        self._screen.began(running)

    def stepped(self, running: Running, steps: Sequence[Step]) -> None:
        super().stepped(running, steps)
        self._screen.stepped(running, steps)

    def care(self, running: Running, steps: Sequence[Step]) -> None:
        self._screen.care(running, steps)

    def closed(self, running: Running) -> None:
        self._screen.closed(running)

    def recording(self, ok: bool, why: str) -> None:
        self._screen.recording(ok, why)


@dataclass(slots=True)
class Book:
    """The journal; each append that was refused is said, with the clock's time."""

    journal: Journal
    clock: JumpClock
    say: Callable[[str], None]

    def append(self, new: Sequence[Entry]) -> list[Entry]:
        self.say(" ".join(["tries", *map(digest, new)]))
        try:
            return self.journal.append(new)
        except StoreError as error:
            self.say(f"refused {self.clock.now_s():.3f} {error.code}: {error}")
            raise


@dataclass(frozen=True, slots=True)
class BadDiskLife:
    """``life`` says where and who; ``asks`` for a bad disk and a good one, and waits for each."""

    life: Life
    bad_s: float

    def live(self, say: Say) -> None:
        run_jumping(self._live(say), self.life.seed)

    async def _live(self, say: Say) -> None:
        clock = JumpClock(self.life.zero_s, self.life.boot_id, asyncio.get_running_loop())
        hub = Hub()
        screen = Screen(hub, version="1", care=CareSettings(), say=lambda _: None)
        screen.opened(fit=FIT, plain=False, simulated=True, strap="", linked=True, ecg=False,
                      choice_speed=1.0)  # fmt: skip
        journal = open_store(self.life.folder, self.life.key, writer="life", clock=clock)
        runtime = self.life.runtime(
            journal, Book(journal, clock, say), ScreenAndTeller(say, screen), clock
        )
        tasks = {
            asyncio.create_task(runtime.run()),
            asyncio.create_task(_look_at_page(hub, clock, say)),
            asyncio.create_task(self._talk(runtime, say)),
        }
        await ended(tasks)  # the talk, unless another of them failed
        journal.close()

    async def _talk(self, runtime: Runtime, say: Say) -> None:
        await asyncio.sleep(1.0)
        for word in (PLAN, Mark(kind=MarkKind.APART)):
            await runtime.submit(word)
        await asyncio.sleep(GOOD_S)
        say.ask("break")
        await asyncio.sleep(self.bad_s)
        receipt = await runtime.submit(Mark(kind=MarkKind.TOO_MUCH))
        say(f"too much: {receipt.number is not None} {receipt.why}")
        say(f"rating: {(await runtime.submit(Rating(suds=40))).why}")
        await asyncio.sleep(1.0)
        say.ask("mend")
        await asyncio.sleep(GOOD_S)
        say(f"rating after: {(await runtime.submit(Rating(suds=30))).why}")


async def _look_at_page(hub: Hub, clock: JumpClock, say: Say) -> None:
    """Says when the page was told whether it is being recorded."""
    page, before = hub.join(), True
    while True:
        text = await page.next() or hub.snapshot_text()
        told = json.loads(text)
        app = told.get("state", told.get("set", {})).get("app")
        if app and app["recording"] is not before:
            before = app["recording"]
            say(f"page {clock.now_s():.3f} {before} {app['recording_why']}")
