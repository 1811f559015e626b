"""Keeps a clinic's copy up to date beside everything else, and says how it stands.

It reads through a connection of its own, in a thread, so that nothing live waits for it; a round
that is left in the middle is found out by the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from biocoach.clock import Clock, iso_utc
from biocoach.store import StoreError
from biocoach.syncing import round as rounds
from biocoach.syncing.membership import Member
from biocoach.syncing.messages import AWAY, STAYS, STORE, Trouble
from biocoach.syncing.ports import Clinic, Local
from biocoach.syncing.wire import Position

T = TypeVar("T")
Threading = Callable[[Callable[[], object]], Awaitable[object]]
SOON_S = 15.0  # between rounds, while there is something new
LOOK_S = 600.0  # between rounds in which there is nothing to say
CALL_S = 180.0  # the longest that one message may take, however slowly its answer drips


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``state``: off (nobody's), waiting (for the first round), working, up_to_date, trouble.
    ``at_utc``: of the last round that came to its end; "" in this run: none yet. ``behind``: lines
    that the clinic has not. ``why``: a code of ``messages.CODES``."""

    state: str = "off"
    at_utc: str = ""
    behind: int = 0
    why: str = ""


async def in_time(asked: Awaitable[T]) -> T | Trouble:
    """What a clinic says; AWAY where its answer takes longer than CALL_S."""
    try:
        async with asyncio.timeout(CALL_S):
            return await asked
    except TimeoutError:
        return Trouble(code=AWAY, detail="too slow")


class Synchroniser:
    """``in_thread`` runs work that is never left behind; ``tell`` is told each new standing."""

    def __init__(
        self,
        clinic: Clinic,
        local: Local,
        clock: Clock,
        *,
        in_thread: Threading,
        tell: Callable[[Standing], object],
    ) -> None:
        self._clinic, self._local, self._clock = clinic, local, clock
        self._in_thread, self._tell = in_thread, tell
        self._wake = asyncio.Event()
        self._at = Position()
        self._settled: frozenset[str] | None = None
        self._whole_s: float | None = None  # of the last one that looked through all
        self._wait_s = SOON_S
        self.standing = Standing()

    def changed(self) -> None:
        """Joined, left, or agreed to something else: a round begins at once."""
        self._settled, self._wait_s = None, SOON_S
        self._wake.set()

    async def run(self) -> None:
        """While the record is open, until it is cancelled."""
        while True:
            self._wake.clear()
            member = self._local.member()
            if member is None:
                self._say(Standing())
                await self._wake.wait()
                continue
            await self._sleep(await self._turn(member))

    async def _turn(self, member: Member) -> float:
        """One round, where one is due. How long to wait until the next turn, in seconds."""
        try:
            behind, due = await self._thread(lambda: self._due(member))
            if not due:
                return SOON_S
            self._say(self._now("working", behind))
            came = await self._round(member)
            left = await self._thread(lambda: self._local.behind(came.at))
        except StoreError as error:
            return self._failed(Trouble(code=STORE, detail=error.code.value), None)
        if self._local.member() is None:
            return 0.0  # it was left meanwhile
        if came.trouble is not None:
            return self._failed(came.trouble, left if came.at.seq else None)
        self._at, self._settled = came.at, came.items
        self._wait_s = SOON_S
        at_utc = iso_utc(self._clock.wall())
        self._say(Standing(state="up_to_date", at_utc=at_utc, behind=left))
        return SOON_S

    def _due(self, member: Member) -> tuple[int, bool]:
        """How far the copy is behind, and whether there is anything to say, or to ask again. Now
        and then all is looked through: what was given up here may have been done there later."""
        behind = self._local.behind(self._at)
        if self._whole_s is None or self._clock.now_s() - self._whole_s >= LOOK_S:
            self._settled = None
        if self._settled is None or behind:
            return behind, True
        gone = self._local.to_take(member.journal, member.items, whole=False)
        return behind, gone is not None

    async def _round(self, member: Member) -> rounds.Came:
        """Each step of the record in a thread, each word to the clinic from here."""
        whole = self._settled is None
        running = rounds.begin(self._local, member, self._settled)
        self._settled = None  # until it has come to its end
        heard: rounds.Heard | None = None
        try:
            while True:
                step = await self._thread(partial(_step, running, heard))
                if isinstance(step, rounds.Came):
                    if whole and step.items is not None:
                        self._whole_s = self._clock.now_s()
                    return step
                # A new journal may have been begun; the token is the same.
                heard = await in_time(rounds.say(self._clinic, member.token, step))
        finally:
            running.close()

    def _failed(self, trouble: Trouble, behind: int | None) -> float:
        """Longer each time: 15 s to 10 minutes; what only a person can end waits long at once."""
        known = self.standing.behind if behind is None else behind
        self._say(self._now("trouble", known, trouble.code))
        if trouble.code in STAYS:
            return LOOK_S
        waits, self._wait_s = self._wait_s, min(LOOK_S, 2 * self._wait_s)
        return waits

    def _now(self, state: str, behind: int, why: str = "") -> Standing:
        return Standing(state=state, at_utc=self.standing.at_utc, behind=behind, why=why)

    def _say(self, standing: Standing) -> None:
        if standing != self.standing:
            self.standing = standing
            self._tell(standing)

    async def _thread(self, work: Callable[[], T]) -> T:
        return await self._in_thread(work)  # type: ignore[return-value]

    async def _sleep(self, seconds: float) -> None:
        """Until then, or until something was changed."""
        sleeping = asyncio.ensure_future(self._clock.sleep_until(self._clock.now_s() + seconds))
        waking = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()


def _step(running: rounds.Round, heard: rounds.Heard | None) -> rounds.Said | rounds.Came:
    """The next message, or what came of the round."""
    try:
        return next(running) if heard is None else running.send(heard)
    except StopIteration as end:
        came: rounds.Came = end.value
        return came
