"""A link to a virtual H10 without radio or waiting: the Gatt of tests and trials.

Time comes from the clock that is handed in. Whatever the strap has said by then is heard at the
next call of any method, ``turn`` among them: a test moves its clock on, then turns.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.strap_words import DeviceError
from devices.virtual_h10 import MTU, VirtualH10


class VirtualGatt:
    """A ``devices.gatt.Gatt``. Its methods never wait; the strap answers within a write.

    Raises DeviceError where the strap refuses the link, and from every method once it is gone.
    """

    def __init__(self, strap: VirtualH10, now: Callable[[], float], mtu: int = MTU) -> None:
        """``now``: the clock's seconds, as ``Clock.now_s``."""
        self._strap, self._now = strap, now
        self._heard: dict[str, Callable[[bytes], None]] = {}
        strap.connect(now(), mtu)
        self._payload_max = strap.mtu - 3
        self._closed = False

    @property
    def connected(self) -> bool:
        return not self._closed and self._strap.connected

    @property
    def payload_max(self) -> int:
        return self._payload_max

    def has(self, characteristic: str) -> bool:
        return any(characteristic == uuid for _, uuid, _ in self._strap.table)

    async def read(self, characteristic: str) -> bytes:
        self.turn()
        self._open()
        return self._strap.read(characteristic, self._now())

    async def write(self, characteristic: str, data: bytes) -> None:
        self.turn()
        self._open()
        self._tell(self._strap.write(characteristic, bytes(data), self._now()))

    async def listen(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        self.turn()
        self._open()
        self._strap.listen(characteristic, self._now())
        self._heard[characteristic] = heard

    async def unlisten(self, characteristic: str) -> None:
        self.turn()
        self._open()
        self._strap.unlisten(characteristic, self._now())
        self._heard.pop(characteristic, None)

    async def pair(self) -> None:
        self.turn()
        self._open()
        self._strap.pair()

    async def close(self) -> None:
        """Leaves the strap; its streams go on. Twice is once."""
        if self.connected:
            self._strap.disconnect(self._now())
        self._closed = True

    def turn(self) -> None:
        """Lets everything be heard that the strap has said until now."""
        if not self._closed:
            self._tell(self._strap.due(self._now()))
            self._closed = not self._strap.connected

    def _open(self) -> None:
        if self._closed:
            raise DeviceError("dropped", self._strap.name)

    def _tell(self, said: list[tuple[str, bytes]]) -> None:
        for uuid, raw in said:
            if uuid in self._heard:
                self._heard[uuid](raw)
