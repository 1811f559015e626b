"""A strap as the emulated BlueZ shows it: a device, its services, and what goes wrong with it.

The inside (what it answers and sends) is a ``Peripheral``; this is the radio around it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dbus_fast import Message

from devices.gatt import NEEDS_BOND, AttError
from devices.strap_words import DeviceError
from tests.devices.peripheral import HEART, MEASUREMENT, Peripheral

if TYPE_CHECKING:
    from tests.devices.bluez import FakeBluez

ADAPTER_PATH = "/org/bluez/hci0"
DEVICE = "org.bluez.Device1"
SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"

FORSAKEN_S = 30.0

Answer = tuple[str, list[Any]] | None


class BluezError(Exception):
    """What a method answers instead of a result."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name if "." in name else f"org.bluez.Error.{name}"


def bluez_words(fault: AttError) -> BluezError:
    """An attribute error as BlueZ tells of it on the bus."""
    if fault.code in NEEDS_BOND:
        return BluezError("NotPermitted", "Not paired")
    return BluezError("Failed", f"Operation failed with ATT error: {fault.code:#04x}")


@dataclass
class FakeStrap:
    """One strap in the air. Tests set its fields and call drop, vanish, appear and notify.

    ``connect_s``, ``disconnect_s``: how long BlueZ takes over it. ``ghosts``: so many times
    Connect answers well, and no connection ever comes. ``hangs``: what needs a bond is never
    answered where nobody agrees to one; seen of bluetoothd 5.66, which tries it over and over.
    """

    bluez: FakeBluez
    address: str
    name: str
    peripheral: Peripheral
    mtu: int = 232
    advertising: bool = True
    connected: bool = False
    paired: bool = False
    hangs: bool = False
    connect_error: BluezError | None = None
    connect_s: float = 0.0
    disconnect_s: float = 0.0
    ghosts: int = 0
    tick_s: float = 0.05
    listeners: set[str] = field(default_factory=set)
    subscribed: int = 0
    _hearing: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = f"{ADAPTER_PATH}/dev_{self.address.replace(':', '_')}"
        self.gatt: dict[str, dict[str, dict[str, Any]]] = {}
        self.path_of: dict[str, str] = {}
        self.uuid_at: dict[str, str] = {}
        bases: dict[str, str] = {}
        for number, (service, uuid, flags) in enumerate(self.peripheral.table, start=1):
            if service not in bases:
                bases[service] = f"{self.path}/service{number * 16:04x}"
                told = {"UUID": service, "Device": self.path, "Primary": True, "Includes": []}
                self.gatt[bases[service]] = {SERVICE: told}
            path = f"{bases[service]}/char{number * 16 + 2:04x}"
            self.path_of[uuid], self.uuid_at[path] = path, uuid
            told = {"UUID": uuid, "Service": bases[service], "Value": b"", "Flags": list(flags)}
            self.gatt[path] = {CHARACTERISTIC: told | {"MTU": self.mtu, "Notifying": False}}
            self._hearing[uuid] = set()
        self.listeners = self._hearing[MEASUREMENT]

    # ---- what tests do to it

    def notify(self, raw: bytes) -> None:
        """Sends a heart rate notification; lost unless someone listens."""
        self.say(MEASUREMENT, raw)

    def say(self, uuid: str, raw: bytes) -> None:
        # BlueZ says it once for every listening connection (bleak issue 2002).
        for _ in tuple(self._hearing[uuid]) if self.connected else ():
            self.bluez.change(self.path_of[uuid], CHARACTERISTIC, {"Value": raw})

    def drop(self) -> None:
        """The strap ends the link, and advertises again."""
        if self.connected:
            self.connected = False
            self.peripheral.disconnect(self._now_s())
            self.bluez.change(self.path, DEVICE, {"ServicesResolved": False, "Connected": False})

    def vanish(self) -> None:
        """Out of reach: the link ends, BlueZ forgets the strap."""
        self.advertising = False
        self.drop()
        self._forgotten()

    def _forgotten(self) -> None:
        known = (path for path in self.bluez.objects if path.startswith(self.path))
        for path in sorted(known, reverse=True):
            self.bluez.remove(path)
        self.forget_listeners()

    async def _forsaken(self) -> None:
        """30 s after a bond that came to nothing BlueZ forgets the device, link and all. Seen of
        5.66: it does not say that the link is gone, only that the objects are."""
        await asyncio.sleep(FORSAKEN_S)
        if self.connected and not self.paired:
            self.connected = False
            self.peripheral.disconnect(self._now_s())
            self._forgotten()

    def appear(self) -> None:
        """In reach again."""
        self.advertising = True

    def forget_listeners(self, sender: str = "") -> None:
        """A program left the bus (or, without a name, all of them did)."""
        for uuid, hearing in self._hearing.items():
            if sender in hearing or (not sender and hearing):
                hearing.discard(sender)
                if not sender:
                    hearing.clear()
                if not hearing and self.connected:
                    self.peripheral.unlisten(uuid, self._now_s())

    # ---- what BlueZ does

    def properties(self) -> dict[str, Any]:
        return {
            "Address": self.address,
            "AddressType": "random",
            "Name": self.name,
            "Alias": self.name,
            "Adapter": ADAPTER_PATH,
            "UUIDs": [HEART],
            "RSSI": -60,
            "Paired": self.paired,
            "Connected": False,
            "ServicesResolved": False,
        }

    async def connect(self) -> Answer:
        await asyncio.sleep(self.connect_s)
        if self.connect_error is not None:
            raise self.connect_error
        if not self.advertising:
            raise BluezError("Failed", "le-connection-abort-by-local")
        if self.ghosts:
            self.ghosts -= 1
            return None
        try:
            self.peripheral.connect(self._now_s(), self.mtu)
        except DeviceError as refusal:
            raise BluezError("Failed", "le-connection-abort-by-peer") from refusal
        self.connected = True
        self.bluez.change(self.path, DEVICE, {"Connected": True})
        for path, interfaces in self.gatt.items():
            if path not in self.bluez.objects:
                self.bluez.add(path, interfaces)
        services = list(dict.fromkeys(service for service, _, _ in self.peripheral.table))
        self.bluez.change(self.path, DEVICE, {"UUIDs": services, "ServicesResolved": True})
        self.bluez.start(self._pump())
        return None

    async def _pump(self) -> None:
        """What the strap says of itself, for as long as the link is up."""
        while self.connected:
            for uuid, raw in self.peripheral.due(self._now_s()):
                self.say(uuid, raw)
            if not self.peripheral.connected:
                self.drop()
            await asyncio.sleep(self.tick_s)

    async def disconnect(self) -> Answer:
        if not self.connected:
            raise BluezError("NotConnected", "Not Connected")
        await asyncio.sleep(self.disconnect_s)
        self.drop()
        return None

    async def pair(self) -> Answer:
        if not self.bluez.agent:
            self.bluez.start(self._forsaken())
            raise BluezError("AuthenticationFailed", "Authentication Failed")
        self.peripheral.pair()
        self.paired = True
        self.bluez.change(self.path, DEVICE, {"Paired": True})
        return None

    async def call(self, message: Message) -> Answer:
        """A call on one of its characteristics."""
        if not self.connected:
            raise BluezError("Failed", "Not connected")
        uuid = self.uuid_at[str(message.path)]
        try:
            return await self._attribute(uuid, message)
        except AttError as fault:
            if self.hangs and fault.code in NEEDS_BOND:
                await self._forsaken()
                await asyncio.Event().wait()
            raise bluez_words(fault) from fault

    async def _attribute(self, uuid: str, message: Message) -> Answer:
        now_s = self._now_s()
        match message.member:
            case "ReadValue":
                value = self.peripheral.read(uuid, now_s)
                # A listener hears what was read as well (a trap of BlueZ).
                self.say(uuid, value)
                return "ay", [value]
            case "WriteValue":
                for said, raw in self.peripheral.write(uuid, bytes(message.body[0]), now_s):
                    self.say(said, raw)
            case "StartNotify":
                self.peripheral.listen(uuid, now_s)
                self._hearing[uuid].add(str(message.sender))
                self.subscribed += uuid == MEASUREMENT
            case "StopNotify":
                self._hearing[uuid].discard(str(message.sender))
                self.peripheral.unlisten(uuid, now_s)
        return None

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
