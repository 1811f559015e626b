"""A connection that follows a script byte for byte: what is written to it, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from devices.gatt import AttError
from devices.polar import psftp
from devices.strap_words import DeviceError

Turn = tuple[Sequence[str], Sequence[str]]  # packets written to it, packets it answers


class ScriptedGatt:
    def __init__(self, *turns: Turn, payload_max: int = 20, memory: bool = True) -> None:
        self.payload_max = payload_max
        self.written: list[str] = []
        self.listened = 0
        self.connected = True
        self.paired = 0
        self.wants_bond = False
        self._turns = list(turns)
        self._memory = memory
        self._heard: Callable[[bytes], None] = lambda data: None

    @property
    def done(self) -> bool:
        return not self._turns and not self.written

    def has(self, characteristic: str) -> bool:
        return self._memory and characteristic == psftp.MTU

    async def read(self, characteristic: str) -> bytes:
        raise DeviceError("missing", characteristic)

    async def listen(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        assert self.has(characteristic)
        self.listened += 1
        self._heard = heard

    async def pair(self) -> None:
        self.paired += 1

    async def write(self, characteristic: str, data: bytes) -> None:
        assert self.has(characteristic)
        if not self.connected:
            raise DeviceError("dropped")
        if self.wants_bond and not self.paired:
            raise AttError(0x05)
        self.written.append(data.hex())
        assert self._turns, f"written, and nothing was expected any more: {self.written}"
        wanted = ["".join(packet.split()) for packet in self._turns[0][0]]
        assert self.written == wanted[: len(self.written)], (self.written, wanted)
        if self.written == wanted:
            _, answers = self._turns.pop(0)
            self.written.clear()
            for packet in answers:
                self._heard(bytes.fromhex(packet))
