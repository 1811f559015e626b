"""A served biocoach from its folder's lock to its last request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread

from biocoach.cli.choice import Choice
from biocoach.cli.clinic_desk import ClinicError, way_to
from biocoach.cli.contents import Contents
from biocoach.cli.doorway import (
    CLOCK,
    DoorwayError,
    address_at,
    close_doorway,
    now_s,
    open_browser,
)
from biocoach.cli.held import Doorplate, FolderError
from biocoach.cli.house import House
from biocoach.cli.keyhole import KeyholeError
from biocoach.cli.networks import Address, addresses_here
from biocoach.cli.say import fail, out
from biocoach.outlet import OutletError
from biocoach.store import HeldError, StoreError, data_folder
from dashboard.app import Ports, create_app, create_phone_app
from dashboard.guard import Guard, load_secret, new_run_secret
from dashboard.hub import Hub
from dashboard.server import Server, bind
from devices import SourceError, SourceSpec

WANTED_LATER = "biocoach.signal.way_back_fit"  # and with it NumPy: never first in a session
# Their text is one line for people.
TELLABLE = (OutletError, StoreError, SourceError, KeyholeError, FolderError, DoorwayError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asked for."""

    spec: SourceSpec | None
    port: int
    browser: bool
    data_dir: Path | None
    speed: float = 1.0
    passphrase: str | None = None
    plain: bool = False
    lsl: bool = False  # live streams for other programs in this network
    simulated_too: bool = False  # the watchdog minds a simulated heart as well
    addresses: Callable[[], Sequence[Address]] = addresses_here  # for phones in the same house
    sync: str = ""  # the address of a clinic
    sync_trust: Path | None = None  # its own authority

    @property
    def folder(self) -> Path:
        return data_folder(self.data_dir, self.spec is not None and self.spec.simulated)

    @property
    def base(self) -> Path:
        """The folder for both kinds of records."""
        return data_folder(self.data_dir)


def keep_open(wish: Wish) -> None:
    """Serve until Ctrl-C; a second start opens the running page instead."""
    hub = Hub()
    try:
        clinic = way_to(wish.sync, wish.sync_trust, CLOCK)
    except ClinicError as error:
        fail(str(error))
    house = House(
        base=wish.data_dir,
        clock=CLOCK,
        hub=hub,
        choice=Choice(spec=wish.spec, speed=wish.speed),
        passphrase=wish.passphrase,
        plain=wish.plain,
        say=out,
        addresses=wish.addresses,
        simulated_too=wish.simulated_too,
        clinic=clinic,
        lsl=wish.lsl,
    )
    try:
        _start(house, hub, wish)
    except TELLABLE as error:
        fail(str(error))
    except ExceptionGroup as group:  # from the task groups of the runtime
        told, other = group.split(TELLABLE)
        if told is None or other is not None:
            raise
        fail(str(_first(told)))
    except KeyboardInterrupt:
        out("biocoach has stopped. What was recorded is kept.")
    finally:
        house.leave()


def _start(house: House, hub: Hub, wish: Wish) -> None:
    try:
        house.hold()
    except HeldError as held:
        _open_running(held.url, wish)
        return
    asyncio.run(_serve(house, hub, wish))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first fault in a group of groups."""
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


def _open_running(url: str | None, wish: Wish) -> None:
    if url is None:
        fail("another biocoach is starting with this data folder; try again in a moment")
    out(f"biocoach is running already: {address_at(url, wish.folder)}")
    if wish.browser:
        open_browser(url, wish.folder, wish.base)


async def _serve(house: House, hub: Hub, wish: Wish) -> None:
    listener = bind(wish.port)
    port = int(listener.getsockname()[1])
    if port != wish.port:
        out(f"Port {wish.port} is in use; using {port}.")
    plate = Doorplate(url=f"http://127.0.0.1:{port}", run_secret=new_run_secret())
    guard = Guard(
        secret=load_secret(wish.folder),
        run_secret=plate.run_secret,
        port=port,
        now_s=now_s,
        spent=lambda name: close_doorway(name, wish.base),
    )
    ports = Ports(
        hub=hub,
        controls=house.controls,
        reader=house.readings,
        library=Contents(),
        straps=house.wearing,
        errands=house.errands,
        recordings=house.recordings,
        own=house.mine.own,
        practices=house.mine.practising,
        worksheets=house.mine.notes.worksheets,
        measures=house.mine.notes.measures,
        margin=house.mine.notes.margin,
        separations=house.mine.notes.separations,
        ladders=house.mine.ladders,
        drafts=house.mine.drafts,
        reports=house.reports,
        exports=house.exports,
        sharing=house.sharing,
        answers=house.answers,
        note_drafts=house.mine.note_drafts,
        phones=house.phones,
        safe=house.safe,
        clinic=house.clinic,
        guard=guard,
    )
    house.phones.serve_with(partial(create_phone_app, ports), port + 1)
    server = Server(create_app(ports), listener, leaving=house.watching.goodbye)
    await _until_either_ends(server, _live(house, lambda: _invite(house, plate, wish)))


async def _live(house: House, invite: Callable[[], None]) -> None:
    """The house; its address is told once it has something to show, or to ask."""
    async with asyncio.TaskGroup() as group:
        group.create_task(house.run())
        await house.reachable.wait()
        invite()
        await asyncio.to_thread(import_module, WANTED_LATER)


def _invite(house: House, plate: Doorplate, wish: Wish) -> None:
    house.announce(plate)
    out(f"biocoach is here: {address_at(plate.url, wish.folder)}")
    if wish.browser:  # some browsers come back only when they are closed
        where = (plate.url, wish.folder, wish.base)
        Thread(target=open_browser, args=where, daemon=True).start()


async def _until_either_ends(server: Server, life: Coroutine[None, None, None]) -> None:
    """The server ends by a signal; the house only by a fault, which is told."""
    serving = asyncio.create_task(server.run())
    living = asyncio.create_task(life)
    try:
        await asyncio.wait({serving, living}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()
        living.cancel()
        await asyncio.wait({serving, living})
    for task in (serving, living):
        if not task.cancelled():
            task.result()
