"""An event loop whose time stands still while anything happens, and then jumps to the next timer.

Hours of waiting pass in seconds, with unmodified bleak and a real bus. The bus is another
process: before each jump it is asked for signs of life (``BusEnds``), so that whatever was on its
way through it has arrived, however slow the machine is. Where there is no bus, "nothing happens"
means: nothing was heard for ``patience_s`` of real time (trio's autojump threshold).
"""

from __future__ import annotations

import asyncio
import os
import selectors
import socket
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from dbus_fast import Message
from dbus_fast._private.unmarshaller import Unmarshaller

T = TypeVar("T")
PATIENCE_S = 0.004


class BusEnds:
    """Waits until a bus has passed on all that was sent over it, by asking it twice for a ping.

    The daemon has one thread: what lay in its sockets before the first answer is handled before
    the second.
    """

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._stream = self._socket.makefile("rb")
        self._serial = 0
        who = str(os.getuid()).encode().hex()
        self._socket.sendall(f"\0AUTH EXTERNAL {who}\r\n".encode())
        assert self._stream.readline().startswith(b"OK")
        self._socket.sendall(b"BEGIN\r\n")
        self._ask("Hello", "org.freedesktop.DBus")

    def _ask(self, member: str, interface: str) -> None:
        self._serial += 1
        call = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface=interface,
            member=member,
            serial=self._serial,
        )
        self._socket.sendall(bytes(call._marshall(negotiate_unix_fd=False)))
        while True:
            answer = Unmarshaller(cast(Any, self._stream)).unmarshall()
            if answer is not None and answer.reply_serial == self._serial:
                return

    def settle(self) -> None:
        for _ in range(2):
            self._ask("Ping", "org.freedesktop.DBus.Peer")

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


class _Patient(selectors.BaseSelector):
    """Passes time by jumping where the inner selector would have waited."""

    def __init__(self, patience_s: float) -> None:
        self._inner = selectors.DefaultSelector()
        self._patience_s = patience_s
        self.bus: BusEnds | None = None
        self.now_s = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._inner.select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return self._inner.select(None)
        ready = self._quiet()
        if not ready:
            self.now_s += max(0.0, timeout)
        return ready

    def _quiet(self) -> list[tuple[selectors.SelectorKey, int]]:
        if self.bus is None:
            return self._inner.select(self._patience_s)
        self.bus.settle()
        return self._inner.select(0)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def close(self) -> None:
        self._inner.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()


class AutojumpLoop(asyncio.SelectorEventLoop):
    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patient = _Patient(patience_s)
        super().__init__(self._patient)

    def time(self) -> float:
        return self._patient.now_s

    def mind_bus(self, bus: BusEnds | None) -> None:
        """Before each jump, wait for what is on its way over this bus."""
        self._patient.bus = bus


class LoopClock:
    """The clock of the running loop, as a ``Clock``."""

    boot_id = "autojump"

    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> datetime:
        return datetime(2026, 1, 31, 9, tzinfo=UTC) + timedelta(seconds=self.now_s())

    async def sleep_until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s()))


def run_jumping(job: Coroutine[Any, Any, T], patience_s: float = PATIENCE_S) -> T:
    """``asyncio.run`` in jumping time."""
    with asyncio.Runner(loop_factory=lambda: AutojumpLoop(patience_s)) as runner:
        return runner.run(job)
