"""A small org.bluez on a private bus, so that unmodified bleak can be tested without a radio.

One adapter, any number of straps (``bluez_strap``), each with whatever services its inside has.
What it does not do: acquired notifications, advertisements' data beyond a name and services.
What it says, and in which order, is held to the real bluetoothd's words (``bluez_order``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.constants import NameFlag

from tests.devices.bluez_gatt import BluezError
from tests.devices.bluez_strap import ADAPTER_PATH, DEVICE, Answer, FakeStrap
from tests.devices.bluez_tree import OBJECTS, PROPERTIES, Tree
from tests.devices.peripheral import Peripheral, PlainStrap
from tests.devices.private_bus import PrivateBus

ADAPTER = "org.bluez.Adapter1"


class FakeBluez(Tree):
    """``async with FakeBluez() as bluez``: a bus of its own, and bleak will find it there."""

    def __init__(
        self,
        *,
        adapter: bool = True,
        agent: bool = True,
        advertise_s: float = 0.02,
        discovery_s: float = 0.0,
    ) -> None:
        """``agent``: someone is there to say yes to pairing. ``discovery_s``: how long a scan
        takes to begin."""
        self.agent = agent
        self._discovery_s = discovery_s
        self._advertise_s = advertise_s
        super().__init__()
        self.straps: dict[str, FakeStrap] = {}
        self.calls: list[str] = []
        self._adapter = adapter
        self.scanning: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FakeBluez:
        self._private = PrivateBus()
        self._bus = await self._private.begin()
        self._bus.add_message_handler(self._on_message)
        await self._watch_owners()
        if self._adapter:
            self.objects[ADAPTER_PATH] = {ADAPTER: _ADAPTER_PROPERTIES.copy()}
        await self._bus.request_name("org.bluez", NameFlag.DO_NOT_QUEUE)
        self.start(self._advertise())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._private.end()

    def add_strap(
        self,
        name: str = "Polar H10 12345678",
        address: str = "C0:FF:EE:00:00:01",
        peripheral: Peripheral | None = None,
    ) -> FakeStrap:
        strap = FakeStrap(
            bluez=self, address=address, name=name, peripheral=peripheral or PlainStrap()
        )
        self.straps[strap.path] = strap
        return strap

    def power(self, on: bool) -> None:
        if not on:
            self.scanning.clear()
            for strap in self.straps.values():
                strap.drop()
        off = {} if on else {"Discovering": False}
        self.change(ADAPTER_PATH, ADAPTER, {"Powered": on} | off)

    def unplug(self) -> None:
        """The adapter is pulled out: its straps, then itself, are gone."""
        self.scanning.clear()
        for strap in self.straps.values():
            strap.vanish()
        self.remove(ADAPTER_PATH)

    def plug_in(self) -> None:
        self.add(ADAPTER_PATH, {ADAPTER: _ADAPTER_PROPERTIES.copy()})
        for strap in self.straps.values():
            strap.appear()

    async def end_service(self) -> None:
        """bluetoothd dies: it says nothing more, its name leaves the bus, and all that it knew."""
        self.scanning.clear()
        self.objects.clear()  # so that nothing below is told to anyone
        for strap in self.straps.values():
            strap.vanish()
        await self._bus.release_name("org.bluez")

    async def begin_service(self) -> None:
        self.objects[ADAPTER_PATH] = {ADAPTER: _ADAPTER_PROPERTIES.copy()}
        for strap in self.straps.values():
            strap.appear()
        await self._bus.request_name("org.bluez", NameFlag.DO_NOT_QUEUE)

    # ---- what is in the air

    async def _advertise(self) -> None:
        while True:
            await asyncio.sleep(self._advertise_s)
            for strap in self.straps.values():
                in_air = strap.advertising and strap.peripheral.advertising
                if not self.scanning or not in_air or strap.connected:
                    continue
                strap.seen()
                if strap.path not in self.objects:
                    self.add(strap.path, {DEVICE: strap.properties()})
                else:
                    rssi = -61 if self.objects[strap.path][DEVICE].get("RSSI") == -60 else -60
                    self.change(strap.path, DEVICE, {"RSSI": rssi})

    async def _scan_is_over(self) -> None:
        """What BlueZ says after it has answered; what it saw it sees no more."""
        for path in self.objects:
            self.invalidate(path, DEVICE, "RSSI")
        self.change(ADAPTER_PATH, ADAPTER, {"Discovering": False})

    # ---- calls

    async def _watch_owners(self) -> None:
        await self._bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=["type='signal',member='NameOwnerChanged'"],
            )
        )

    def start(self, job: Awaitable[None]) -> None:
        task = asyncio.ensure_future(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_message(self, message: Message) -> bool | None:
        if message.message_type is MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and message.body[2] == "":
                self.scanning.discard(message.body[0])
                for strap in self.straps.values():
                    strap.forget_listeners(message.body[0])
            return None
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        self.start(self._answer(message))
        return True

    async def _answer(self, message: Message) -> None:
        self.calls.append(str(message.member))
        try:
            answer = await self._dispatch(message)
        except BluezError as fault:
            await self._bus.send(Message.new_error(message, fault.name, str(fault)))
            return
        await self._bus.send(Message.new_method_return(message, *(answer or ())))

    async def _dispatch(self, message: Message) -> Answer:
        if message.interface == OBJECTS:
            return "a{oa{sa{sv}}}", [self.everything()]
        if message.path not in self.objects:
            told = f'"{message.member}" with signature "{message.signature}" on interface'
            raise BluezError(
                "org.freedesktop.DBus.Error.UnknownObject",
                f'Method {told} "{message.interface}" doesn\'t exist\n',
            )
        if message.interface == PROPERTIES:
            if message.body[:2] == [ADAPTER, "Powered"]:
                self.power(message.body[2].value)
            return None  # a device is trusted before it is paired
        if message.interface == ADAPTER:
            return await self._adapter_call(message)
        strap = next(s for path, s in self.straps.items() if message.path.startswith(path))
        calls: dict[str, Callable[[], Awaitable[Answer]]] = {
            "Connect": strap.connect,
            "Disconnect": strap.disconnect,
            "Pair": strap.pair,
        }
        if not self.objects[ADAPTER_PATH][ADAPTER]["Powered"] and message.member == "Connect":
            raise BluezError("Failed", "Input/output error")
        call = calls.get(str(message.member))
        return await (call() if call else strap.call(message))

    async def _adapter_call(self, message: Message) -> Answer:
        if not self.objects[ADAPTER_PATH][ADAPTER]["Powered"]:
            raise BluezError("NotReady", "Resource Not Ready")
        sender = str(message.sender)
        if message.member == "StartDiscovery":
            # Several programs may scan at once; each of them once.
            if sender in self.scanning:
                raise BluezError("InProgress", "Operation already in progress")
            self.scanning.add(sender)
            await asyncio.sleep(self._discovery_s)
            if len(self.scanning) == 1:
                self.change(ADAPTER_PATH, ADAPTER, {"Discovering": True})
        elif message.member == "StopDiscovery":
            if sender not in self.scanning:
                raise BluezError("Failed", "No discovery started")
            self.scanning.discard(sender)
            if not self.scanning:
                self.start(self._scan_is_over())
        return None


_ADAPTER_PROPERTIES: dict[str, Any] = {
    "Address": "00:AA:01:00:00:42",
    "Name": "fake",
    "Alias": "fake",
    "Powered": True,
    "Discovering": False,
    "Roles": ["central"],
    "UUIDs": [],
}
