"""One open door for phones: a socket on one address at home, its certificate, its server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from biocoach.cli.networks import Address, host_of
from biocoach.store import PHONE
from dashboard.certificate import Certificate, ensure, tls
from dashboard.doorstep import Doorstep
from dashboard.phone_gate import Sittings
from dashboard.phone_guard import Phone, PhoneGuard
from dashboard.server import App, PhoneServer, doorstep

Rooms = Callable[[PhoneGuard, Sittings, Callable[[Phone], None]], App]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    address: Address
    port: int
    certificate: Certificate
    sittings: Sittings
    server: PhoneServer
    serving: asyncio.Task[None]
    listener: Doorstep

    @property
    def host(self) -> str:
        return host_of(self.address, self.port)

    def serves(self, address: Address | None, now: datetime) -> bool:
        """Still, and there."""
        if address != self.address or self.serving.done():
            return False
        return self.certificate.serves([self.address], now)

    async def shut(self) -> None:
        """Every phone goes; when it returns nothing listens."""
        self.sittings.end_all()
        self.server.stop()
        await asyncio.wait({self.serving})
        self.listener.hang_up_all()
        if not self.serving.cancelled():
            self.serving.exception()  # whatever ended it, it is shut


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """``rooms``: what is behind a door; ``came`` is told of each request; ``now_s``: of a clock
    that only goes forward."""

    rooms: Rooms
    phones: Callable[[], tuple[Phone, ...]]
    came: Callable[[Phone], None]
    now_s: Callable[[], float]

    async def open(
        self, folder: Path, address: Address, *, record: str, password: str, port: int,
        now: datetime,
    ) -> Door:  # fmt: skip
        """On ``port``, or the next free one. Raises OSError, StoreError."""
        path = folder / PHONE
        found = await asyncio.to_thread(ensure, path, password, [address], now)
        shown = await asyncio.to_thread(tls, path, password)
        listener = doorstep(port, str(address), self.now_s)
        port = int(listener.getsockname()[1])
        guard = PhoneGuard(record, [host_of(address, port)], self.phones)
        sittings = Sittings(listener)
        server = PhoneServer(self.rooms(guard, sittings, self.came), listener, shown)
        return Door(
            address=address, port=port, certificate=found, sittings=sittings, server=server,
            serving=asyncio.create_task(server.run()), listener=listener,
        )  # fmt: skip
