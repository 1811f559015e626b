"""The composition root of a running biocoach: folder, key, store, source, runtime, page.

What a page may do is in ``controls``, what it reads in ``readings``, what is worn in ``wearing``,
the strap's memory in ``errands``, files from elsewhere in ``recordings``, phones in ``phones``.

One source runs at a time; choosing another ends the runtime and starts the next, in the store that
belongs to it: simulated sessions live apart and are never pooled with real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from biocoach import __version__
from biocoach.adviser import Adviser
from biocoach.cli.accepting import Accepting
from biocoach.cli.answer_desk import AnswerDesk
from biocoach.cli.awake import Awake
from biocoach.cli.belongings import Belongings, Record
from biocoach.cli.choice import Choice, NoStrap
from biocoach.cli.clinic_desk import ClinicDesk, Way
from biocoach.cli.controls import SessionControls
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
from biocoach.clock import Clock, ScaledClock
from biocoach.keeping import Keeper
from biocoach.opening import Opening
from biocoach.outlet import Streaming, open_outlets
from biocoach.profile import fit_for
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
from biocoach.types import Fit
from dashboard.hub import Hub
from devices import open_spec
from devices.awake import open_sleepless

HICCUP_S = 0.15  # of real time, while a simulated one runs faster
WRITER = f"biocoach {__version__}"


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
        self._say = say
        self._settings = Settings()
        self._held = Held()
        self._keys: dict[Path, Key] = {}
        self._to_erase: Path | None = None
        self._journal: Journal | None = None
        self._keyhole = Keyhole(passphrase=passphrase, plain=plain)
        self._screen = Screen(hub, version=__version__, care=self._settings.care, say=say)
        self._facts = Facts(lambda: self._journal)
        self.reachable = asyncio.Event()  # there is something to show, or to ask
        self.readings = Readings(clock, self._settings)
        self.controls = SessionControls(
            keyhole=self._keyhole, readings=self.readings, facts=self._facts, screen=self._screen,
            clock=clock, care=self._settings.care, simulated=self._simulated,
        )  # fmt: skip
        practising, begin_anew = self.controls.practising, self.controls.begin_anew
        self.wearing = Wearing(
            choice, self._screen, hold=lambda told: self._held.hold(data_folder(base, told)),
            keep=self.controls.put_fact, busy=practising, say=say,
        )  # fmt: skip
        self.watching = Watching(clock, simulated_too=simulated_too)
        self.recordings = Recordings(lambda: begin_anew("told"))
        self.errands = ErrandDesk(self._screen.errand, practising, self.wearing.still)
        record = Record(
            journal=lambda: self._journal, readings=self.readings, facts=self._facts,
            fit=self.controls.fit_now, waits=self._screen.may_practise, wall=clock.wall,
            simulated=self._simulated,
        )  # fmt: skip
        self.mine = Belongings(data_folder(base), record, self._settings, self.controls.submit)
        self.reports = ReportDesk(clock.wall, self._settings)
        self.exports = ExportDesk(self._settings)
        self.sharing = ShareDesk(clock.wall, lambda: self._screen.still)
        self.answers = AnswerDesk(self._accepting, lambda: self._screen.still)
        self.safe = SafeDesk(
            clock, busy=practising, left=self._leave_all, changed=lambda: begin_anew("erased")
        )
        self.phones = PhoneDesk(
            fact=self.readings.fact, keep=self._facts.replace, clock=clock, addresses=addresses,
            tell=self._screen.phone,
        )  # fmt: skip
        self.clinic = ClinicDesk(clinic, clock, tell=self._screen.clinic)

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
        async with AsyncExitStack() as until_the_end:
            journal = await to_its_end(
                lambda: open_store(folder, key, writer=WRITER, clock=clock),
                untaken=lambda opened: opened.close(),
            )
            until_the_end.callback(journal.close)
            record = Open(
                journal=journal, folder=folder, vault=Vault(folder), key=key,
                simulated=choice.simulated,
            )  # fmt: skip
            self._journal = journal
            try:
                keeper = keeper_of(journal, clock, self._settings, simulated=choice.simulated)
                await self._open_desks(until_the_end, record, keeper)
                with self._streams(folder, clock, choice) as outlets:
                    await self._live(record, keeper, clock, choice, outlets)
            finally:  # from here on nobody finds this record open
                self.controls.ended()
                self._journal = None

    async def _live(
        self, record: Open, keeper: Keeper, clock: Clock, choice: Choice, outlets: list[Listener]
    ) -> None:
        """Sessions, one after another, and what goes on beside them."""
        spec = await self.wearing.opened(choice, record.journal)
        source = open_spec(spec, clock, self.wearing.wishes) if spec else NoStrap()
        self._screen.opened(
            fit=self._fit(record), plain=record.key.plain, choice_speed=choice.speed,
            simulated=choice.simulated, strap=source.name, linked=spec is not None,
            ecg=self.wearing.wishes.ecg, lsl=self._lsl,
        )  # fmt: skip
        adviser = Adviser(
            helper=Child("biocoach.review.opinion"), clock=self._clock,
            settings=self._settings.opinion, give=self.controls.give,
        )  # fmt: skip
        awake = Awake(open_sleepless(), self._screen.awake)
        over = self.safe.session_over
        listener = All(self._screen, adviser, awake, self.watching, over, *outlets)
        lag_s = 0.0 if choice.speed == 1 else HICCUP_S * choice.speed
        runtime = self._build(source, clock, record, listener, lag_s)
        errands = errands_through(source, spec, keeper, clock)
        self.controls.runs(runtime)
        self.reachable.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(runtime.run())
            group.create_task(adviser.run())
            group.create_task(awake.run())
            self._keep_up(group, record)
            if errands is not None:
                group.create_task(self.errands.run(errands, clock, simulated=record.simulated))
            if spec is None:
                group.create_task(self.wearing.scan())  # the page lists who is near

    def _keep_up(self, group: asyncio.TaskGroup, record: Open) -> None:
        """What belongs to the open record, whatever is worn."""
        group.create_task(self.safe.run())
        group.create_task(self.watching.run(record.folder, simulated=record.simulated))
        group.create_task(self.mine.practising.keep_up())
        group.create_task(self.phones.run(_lock(record)))
        group.create_task(self.clinic.run(record.journal, simulated=record.simulated))

    async def _open_desks(
        self, until_the_end: AsyncExitStack, record: Open, keeper: Keeper
    ) -> None:
        """All that reads or writes the open record beside the session; closed in turn. Who is
        cancelled while one opens finds it open: so its end is arranged before its beginning."""
        journal, simulated = record.journal, record.simulated
        ending = until_the_end.push_async_callback
        until_the_end.callback(self.readings.close)
        self.readings.open(journal.reader(), simulated=simulated)
        ending(self.recordings.closing)
        self.recordings.opened(keeper)
        ending(self.mine.own.closing)
        await self.mine.own.opened(journal, self._clock, simulated=simulated)
        for desk in (self.mine.notes, self.reports, self.exports):
            ending(desk.closing)
            await desk.opened(journal, simulated=simulated)
        ending(self.sharing.closing)
        await self.sharing.opened(journal, _lock(record))
        ending(self.answers.closing)
        await self.answers.opened(journal)
        ending(self.safe.closing)
        await self.safe.opened(record)

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

    def _build(
        self, source: Source, clock: Clock, record: Open, listener: Listener, lag_s: float
    ) -> Runtime:
        opening = Opening(
            journal=record.journal, clock=clock, settings=self._settings, writer=WRITER,
            fit=lambda: self._fit(record), new_id=lambda: uuid4().hex,
            seed=lambda: uuid4().int & 0xFFFF_FFFF, repertoire=self.mine.practising.repertoire,
        )  # fmt: skip
        return Runtime(
            source=source, clock=clock, book=record.journal, book_error=StoreError,
            listener=listener, next_session=opening, lag_s=lag_s,
        )  # fmt: skip

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

    def _fit(self, record: Open) -> Fit | None:
        return fit_for(record.journal.fact("fit"), simulated=record.simulated)

    def _simulated(self) -> bool:
        return self.wearing.choice.simulated

    def _accepting(self, journal: Journal) -> Accepting:
        ladders, fit = self.mine.ladders, self.controls.fit_now
        return Accepting(journal, ladders, fit, self._clock.wall, self._settings)


def _lock(record: Open) -> PhoneLock:
    return PhoneLock(
        folder=record.folder, vault=record.vault, key=record.key, simulated=record.simulated
    )
