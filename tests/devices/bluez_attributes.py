"""The attributes of one strap as the emulated BlueZ gives them: reads, writes, and who listens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dbus_fast import Message

from devices.gatt import NEEDS_BOND, AttError
from tests.devices.bluez_gatt import CHARACTERISTIC, BluezError, bluez_words, objects
from tests.devices.peripheral import MEASUREMENT, Peripheral

if TYPE_CHECKING:
    from tests.devices.bluez import FakeBluez

ADAPTER_PATH = "/org/bluez/hci0"

Answer = tuple[str, list[Any]] | None


@dataclass
class Attributes:
    """``hangs``: what needs a bond is never answered where nobody agrees to one; seen of 5.66,
    which tries it over and over. ``subscribed``: so often the heart was asked for."""

    bluez: FakeBluez
    address: str
    name: str
    peripheral: Peripheral
    mtu: int = 232
    connected: bool = False
    paired: bool = False
    hangs: bool = False
    subscribed: int = 0

    def __post_init__(self) -> None:
        self.path = f"{ADAPTER_PATH}/dev_{self.address.replace(':', '_')}"
        self.gatt = objects(self.path, self.peripheral, self.mtu)
        self.uuid_at: dict[str, str] = {
            path: told[CHARACTERISTIC]["UUID"]
            for path, told in self.gatt.items()
            if CHARACTERISTIC in told
        }
        self.path_of = {uuid: path for path, uuid in self.uuid_at.items()}
        self._flags = {uuid: flags for _, uuid, flags in self.peripheral.table}
        self._hearing: dict[str, set[str]] = {uuid: set() for uuid in self.path_of}
        self.listeners = self._hearing[MEASUREMENT]

    async def _forsaken(self) -> None:
        """What comes of a bond that nobody agreed to."""
        raise NotImplementedError

    def notify(self, raw: bytes) -> None:
        """Sends a heart rate notification; lost unless someone listens."""
        self.say(MEASUREMENT, raw)

    def say(self, uuid: str, raw: bytes) -> None:
        # BlueZ says it once for every listening connection (bleak issue 2002).
        for _ in tuple(self._hearing[uuid]) if self.connected else ():
            self.bluez.change(self.path_of[uuid], CHARACTERISTIC, {"Value": raw})

    def forget_listeners(self, sender: str = "") -> None:
        """A program left the bus (or, without a name, all of them did)."""
        for uuid, hearing in self._hearing.items():
            for name in [name for name in hearing if sender in (name, "")]:
                self._unheard(uuid, name)

    def _unheard(self, uuid: str, sender: str) -> None:
        self._hearing[uuid].discard(sender)
        if not self._hearing[uuid]:
            self.bluez.change(self.path_of[uuid], CHARACTERISTIC, {"Notifying": False})
            if self.connected:
                self.peripheral.unlisten(uuid, self._now_s())

    async def call(self, message: Message) -> Answer:
        """A call on one of its characteristics."""
        uuid, sender = self.uuid_at[str(message.path)], str(message.sender)
        if message.member == "StopNotify":
            if sender not in self._hearing[uuid]:
                raise BluezError("Failed", "No notify session started")
            self._unheard(uuid, sender)
            return None
        if not self.connected:
            raise BluezError("Failed", "Not connected")
        try:
            return await self._attribute(uuid, message)
        except AttError as fault:
            if self.hangs and fault.code in NEEDS_BOND:
                await self._forsaken()
                await asyncio.Event().wait()
            raise bluez_words(fault) from fault

    async def _attribute(self, uuid: str, message: Message) -> Answer:
        now_s, flags = self._now_s(), self._flags[uuid]
        match message.member:
            case "ReadValue":
                if "read" not in flags:
                    raise AttError(0x02)
                value = self.peripheral.read(uuid, now_s)
                # A listener hears what was read as well (a trap of BlueZ).
                self.bluez.change(self.path_of[uuid], CHARACTERISTIC, {"Value": value})
                return "ay", [value]
            case "WriteValue":
                if "write" not in flags:
                    raise AttError(0x03)
                for said, raw in self.peripheral.write(uuid, bytes(message.body[0]), now_s):
                    self.say(said, raw)
            case "StartNotify":
                self._listen(uuid, str(message.sender))
        return None

    def _listen(self, uuid: str, sender: str) -> None:
        if not {"notify", "indicate"} & set(self._flags[uuid]):
            raise BluezError("NotSupported", "Operation is not supported")
        self.peripheral.listen(uuid, self._now_s())
        if not self._hearing[uuid]:
            self.bluez.change(self.path_of[uuid], CHARACTERISTIC, {"Notifying": True})
        self._hearing[uuid].add(sender)
        self.subscribed += uuid == MEASUREMENT

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
