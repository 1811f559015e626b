"""A strap as the emulated BlueZ shows it: a device, its services, and what goes wrong with it.

The inside (what it answers and sends) is a ``Peripheral``; this is the radio around it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from devices.strap_words import DeviceError
from tests.devices.bluez_attributes import ADAPTER_PATH as ADAPTER_PATH
from tests.devices.bluez_attributes import Answer as Answer
from tests.devices.bluez_attributes import Attributes
from tests.devices.bluez_gatt import BluezError as BluezError
from tests.devices.bluez_gatt import leaving
from tests.devices.peripheral import HEART, LEVEL

DEVICE = "org.bluez.Device1"
BATTERY = "org.bluez.Battery1"
GIVES_UP_S = 40.0  # connecting to what does not answer
FORGETS_S = 30.0  # what is not paired and was not seen, or would not be paired


@dataclass
class FakeStrap(Attributes):
    """One strap in the air. Tests set its fields and call drop, vanish, appear and notify.

    ``connect_s``, ``resolve_s``, ``disconnect_s``: how long BlueZ takes over it. ``ghosts``: so
    many times Connect answers well, and no connection ever comes.
    """

    advertising: bool = True
    connect_error: BluezError | None = None
    connect_s: float = 0.0
    disconnect_s: float = 0.0
    resolve_s: float = 0.02
    ghosts: int = 0
    tick_s: float = 0.05

    def __post_init__(self) -> None:
        super().__post_init__()
        self._connecting: asyncio.Future[None] | None = None
        self._links = 0
        self._seen_s = 0.0
        self._forgetting = False

    # ---- what tests do to it

    def drop(self) -> None:
        """The strap ends the link, and advertises again."""
        if self.connected:
            self._unlink()
            self.bluez.change(self.path, DEVICE, {"ServicesResolved": False, "Connected": False})
            self.bluez.take_away(self.path, BATTERY)

    def _unlink(self) -> None:
        self.connected = False
        self.peripheral.disconnect(self._now_s())
        self.seen()

    def vanish(self) -> None:
        """Out of reach: the link ends, BlueZ forgets the strap at once (it takes its 30 s)."""
        self.advertising = False
        self.drop()
        self._forgotten()

    def seen(self) -> None:
        """Advertising or linked just now; what is not paired is forgotten some time later."""
        self._seen_s = self._now_s()
        if not self._forgetting:
            self._forgetting = True
            self.bluez.start(self._forget())

    async def _forget(self) -> None:
        while self._seen_s + FORGETS_S > self._now_s() and not self.connected:
            await asyncio.sleep(self._seen_s + FORGETS_S - self._now_s())
        self._forgetting = False
        if not self.connected and not self.paired:
            self._forgotten()

    async def _forsaken(self) -> None:
        """Some time after a bond that came to nothing BlueZ forgets the device, link and all. It
        does not say that the link is gone, only that the objects are."""
        link = self._links
        await asyncio.sleep(FORGETS_S)
        if self.connected and link == self._links and not self.paired:
            self._unlink()
            self._forgotten()

    def _forgotten(self) -> None:
        for path in leaving([p for p in self.bluez.objects if p.startswith(self.path)]):
            self.bluez.remove(path)
        self.forget_listeners()

    def appear(self) -> None:
        """In reach again."""
        self.advertising = True

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
            "Bonded": self.paired,
            "Trusted": False,
            "Blocked": False,
            "LegacyPairing": False,
            "Connected": False,
            "ServicesResolved": False,
        }

    async def connect(self) -> Answer:
        """Answers once there is a link; its services come later."""
        if self.connected:
            return None
        if self._connecting is not None:
            raise BluezError("Failed", "Operation already in progress")
        self._connecting = asyncio.get_running_loop().create_future()
        try:
            return await self._connect(self._connecting)
        finally:
            self._connecting = None

    async def _connect(self, given_up: asyncio.Future[None]) -> Answer:
        until_s = self._now_s() + GIVES_UP_S
        await asyncio.wait({given_up}, timeout=self.connect_s)
        if self.connect_error is not None:
            raise self.connect_error
        if self.ghosts:
            self.ghosts -= 1
            return None
        while not (self.advertising and self.peripheral.advertising) and self._now_s() < until_s:
            await asyncio.wait({given_up}, timeout=self.tick_s)
            if given_up.done():
                break
        if given_up.done():
            raise BluezError("Failed", "br-connection-canceled")
        if not self.advertising:
            raise BluezError("Failed", "le-connection-abort-by-local")
        try:
            self.peripheral.connect(self._now_s(), self.mtu)
        except DeviceError as refusal:
            raise BluezError("Failed", "le-connection-abort-by-peer") from refusal
        self.connected = True
        self._links += 1
        self.bluez.change(self.path, DEVICE, {"Connected": True})
        self.bluez.start(self._resolve(self._links))
        self.bluez.start(self._pump(self._links))
        return None

    async def _resolve(self, link: int) -> None:
        await asyncio.sleep(self.resolve_s)
        if not self.connected or link != self._links:
            return
        known = all(path in self.bluez.objects for path in self.gatt)
        for path, interfaces in self.gatt.items():
            if path not in self.bluez.objects:
                self.bluez.add(path, interfaces)
        services = list(dict.fromkeys(service for service, _, _ in self.peripheral.table))
        if known:
            self._tell_battery()
            self.bluez.change(self.path, DEVICE, {"ServicesResolved": True})
        else:
            self.bluez.change(self.path, DEVICE, {"UUIDs": services, "ServicesResolved": True})
            self._tell_battery()
        # Who listened when the last link ended still listens.
        for uuid, hearing in self._hearing.items():
            if hearing:
                self.peripheral.listen(uuid, self._now_s())

    def _tell_battery(self) -> None:
        if LEVEL in self.path_of:
            level = self.peripheral.read(LEVEL, self._now_s())
            self.bluez.bring(self.path, BATTERY, {"Percentage": level[0]})

    async def _pump(self, link: int) -> None:
        """What the strap says of itself, for as long as the link is up."""
        while self.connected and link == self._links:
            for uuid, raw in self.peripheral.due(self._now_s()):
                self.say(uuid, raw)
            if not self.peripheral.connected:
                self.drop()
            await asyncio.sleep(self.tick_s)

    async def disconnect(self) -> Answer:
        """The link, and what is said over it, lasts until BlueZ is through with it."""
        if self._connecting is not None and not self._connecting.done():
            self._connecting.set_result(None)
            while self._connecting is not None:  # who connects is answered first
                await asyncio.sleep(0)
        if not self.connected:
            return None
        self.bluez.take_away(self.path, BATTERY)
        await asyncio.sleep(self.disconnect_s)
        if self.connected:
            self._unlink()
            self.bluez.change(self.path, DEVICE, {"ServicesResolved": False})
            self.bluez.change(self.path, DEVICE, {"Connected": False})
        return None

    async def pair(self) -> Answer:
        if not self.bluez.agent:
            self.bluez.start(self._forsaken())
            raise BluezError("AuthenticationFailed", "Authentication Failed")
        self.peripheral.pair()
        self.paired = True
        self.bluez.change(self.path, DEVICE, {"Paired": True, "Bonded": True})
        return None
