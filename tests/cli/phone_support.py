"""A record with its phone desk, real sockets and TLS; and a phone before it."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from biocoach.cli.facts import Facts
from biocoach.cli.networks import Address
from biocoach.cli.phone_lock import PhoneLock
from biocoach.cli.phones import LOOK_S, PhoneDesk
from biocoach.clock import SystemClock
from biocoach.store import PHONE, Journal, Key, NoKeyring, Vault, open_store
from dashboard.app import create_phone_app
from tests.dashboard.support import Site
from tests.fakes import FakeClock, until
from tests.store.test_vault import DictKeyring

Json = dict[str, Any]
PASSPHRASE = "a quiet green door"
HERE = "127.0.0.1"  # stands for an address at home


class Home:
    """``folder`` has a record that a passphrase opens, unless another key is given."""

    def __init__(self, folder: Path) -> None:
        static = folder / "static"
        static.mkdir(exist_ok=True)
        (static / "index.html").write_text("<!doctype html><title>page</title>")
        self.folder = folder / "record"
        self.vault = Vault(self.folder, NoKeyring())
        self.key = self.opened_key()
        self.simulated = False
        self.here: list[Address] = [ip_address(HERE)]
        self.told: list[Json] = []
        self.clock = FakeClock()
        self.clock.set_wall(SystemClock().wall())  # TLS checks a certificate by the real one
        self.site = Site(static)
        self.journal: Journal | None = None
        self.callers: list[Caller] = []

    def opened_key(self) -> Key:
        found = self.vault.create(PASSPHRASE)
        if not isinstance(found, Key):
            found = self.vault.open(PASSPHRASE)
        assert isinstance(found, Key)
        return found

    def plain(self) -> None:
        self.folder = self.folder.with_name("plain")
        self.vault, self.key = Vault(self.folder, NoKeyring()), Key(None)
        assert isinstance(self.vault.create(plain=True), Key)

    def by_keyring(self) -> None:
        self.folder = self.folder.with_name("ring")
        self.vault = Vault(self.folder, DictKeyring())
        found = self.vault.create()
        assert isinstance(found, Key)
        self.key = found

    @asynccontextmanager
    async def open(self) -> AsyncIterator[PhoneDesk]:
        """The record is open; the desk has looked at it once."""
        journal = open_store(self.folder, self.key, writer="t", clock=self.clock)
        self.journal = journal
        desk = PhoneDesk(
            fact=journal.fact, keep=Facts(lambda: self.journal).replace, clock=self.clock,
            addresses=lambda: self.here, tell=self.told.append,
        )  # fmt: skip
        ports = replace(self.site.ports, phones=desk)
        rooms = partial(create_phone_app, ports, static=self.site.static)
        desk.serve_with(rooms, free_port())
        lock = PhoneLock(
            folder=self.folder, vault=self.vault, key=self.key, simulated=self.simulated
        )
        running = asyncio.create_task(desk.run(lock))
        await self.looks()
        try:
            yield desk
        finally:
            for caller in self.callers:
                await caller.leave()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            self.journal = None
            journal.close()

    async def looks(self) -> None:
        """The desk has looked at this computer's addresses, and waits."""
        told = len(self.told)
        self.clock.advance(LOOK_S)
        await until(lambda: len(self.told) > told and self.clock.sleepers > 0)

    def trusting(self) -> ssl.SSLContext:
        """A phone that compared the fingerprint and trusts this certificate, and no other."""
        pem = (self.folder / PHONE).read_text()
        return ssl.create_default_context(cadata=pem.partition("-----BEGIN ENC")[0])


class Caller:
    """A phone. Its certificate check is real."""

    def __init__(self, home: Home, address: str) -> None:
        self._tls = home.trusting()
        self._lives: list[ClientConnection] = []
        home.callers.append(self)
        self.address = address
        self.web = httpx2.AsyncClient(
            verify=self._tls, base_url=address, headers={"origin": address}, trust_env=False
        )

    async def enter(self, code: str) -> int:
        return (await self.web.get("/enter", params={"code": code})).status_code

    async def status(self, path: str = "/api/state") -> int:
        return (await self.web.get(path)).status_code

    async def post(self, path: str, **body: Any) -> Json:
        found: Json = (await self.web.post(path, json=body)).json()
        return found

    async def live(self) -> ClientConnection:
        """The live view's socket, after its first words."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.web.cookies.jar)
        live = await connect(
            self.address.replace("https", "wss") + "/ws", ssl=self._tls, proxy=None,
            origin=Origin(self.address), additional_headers={"cookie": cookies},
        )  # fmt: skip
        assert json.loads(await live.recv())["type"] == "snapshot"
        self._lives.append(live)
        return live

    async def leave(self) -> None:
        for live in self._lives:
            await live.close()
        await self.web.aclose()


async def paired(home: Home, desk: PhoneDesk, name: str = "Mine") -> Caller:
    """Turned on, and a phone that came in."""
    outcome = await desk.turn_on(PASSPHRASE, HERE)
    assert not outcome.why
    told = await desk.pair(PASSPHRASE, name)
    assert isinstance(told, dict)
    caller = Caller(home, (await desk.view())["address"])
    assert await caller.enter(told["code"]) == 200
    return caller


def free_port() -> int:
    with socket.socket() as held:
        held.bind((HERE, 0))
        return int(held.getsockname()[1])


def listening() -> set[str]:
    """Where this process listens: its own sockets, as the kernel tells them."""
    mine = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            mine.add(str(link.readlink()).removeprefix("socket:[").rstrip("]"))
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path("/proc/self/net", name).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in mine:
                found.add(words[1])
    return found
