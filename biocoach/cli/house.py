"""The composition root of a running biocoach: folder, key, store, source, runtime, page.

It is the page's ``Controls``; what the page reads is in ``readings``, what is worn in ``wearing``,
the strap's memory in ``errands``, files from elsewhere in ``recordings``, phones in ``phones``.

One source runs at a time; choosing another ends the runtime and starts the next, in the store that
belongs to it: simulated sessions live apart and are never pooled with real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from biocoach import __version__
from biocoach.adviser import Adviser
from biocoach.cli.accepting import Accepting
from biocoach.cli.answer_desk import AnswerDesk
from biocoach.cli.awake import Awake
from biocoach.cli.belongings import Belongings, Record
from biocoach.cli.choice import Choice, NoStrap
from biocoach.cli.clinic_desk import ClinicDesk, Way
from biocoach.cli.erasing import everything_in
from biocoach.cli.errand_desk import ErrandDesk
from biocoach.cli.errand_reach import errands_through
from biocoach.cli.export_desk import ExportDesk
from biocoach.cli.facts import Facts
from biocoach.cli.held import Doorplate, Held
from biocoach.cli.in_thread import to_its_end
from biocoach.cli.keyhole import Keyhole
from biocoach.cli.listeners import All
from biocoach.cli.networks import Address, addresses_here
from biocoach.cli.phone_lock import PhoneLock
from biocoach.cli.phones import PhoneDesk
from biocoach.cli.readings import Readings
from biocoach.cli.recordings import Recordings, keeper_of
from biocoach.cli.report_desk import ReportDesk
from biocoach.cli.safe_desk import Open, SafeDesk
from biocoach.cli.screen import Screen
from biocoach.cli.share_desk import ShareDesk
from biocoach.cli.watching import Watching
from biocoach.cli.wearing import Wearing
from biocoach.clock import Clock, ScaledClock, iso_utc
from biocoach.exposure.phases import may_plan
from biocoach.opening import AGAIN, Opening
from biocoach.outlet import Streaming, open_outlets
from biocoach.profile import fact_of, fit_of
from biocoach.runtime import Listener, Runtime, Source
from biocoach.sandbox import Child
from biocoach.settings import Settings
from biocoach.store import (
    Journal,
    Key,
    StoreError,
    Vault,
    data_folder,
    open_store,
)
from biocoach.types import End, Fit, InputBody, Phase, Plan, SecondOpinion
from dashboard.hub import Hub
from dashboard.ports import Outcome
from devices import open_spec
from devices.awake import open_sleepless

Json = dict[str, Any]
OPENING_S = 10.0
HICCUP_S = 0.15  # of real time, while a simulated one runs faster


class House:
    """``say`` prints a line to the terminal."""

    def __init__(
        self,
        *,
        base: Path | None,
        clock: Clock,
        hub: Hub,
        choice: Choice,
        passphrase: str | None,
        plain: bool,
        say: Callable[[str], None],
        addresses: Callable[[], Sequence[Address]] = addresses_here,
        simulated_too: bool = False,
        clinic: Way | None = None,
        lsl: bool = False,
    ) -> None:
        """``simulated_too``: the watchdog also minds a heart that is made up, to try it. ``lsl``:
        live streams leave for other programs."""
        self._lsl = lsl
        self._base = base
        self._clock = clock
        self._hub = hub
        self._keyhole = Keyhole(passphrase=passphrase, plain=plain)
        self._say = say
        self._settings = Settings()
        self.readings = Readings(clock, self._settings)
        self.recordings = Recordings(lambda: self._begin_anew("told"))
        self._opened = asyncio.Event()
        self._runtime: Runtime | None = None
        self._journal: Journal | None = None
        self._screen = Screen(hub, version=__version__, care=self._settings.care, say=say)
        self.wearing = Wearing(
            choice, self._screen, hold=lambda told: self._held.hold(data_folder(base, told)),
            keep=self.put_fact, busy=self._practising, say=say,
        )  # fmt: skip
        self.errands = ErrandDesk(self._screen.errand, self._practising, self.wearing.still)
        self._facts = Facts(lambda: self._journal)
        record = Record(
            journal=lambda: self._journal, readings=self.readings, facts=self._facts,
            fit=self._fit_now, waits=self._screen.may_practise, wall=clock.wall,
            simulated=lambda: self.wearing.choice.simulated,
        )  # fmt: skip
        self.reports = ReportDesk(clock.wall, self._settings)
        self.exports = ExportDesk(self._settings)
        self.sharing = ShareDesk(clock.wall, lambda: self._screen.still)
        self.answers = AnswerDesk(self._accepting, lambda: self._screen.still)
        self.safe = SafeDesk(
            clock, busy=self._practising, left=self._leave_all,
            changed=lambda: self._begin_anew("erased"),
        )  # fmt: skip
        self.mine = Belongings(data_folder(base), record, self._settings, self.submit)
        self.phones = PhoneDesk(
            fact=self.readings.fact, keep=self._facts.replace, clock=clock, addresses=addresses,
            tell=self._screen.phone,
        )  # fmt: skip
        self.clinic = ClinicDesk(clinic, clock, tell=self._screen.clinic)
        self.reachable = asyncio.Event()  # there is something to show, or to ask
        self._held = Held()
        self.watching = Watching(clock, simulated_too=simulated_too)
        self._keys: dict[Path, Key] = {}
        self._to_erase: Path | None = None

    def hold(self) -> None:
        """Take the folder of the first choice. Raises HeldError while another has it;
        FolderError, StoreError."""
        self._held.hold(data_folder(self._base, self.wearing.choice.simulated))

    def announce(self, plate: Doorplate) -> None:
        """Tell other processes the way in. Raises StoreError."""
        self._held.announce(plate)

    def leave(self) -> None:
        self._held.leave()

    # ---- running

    async def run(self) -> None:
        """One choice after another, until cancelled."""
        while True:
            self.wearing.changed.clear()
            await self._erase_left()
            running = asyncio.create_task(self._run_choice(self.wearing.choice))
            waiting = asyncio.create_task(self.wearing.changed.wait())
            try:
                await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if self.wearing.changed.is_set():
                    self.watching.moves_on()
                waiting.cancel()
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running

    def _leave_all(self) -> None:
        """The record that is open closes, and is erased whole before the next one opens."""
        self._to_erase = data_folder(self._base, self.wearing.choice.simulated)
        self.wearing.changed.set()

    async def _erase_left(self) -> None:
        folder, self._to_erase = self._to_erase, None
        if folder is not None:
            self._keys.pop(folder, None)
            await to_its_end(lambda: everything_in(folder, served=True))
            self._say(f"{folder}: the record is erased, with its backups and its key.")

    async def _run_choice(self, choice: Choice) -> None:
        folder = data_folder(self._base, choice.simulated)
        self._held.hold(folder)
        key = await self._key(folder, choice)
        clock: Clock = self._clock if choice.speed == 1 else ScaledClock(self._clock, choice.speed)
        journal = await asyncio.to_thread(
            open_store, folder, key, writer=f"biocoach {__version__}", clock=clock
        )
        outlets = ExitStack()
        try:
            self._journal = journal
            self.readings.open(journal.reader(), simulated=choice.simulated)
            keeper = keeper_of(journal, clock, self._settings, simulated=choice.simulated)
            self.recordings.opened(keeper)
            await self.mine.own.opened(journal, self._clock, simulated=choice.simulated)
            await self.mine.notes.opened(journal, simulated=choice.simulated)
            await self.reports.opened(journal, simulated=choice.simulated)
            await self.exports.opened(journal, simulated=choice.simulated)
            await self.sharing.opened(journal, _lock(folder, key, choice))
            await self.answers.opened(journal)
            record = Open(
                journal=journal, folder=folder, vault=Vault(folder), key=key,
                simulated=choice.simulated,
            )  # fmt: skip
            await self.safe.opened(record)
            spec = await self.wearing.opened(choice, journal)
            source = open_spec(spec, clock, self.wearing.wishes) if spec else NoStrap()
            self._screen.opened(
                fit=self._fit(journal, choice), plain=key.plain, choice_speed=choice.speed,
                simulated=choice.simulated, strap=source.name, linked=spec is not None,
                ecg=self.wearing.wishes.ecg, lsl=self._lsl,
            )  # fmt: skip
            adviser = self._adviser()
            awake = Awake(open_sleepless(), self._screen.awake)
            over = self.safe.session_over
            others = outlets.enter_context(self._streams(folder, clock, choice))
            listener = All(self._screen, adviser, awake, self.watching, over, *others)
            self._runtime = self._build(source, clock, journal, choice, listener)
            errands = errands_through(source, spec, keeper, clock)
            self._opened.set()
            self.reachable.set()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._runtime.run())
                group.create_task(adviser.run())
                group.create_task(awake.run())
                group.create_task(self.safe.run())
                group.create_task(self.watching.run(folder, simulated=choice.simulated))
                group.create_task(self.mine.practising.keep_up())
                group.create_task(self.phones.run(_lock(folder, key, choice)))
                group.create_task(self.clinic.run(journal, simulated=choice.simulated))
                if errands is not None:
                    group.create_task(self.errands.run(errands, clock, simulated=choice.simulated))
                if spec is None:
                    group.create_task(self.wearing.scan())  # the page lists who is near
        finally:
            self._opened.clear()
            outlets.close()
            self._runtime = None
            self._journal = None
            await self.recordings.closing()
            await self.mine.own.closing()
            await self.reports.closing()
            await self.exports.closing()
            await self.sharing.closing()
            await self.answers.closing()
            await self.safe.closing()
            await self.mine.notes.closing()
            self.readings.close()
            journal.close()

    @contextmanager
    def _streams(self, folder: Path, clock: Clock, choice: Choice) -> Iterator[list[Listener]]:
        """Raises OutletError."""
        if not self._lsl:
            yield []
            return
        outlets = open_outlets(folder, simulated=choice.simulated)
        try:
            yield [Streaming(outlets, clock, still=lambda: self._screen.still, speed=choice.speed)]
        finally:
            outlets.close()

    def _adviser(self) -> Adviser:
        return Adviser(
            helper=Child("biocoach.review.opinion"),
            clock=self._clock,
            settings=self._settings.opinion,
            give=self._give,
        )

    async def _give(self, session: str, opinion: SecondOpinion) -> None:
        if self._runtime is not None:
            await self._runtime.hand_in(session, opinion)

    def _build(
        self, source: Source, clock: Clock, journal: Journal, choice: Choice, listener: Listener
    ) -> Runtime:
        opening = Opening(
            journal=journal,
            clock=clock,
            settings=self._settings,
            writer=f"biocoach {__version__}",
            fit=lambda: self._fit(journal, choice),
            new_id=lambda: uuid4().hex,
            seed=lambda: uuid4().int & 0xFFFF_FFFF,
            repertoire=self.mine.practising.repertoire,
        )
        return Runtime(
            source=source,
            clock=clock,
            book=journal,
            book_error=StoreError,
            listener=listener,
            next_session=opening,
            lag_s=0.0 if choice.speed == 1 else HICCUP_S * choice.speed,
        )

    async def _key(self, folder: Path, choice: Choice) -> Key:
        """The store's key; waits for the page's passphrase where there is no other way."""
        if folder in self._keys:
            return self._keys[folder]
        vault = Vault(folder)
        self._keyhole.at(vault, plain=choice.simulated)
        found = self._keyhole.try_now()
        if found is None:
            self._say("The record is locked: the page asks for its passphrase.")
            self._screen.locked(self._keyhole.kind)
            self.reachable.set()
            found = await self._keyhole.wait()
        self._keys[folder] = found
        return found

    def _fit(self, journal: Journal, choice: Choice) -> Fit | None:
        """The first-run answers; a simulated person needs none."""
        return fit_of(journal.fact("fit")) or (Fit() if choice.simulated else None)

    def _fit_now(self) -> Fit | None:
        told = self.wearing.choice.simulated
        return fit_of(self.readings.fact("fit")) or (Fit() if told else None)

    # ---- what a page may do

    async def submit(self, body: InputBody) -> Outcome:
        if self._runtime is None and not self._keyhole.waiting:
            with suppress(TimeoutError):  # a start, or another strap: it takes a moment
                await asyncio.wait_for(self._opened.wait(), OPENING_S)
        if self._runtime is None:
            return Outcome(why="locked")
        receipt = await self._runtime.submit(body)
        return Outcome(why=receipt.why, number=receipt.number)

    async def unlock(self, passphrase: str) -> Outcome:
        return Outcome(why=await asyncio.to_thread(self._keyhole.offer, passphrase))

    async def may_plan(self, plan: Plan) -> str:
        """By the session that is open: the day's limits are those that it began with."""
        running = self._runtime.running if self._runtime else None
        begun = running.session.begun if running else None
        return may_plan(begun, plan, self._settings.care) if begun else "locked"

    async def _begin_anew(self, reason: str) -> None:
        """Where nothing has begun yet: the next session knows what has changed."""
        running = self._runtime.running if self._runtime else None
        if running is not None and running.session.phase is Phase.PLAN:
            await self.submit(End(reason=reason))

    async def set_fit(self, fit: Fit) -> Outcome:
        running = self._runtime.running if self._runtime else None
        phase = running.session.phase if running else Phase.PLAN
        if phase not in (Phase.PLAN, Phase.BASELINE, Phase.CLOSED):
            return Outcome(why="wrong_phase")  # a session keeps the answers that it began with
        outcome = await self.put_fact("fit", fact_of(fit))
        if not outcome.why:
            self._screen.fit(fit)
            await self.submit(End(reason="answers changed"))  # the next one begins with them
        return outcome

    async def fact(self, name: str) -> Json | None:
        return await asyncio.to_thread(self.readings.fact, name)

    async def put_fact(self, name: str, value: Json) -> Outcome:
        return await self._facts.put(name, value)

    async def teach_again(self) -> Outcome:
        """The threshold starts again: earlier answers teach no more, from the next session on."""
        outcome = await self.put_fact(AGAIN, {"at_utc": iso_utc(self._clock.wall())})
        if not outcome.why:
            await self._begin_anew("threshold again")
        return outcome

    async def keep_check_in(self, answer: Json) -> Outcome:
        """The answer, or the no, to the check-in that is due; it is asked once."""
        due = await asyncio.to_thread(self.readings.check_in)
        if due is None or due["session"] != answer["session"]:
            return Outcome(why="no_check_in")
        today = self._clock.wall().astimezone().date().isoformat()
        return await self.put_fact("check_in", answer | {"date": today})

    def _accepting(self, journal: Journal) -> Accepting:
        ladders = self.mine.ladders
        return Accepting(journal, ladders, self._fit_now, self._clock.wall, self._settings)

    def _practising(self) -> bool:
        """In the middle of a session of the person's own: a story may be left at any time."""
        running = self._runtime.running if self._runtime else None
        if running is None:
            return False
        session = running.session
        begun = session.begun
        told = begun is not None and begun.simulated
        return session.phase not in (Phase.PLAN, Phase.CLOSED) and not told


def _lock(folder: Path, key: Key, choice: Choice) -> PhoneLock:
    return PhoneLock(folder=folder, vault=Vault(folder), key=key, simulated=choice.simulated)
