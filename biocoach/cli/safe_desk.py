"""Nothing lost, no one in, on the page: backups, recovery words, the passphrase, and erasing.

A backup is made once a session is over, or at the start where one is missing; in a child, beside
everything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from biocoach.cli.backing_up import MODULE, ask
from biocoach.cli.erasing import in_what_was_put_aside, session_in
from biocoach.cli.facts import LOCKED
from biocoach.cli.in_thread import to_its_end
from biocoach.cli.keyhole import PAGE_WORDS
from biocoach.clock import Clock, moment_of
from biocoach.sandbox import Child
from biocoach.store import Journal, Key, Locked, StoreError, Trouble, Vault
from biocoach.store.backup import backups_in
from biocoach.store.days import new_vault, want_anew, wants_anew
from dashboard.ports import Outcome

Json = dict[str, Any]
AGAIN_S = 20.0  # until something that could not be done is tried again
BUSY, NOT_THERE = Outcome(why="wrong_phase"), Outcome(why="not_there")
SIMULATED = Outcome(why="simulated")
NOT_CHANGED = Outcome(why="not_changed")
NOT_ERASED, LEFT_ASIDE = "not_erased", "left_aside"
ASKED = (3, 10)  # of the words, to see that they were written down


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """The record that is open. ``vault`` opens ``folder`` by ``key``."""

    journal: Journal
    folder: Path
    vault: Vault
    key: Key
    simulated: bool


class SafeDesk:
    """The dashboard's ``Safe``. ``busy``: a session of the person's own is under way; ``left``: the
    record is to be closed and all of it erased; ``changed``: what the sessions taught has."""

    def __init__(
        self,
        clock: Clock,
        *,
        busy: Callable[[], bool],
        left: Callable[[], object],
        changed: Callable[[], Any],
        child: Callable[[], Child] = lambda: Child(MODULE),
    ) -> None:
        self._clock, self._busy, self._left, self._changed = clock, busy, left, changed
        self._child = child
        self._turn = asyncio.Lock()
        self._due = asyncio.Event()
        self._open: Open | None = None
        self._unscrubbed = False
        self._why = ""  # of the last backup that failed
        self._words: tuple[str, ...] = ()

    # ---- the house's

    async def opened(self, record: Open) -> None:
        """Raises StoreError."""
        self._open, self._words, self._why = record, (), ""
        self._unscrubbed = wants_anew(record.folder)  # it was cut off while it erased
        if not record.simulated and await asyncio.to_thread(_is_missing, record):
            self._due.set()

    async def closing(self) -> None:
        async with self._turn:
            self._open, self._words = None, ()
            self._due.clear()

    def session_over(self) -> None:
        """Soon a backup is made."""
        if self._open is not None and not self._open.simulated:
            self._due.set()

    async def run(self) -> None:
        """Makes backups while the record is open, until it is cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            if not (self._unscrubbed and self._busy()):  # it would hold up what is recorded
                await self._scrub()
                await self._back_up()
            if self._unscrubbed or (self._why and self._erasing):
                # Erasing is not given up; a backup alone waits for the next session.
                await self._clock.sleep_until(self._clock.now_s() + AGAIN_S)
                self._due.set()

    @property
    def _erasing(self) -> bool:
        return self._open is not None and wants_anew(self._open.folder)

    # ---- the page's

    async def view(self) -> Json | Outcome:
        record = self._open
        if record is None:
            return LOCKED
        return await asyncio.to_thread(self._view, record)

    async def back_up(self) -> Json | Outcome:
        record = self._open
        if record is None or record.simulated:
            return SIMULATED if record else LOCKED
        await self._back_up()
        return await self.view()

    async def new_words(self, passphrase: str) -> Json | Outcome:
        """``words``, kept once they are given back."""
        record = self._open
        if record is None or self._refuses(record):
            return self._refuses(record) or LOCKED
        refused = await asyncio.to_thread(_check, record, passphrase)
        if refused:
            return Outcome(why=refused)
        self._words = record.vault.new_words()
        return {"ok": True, "words": list(self._words), "asked": list(ASKED)}

    async def keep_words(self, given: list[str]) -> Outcome:
        """``given``: the words that were asked for."""
        record, words = self._open, self._words
        if record is None:
            return LOCKED
        if not words:
            return Outcome(why="words_gone")
        if [word.strip().lower() for word in given] != [words[place - 1] for place in ASKED]:
            return Outcome(why="other_word")
        self._words = ()
        return await self._settle(
            record, lambda: record.vault.keep_words(record.key, " ".join(words))
        )

    async def new_passphrase(self, old: str, new: str) -> Outcome:
        record = self._open
        if record is None or self._refuses(record):
            return self._refuses(record) or LOCKED
        refused = await asyncio.to_thread(_check, record, old)
        if refused:
            return Outcome(why=refused)
        return await self._settle(record, lambda: record.vault.set_passphrase(record.key, new))

    async def erase_session(self, session: str) -> Outcome:
        record = self._open
        if record is None or self._busy():
            return BUSY if record else LOCKED
        async with self._turn:
            if self._busy():  # a session has begun while a backup was being made
                return BUSY
            why = await to_its_end(lambda: self._erase(record, session))
        if why in ("", LEFT_ASIDE):
            self._due.set()
            await self._changed()
        return Outcome(why=why)

    async def erase_all(self, passphrase: str) -> Outcome:
        """The record closes, and everything is erased by the house."""
        record = self._open
        if record is None or self._busy():
            return BUSY if record else LOCKED
        refused = "" if record.simulated else await asyncio.to_thread(_check, record, passphrase)
        if not refused:
            self._left()
        return Outcome(why=refused)

    # ---- inside

    def _view(self, record: Open) -> Json:
        backups = [] if record.simulated else backups_in(record.folder)
        return {
            "simulated": record.simulated,
            "plain": record.key.plain,
            "passphrase": record.vault.has_passphrase(),
            "recovery": record.vault.has_recovery(),
            "why": self._why,
            "working": self._due.is_set() or self._turn.locked(),
            "backups": [
                {"made_utc": b.made_utc, "bytes": b.size, "name": b.path.name} for b in backups
            ],
        }

    def _refuses(self, record: Open | None) -> Outcome | None:
        if record is None:
            return LOCKED
        if record.simulated:
            return SIMULATED
        return Outcome(why="plain") if record.key.plain else None

    async def _settle(self, record: Open, write: Callable[[], Locked | None]) -> Outcome:
        """A new way in, of the backups too: an old one opens none of them."""

        def work() -> tuple[str, bool]:
            refused = write()
            if refused is not None:
                return PAGE_WORDS.get(refused.why, refused.why.value), True
            try:
                new_vault(record.folder)
            except StoreError:
                return "", False
            return "", True

        async with self._turn:
            try:
                why, followed = await to_its_end(work)
            except StoreError:
                return NOT_CHANGED
        if not followed:  # done is done: with the next backup all of them follow
            self._due.set()
        return Outcome(why=why)

    def _erase(self, record: Open, session: str) -> str:
        if not record.journal.is_closed(session):
            return "not_there"
        try:
            want_anew(record.folder)
            session_in(record.journal, session)
        except StoreError as error:
            if error.code is not Trouble.LOCKED or record.journal.has_session(session):
                return NOT_ERASED
            self._unscrubbed = True  # somebody read meanwhile: what is left goes in a moment
        work = partial(session_in, session=session)
        _, left = in_what_was_put_aside(record.folder, record.key, self._clock, work)
        return LEFT_ASIDE if left else ""

    async def _scrub(self) -> None:
        async with self._turn:
            record = self._open
            if record is not None and self._unscrubbed:
                with suppress(StoreError):
                    await to_its_end(record.journal.scrub)
                    self._unscrubbed = False

    async def _back_up(self) -> None:
        async with self._turn:
            record = self._open
            if record is None or record.simulated:
                return
            child, now = self._child(), self._clock.wall().astimezone()
            self._why = await to_its_end(
                lambda: ask(child, record.folder, record.key, now), child.kill
            )


def _check(record: Open, passphrase: str) -> str:
    """Why not, as a code; nothing is asked where nothing was chosen."""
    if not record.vault.has_passphrase():
        return ""
    refused = record.vault.check(passphrase)
    return "" if refused is None else PAGE_WORDS.get(refused.why, refused.why.value)


def _is_missing(record: Open) -> bool:
    """A session ended after the newest backup was made, or something was erased."""
    if wants_anew(record.folder):
        return True
    over = [moment_of(row.last_utc) for row in record.journal.sessions() if row.closed]
    backups = backups_in(record.folder)
    return bool(over) and (not backups or moment_of(backups[0].made_utc) < max(over))
