"""What a page may do with the session that is under way, and with what is known of its person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from biocoach.cli.facts import Facts
from biocoach.cli.keyhole import Keyhole
from biocoach.cli.readings import Readings
from biocoach.cli.screen import Screen
from biocoach.clock import Clock, iso_utc
from biocoach.exposure.phases import may_plan
from biocoach.opening import AGAIN
from biocoach.profile import fact_of, fit_for
from biocoach.running import Running
from biocoach.runtime import Runtime
from biocoach.settings import CareSettings
from biocoach.types import End, Fit, InputBody, Phase, Plan, SecondOpinion
from dashboard.ports import Outcome

Json = dict[str, Any]
OPENING_S = 10.0


class SessionControls:
    """The dashboard's ``Controls``. ``runs`` and ``ended`` are of the house; in between another
    strap is being chosen, or the record is locked."""

    def __init__(
        self,
        *,
        keyhole: Keyhole,
        readings: Readings,
        facts: Facts,
        screen: Screen,
        clock: Clock,
        care: CareSettings,
        simulated: Callable[[], bool],
    ) -> None:
        self._keyhole = keyhole
        self._readings = readings
        self._facts = facts
        self._screen = screen
        self._clock = clock
        self._care = care
        self._simulated = simulated
        self._opened = asyncio.Event()
        self._runtime: Runtime | None = None

    def runs(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._opened.set()

    def ended(self) -> None:
        self._opened.clear()
        self._runtime = None

    @property
    def _running(self) -> Running | None:
        return self._runtime.running if self._runtime else None

    def practising(self) -> bool:
        """In the middle of a session of the person's own: a story may be left at any time."""
        running = self._running
        if running is None:
            return False
        session = running.session
        begun = session.begun
        told = begun is not None and begun.simulated
        return session.phase not in (Phase.PLAN, Phase.CLOSED) and not told

    def fit_now(self) -> Fit | None:
        return fit_for(self._readings.fact("fit"), simulated=self._simulated())

    # ---- the session

    async def submit(self, body: InputBody) -> Outcome:
        if self._runtime is None and not self._keyhole.waiting:
            with suppress(TimeoutError):  # a start, or another strap: it takes a moment
                await asyncio.wait_for(self._opened.wait(), OPENING_S)
        if self._runtime is None:
            return Outcome(why="locked")
        receipt = await self._runtime.submit(body)
        return Outcome(why=receipt.why, number=receipt.number)

    async def give(self, session: str, opinion: SecondOpinion) -> None:
        """The adviser's word on that session, if it still runs."""
        if self._runtime is not None:
            await self._runtime.hand_in(session, opinion)

    async def may_plan(self, plan: Plan) -> str:
        """By the session that is open: the day's limits are those that it began with."""
        running = self._running
        begun = running.session.begun if running else None
        return may_plan(begun, plan, self._care) if begun else "locked"

    async def begin_anew(self, reason: str) -> None:
        """Where nothing has begun yet: the next session knows what has changed."""
        running = self._running
        if running is not None and running.session.phase is Phase.PLAN:
            await self.submit(End(reason=reason))

    # ---- the person

    async def unlock(self, passphrase: str) -> Outcome:
        return Outcome(why=await asyncio.to_thread(self._keyhole.offer, passphrase))

    async def set_fit(self, fit: Fit) -> Outcome:
        running = self._running
        phase = running.session.phase if running else Phase.PLAN
        if phase not in (Phase.PLAN, Phase.BASELINE, Phase.CLOSED):
            return Outcome(why="wrong_phase")  # a session keeps the answers that it began with
        outcome = await self.put_fact("fit", fact_of(fit))
        if not outcome.why:
            self._screen.fit(fit)
            await self.submit(End(reason="answers changed"))  # the next one begins with them
        return outcome

    async def fact(self, name: str) -> Json | None:
        return await asyncio.to_thread(self._readings.fact, name)

    async def put_fact(self, name: str, value: Json) -> Outcome:
        return await self._facts.put(name, value)

    async def teach_again(self) -> Outcome:
        """The threshold starts again: earlier answers teach no more, from the next session on."""
        outcome = await self.put_fact(AGAIN, {"at_utc": iso_utc(self._clock.wall())})
        if not outcome.why:
            await self.begin_anew("threshold again")
        return outcome

    async def keep_check_in(self, answer: Json) -> Outcome:
        """The answer, or the no, to the check-in that is due; it is asked once."""
        due = await asyncio.to_thread(self._readings.check_in)
        if due is None or due["session"] != answer["session"]:
            return Outcome(why="no_check_in")
        today = self._clock.wall().astimezone().date().isoformat()
        return await self.put_fact("check_in", answer | {"date": today})
