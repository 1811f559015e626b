"""A served biocoach from its folder's lock to its last request."""

from __future__ import annotations

import asyncio
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from biocoach.cli.contents import Contents
from biocoach.cli.house import Choice, House
from biocoach.cli.keyhole import KeyholeError
from biocoach.cli.say import fail, out
from biocoach.clock import SystemClock
from biocoach.store import FolderLock, HeldError, StoreError, data_folder
from dashboard.app import Ports, create_app
from dashboard.guard import Guard, load_secret, new_code
from dashboard.hub import Hub
from dashboard.server import Server, bind
from devices import SourceError, SourceSpec

CLOCK = SystemClock()
TELLABLE = (StoreError, SourceError, KeyholeError, OSError)  # their text is one line for people


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

    @property
    def folder(self) -> Path:
        return data_folder(self.data_dir, self.spec is not None and self.spec.simulated)


def _now_s() -> float:
    """Seconds since 1970, for codes that expire."""
    return CLOCK.wall().timestamp()


def address_at(url: str, folder: Path) -> str:
    """A one-time address of the page at ``url``."""
    return f"{url}/enter?code={new_code(load_secret(folder), _now_s())}"


def served_at(folder: Path) -> str | None:
    """The page's address while a biocoach serves this folder."""
    if not folder.is_dir():
        return None
    try:
        FolderLock(folder).release()
    except HeldError as held:
        return held.url
    return None


def keep_open(wish: Wish) -> None:
    """Serve until Ctrl-C; a second start opens the running page instead."""
    hub = Hub()
    house = House(
        base=wish.data_dir,
        clock=CLOCK,
        hub=hub,
        choice=Choice(spec=wish.spec, speed=wish.speed),
        passphrase=wish.passphrase,
        plain=wish.plain,
        say=out,
    )
    try:
        lock = house.hold()
        asyncio.run(_serve(house, hub, lock, wish))
    except HeldError as held:
        _open_running(held.url, wish)
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


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first fault in a group of groups."""
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


def _open_running(url: str | None, wish: Wish) -> None:
    if url is None:
        fail("another biocoach is starting with this data folder; try again in a moment")
    address = address_at(url, wish.folder)
    out(f"biocoach is running already: {address}")
    if wish.browser:
        webbrowser.open(address)


async def _serve(house: House, hub: Hub, lock: FolderLock, wish: Wish) -> None:
    listener = bind(wish.port)
    port = int(listener.getsockname()[1])
    if port != wish.port:
        out(f"Port {wish.port} is in use; using {port}.")
    secret = load_secret(wish.folder)
    guard = Guard(secret=secret, port=port, now_s=_now_s)
    ports = Ports(hub=hub, controls=house, reader=house, library=Contents(), guard=guard)
    server = Server(create_app(ports), listener)
    url = f"http://127.0.0.1:{port}"
    lock.announce(url)
    address = address_at(url, wish.folder)
    out(f"biocoach is here: {address}")
    if wish.browser:
        webbrowser.open(address)
    await _until_either_ends(house, server)


async def _until_either_ends(house: House, server: Server) -> None:
    """The server ends by a signal; the house only by a fault, which is told."""
    serving = asyncio.create_task(server.run())
    living = asyncio.create_task(house.run())
    try:
        await asyncio.wait({serving, living}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()
        living.cancel()
        await asyncio.wait({serving, living})
    for task in (serving, living):
        if not task.cancelled():
            task.result()
