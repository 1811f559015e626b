"""One exchange with a Polar strap over its file transfer: a message out, its answer back.

One at a time, the inbox cleared first; after one that broke the strap is told to stop. What
it refuses, and what goes wrong on the way, is a ``MemoryRefusedError`` with a short code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from devices.gatt import NEEDS_BOND, AttError, Gatt
from devices.polar import psftp
from devices.polar.psftp import Broken, Failed, Whole
from devices.polar.recording import Error
from devices.strap_words import DeviceError

PACKET_S = 90.0  # Polar's SDK waits as long for each packet

REASONS: dict[int, str] = {
    Error.NO_SUCH_FILE: "no_such_file",
    Error.NOT_PERMITTED: "not_permitted",
    Error.NOT_IMPLEMENTED: "not_supported",
    Error.BUSY: "strap_busy",
    Error.DISK_FULL: "strap_full",
    Error.BATTERY_LOW: "battery_low",
}


class MemoryRefusedError(DeviceError):
    """``reason`` is one of REASONS' values, or

    no_memory (it has none that we know) · occupied (something is on it) · not_answering ·
    cut_short (it stopped in the middle) · wrong_sequence (packets were lost) · link_lost ·
    not_understood · not_started (it said yes, and does not record) · still_there (it said
    yes, and did not remove) · strap_error. ``code``: the strap's own number.
    """

    def __init__(self, reason: str, detail: str = "", code: int | None = None) -> None:
        super().__init__(reason, detail)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """In seconds. ``look_s``: how often a silent link is looked at; ``quiet_s``: after so long
    without a packet an exchange that broke is over, at the latest after ``calm_s``."""

    packet_s: float = PACKET_S
    look_s: float = 2.0
    quiet_s: float = 1.0
    calm_s: float = 20.0


@runtime_checkable
class Radio(Protocol):
    """A connection that knows when it is lost, and can bond."""

    @property
    def connected(self) -> bool: ...

    async def pair(self) -> None: ...


class Exchange:
    """Every method raises DeviceError."""

    def __init__(self, gatt: Gatt, waits: Waits) -> None:
        self._gatt = gatt
        self._waits = waits
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._one = asyncio.Lock()
        self._listening = False
        self._unfinished = False  # the strap may still be sending what nobody waits for

    async def query(self, number: int, parameters: bytes = b"") -> bytes:
        return await self._ask(psftp.query(number, parameters), _nobody)

    async def request(self, operation: bytes, heard: Callable[[int], None] | None = None) -> bytes:
        """``heard`` is told how many bytes of the answer have come, after every packet."""
        return await self._ask(psftp.request(operation), heard or _nobody)

    async def _ask(self, message: bytes, heard: Callable[[int], None]) -> bytes:
        async with self._one:
            await self._listen()
            if self._unfinished:
                await self._calm()
            self._clear()
            self._unfinished = True  # until its end is heard, whatever happens
            for packet in psftp.packets(message, self._gatt.payload_max):
                await self._bonded(partial(self._gatt.write, psftp.MTU, packet))
            outcome = await self._answer(heard)
            self._unfinished = isinstance(outcome, Broken) and outcome.more
            if self._unfinished:
                await self._calm()
        match outcome:
            case Whole(message=answer):
                return answer
            case Failed(code=code):
                reason = REASONS.get(code or 0, "strap_error")
                raise MemoryRefusedError(reason, f"error {code}", code)
            case Broken(why="wrong_sequence"):
                raise MemoryRefusedError("wrong_sequence")
            case Broken(why=why):
                raise MemoryRefusedError("not_understood", why)

    async def _listen(self) -> None:
        if self._listening:
            return
        if not self._gatt.has(psftp.MTU):
            raise MemoryRefusedError("no_memory")
        await self._bonded(partial(self._gatt.listen, psftp.MTU, self._inbox.put_nowait))
        self._listening = True

    async def _bonded(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask; where the strap wants a bond first, make one and ask once more."""
        try:
            await ask()
        except AttError as refused:
            if refused.code not in NEEDS_BOND or not isinstance(self._gatt, Radio):
                raise
            await self._gatt.pair()
            await ask()

    async def _answer(self, heard: Callable[[int], None]) -> psftp.Outcome:
        reassembler, before = psftp.Reassembler(), b""
        while True:
            packet = await self._next(self._waits.packet_s)
            # BlueZ says everything once more for a listener that never left (bleak issue 2002).
            # Packets are numbered: two that follow each other are never the same.
            if packet == before:
                continue
            if packet is None:
                if not self._linked():
                    raise MemoryRefusedError("link_lost")
                raise MemoryRefusedError("cut_short" if reassembler.size else "not_answering")
            before, outcome = packet, reassembler.add(packet)
            if outcome is not None:
                if isinstance(outcome, Whole):
                    heard(len(outcome.message))
                return outcome
            heard(reassembler.size)

    async def _next(self, within_s: float) -> bytes | None:
        """The next packet; None where none comes in time, or the link is gone."""
        waited_s = 0.0
        while waited_s < within_s and (waited_s == 0.0 or self._linked()):
            wait_s = min(self._waits.look_s, within_s - waited_s)
            try:
                async with asyncio.timeout(wait_s):
                    return await self._inbox.get()
            except TimeoutError:
                waited_s += wait_s
        return None

    async def _calm(self) -> None:
        """After a broken exchange: tell the strap to stop, and let it have its say."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._waits.calm_s):
                await self._gatt.write(psftp.MTU, psftp.CANCEL)
                while await self._next(self._waits.quiet_s) is not None:
                    pass
        self._unfinished = False

    def _linked(self) -> bool:
        """A radio knows whether its link stands; of another it shows at the next write."""
        return not isinstance(self._gatt, Radio) or self._gatt.connected

    def _clear(self) -> None:
        while not self._inbox.empty():
            self._inbox.get_nowait()


def _nobody(done: int) -> None:
    """Nobody wants to know how far it is."""
