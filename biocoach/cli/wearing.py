"""What is worn, or stands for it: the source that runs, and what a page may do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from biocoach.cli.choice import Choice, chosen, remembered
from biocoach.cli.screen import Screen
from biocoach.store import HeldError, Journal, StoreError
from dashboard.ports import Outcome
from devices import SourceSpec
from devices.strap_words import Wishes

Json = dict[str, Any]
SCAN_S = 6.0


class Wearing:
    """``choice`` is what runs; ``changed`` is set once another was made, or none.

    ``hold`` takes the data folder of real or simulated sessions (raises HeldError), ``keep`` puts
    a fact into the open record, ``busy`` says that a session of the person's own is under way.
    """

    def __init__(
        self,
        choice: Choice,
        screen: Screen,
        *,
        hold: Callable[[bool], None],
        keep: Callable[[str, Json], Awaitable[Outcome]],
        busy: Callable[[], bool],
        say: Callable[[str], None],
    ) -> None:
        self.choice = choice
        self.changed = asyncio.Event()
        self.wishes = Wishes()
        self._screen = screen
        self._hold = hold
        self._keep = keep
        self._busy = busy
        self._say = say

    async def opened(self, choice: Choice, journal: Journal) -> SourceSpec | None:
        """The source to run with this record; None where no strap is known yet."""
        if choice.strap is not None:
            await self._remember(choice.strap, journal)
        ecg = await asyncio.to_thread(journal.fact, "ecg") or {}
        self.wishes.ecg = bool(ecg.get("on"))
        if choice.spec is not None:
            return choice.spec
        return remembered(await asyncio.to_thread(journal.fact, "strap"))

    async def _remember(self, strap: Json, journal: Journal) -> None:
        """A strap that was chosen is kept in the record of real sessions, which is open now."""
        try:
            await asyncio.to_thread(journal.put_fact, "strap", strap)
        except StoreError as error:
            self._say(f"The strap is used, but could not be remembered: {error}.")

    # ---- what a page may do

    async def choose(self, source: str) -> Outcome:
        """Run another source: a strap is remembered; the virtual one has its own store."""
        spec = chosen(source)
        if spec is None:
            return Outcome(why="not_found")
        if self._busy():
            return Outcome(why="wrong_phase")
        try:
            self._hold(spec.simulated)
        except HeldError:
            return Outcome(why="in_use")
        self._run(Choice(spec=spec, strap=self._fact_of(spec)))
        return Outcome()

    async def forget(self) -> Outcome:
        """The remembered strap is a stranger again; no strap joins until one is chosen."""
        if self._busy():
            return Outcome(why="wrong_phase")
        outcome = await self._keep("strap", {})
        if not outcome.why and not self.choice.simulated:
            self._run(Choice(spec=None))
        return outcome

    async def ask_ecg(self, on: bool) -> Outcome:
        """Ask the strap for its ECG from now on, or no more: it costs the strap's battery."""
        outcome = await self._keep("ecg", {"on": on})
        if not outcome.why:
            self._screen.ecg(on)
            self.wishes.ecg = on
        return outcome

    def still(self, on: bool) -> None:
        """Whether nothing is to be streamed: the strap is on an errand."""
        self.wishes.still = on

    async def scan(self) -> Json:
        """Look for straps near; what was found goes to every page."""
        from devices.radio import scan
        from devices.strap_words import DeviceError

        try:
            found = [asdict(f) for f in await scan(SCAN_S)]
        except DeviceError as error:
            return self._screen.found([], error.reason)
        return self._screen.found(found, "")

    def _run(self, choice: Choice) -> None:
        self.choice = choice
        self.changed.set()

    def _fact_of(self, spec: SourceSpec) -> Json | None:
        if spec.kind != "ble":
            return None
        return {"address": spec.target, "name": self._screen.found_name(spec.target)}
