"""A radio that Linux takes for its own, and straps in its air.

The kernel's ``/dev/vhci`` makes a program play a Bluetooth controller. Bumble plays it, and one
more for each strap; both hang on one link in this process. What a strap answers and says is a
``Peripheral``, as for the emulated BlueZ: mostly the virtual H10.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bumble import att, hci
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address
from bumble.pairing import PairingConfig
from bumble.transport import open_transport

from devices.gatt import AttError
from devices.strap_words import DeviceError
from tests.devices.peripheral import Peripheral
from tests.realstack import adapter
from tests.realstack.controller import Link, Radio

ADAPTER_ADDRESS = "00:AA:01:00:00:42"
TICK_S = 0.05
ADVERTISES_EACH_MS = 160.0

_FLAGS = {
    "read": (Characteristic.Properties.READ, Characteristic.READABLE),
    "write": (Characteristic.Properties.WRITE, Characteristic.WRITEABLE),
    "write-without-response": (
        Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
        Characteristic.WRITEABLE,
    ),
    "notify": (Characteristic.Properties.NOTIFY, Characteristic.READABLE),
    "indicate": (Characteristic.Properties.INDICATE, Characteristic.READABLE),
}


class Air:
    """One adapter that Linux has, and the straps near it."""

    def __init__(self, link: Link, host: Radio) -> None:
        self._link, self._host = link, host
        self._straps: list[AirStrap] = []

    async def add_strap(
        self, name: str, address: str, peripheral: Peripheral, mtu: int = 232
    ) -> AirStrap:
        strap = AirStrap(self._link, self._host, name, address, peripheral, mtu)
        self._straps.append(strap)
        await strap.start()
        return strap

    async def end(self) -> None:
        for strap in self._straps:
            await strap.end()


@asynccontextmanager
async def air() -> AsyncIterator[Air]:
    """An adapter that is there and on; it leaves with the ``with``."""
    link = Link()
    async with await open_transport("vhci") as vhci:
        host = Radio(
            "host",
            link,
            host_source=vhci.source,
            host_sink=vhci.sink,
            public_address=ADAPTER_ADDRESS,
        )
        await adapter.until_on()
        found = Air(link, host)
        try:
            yield found
        finally:
            await found.end()
    await adapter.until_gone()


class AirStrap:
    """A strap with a radio. Tests call drop, lose, vanish and appear."""

    def __init__(
        self,
        link: Link,
        host: Radio,
        name: str,
        address: str,
        peripheral: Peripheral,
        mtu: int,
    ) -> None:
        self.name, self.address, self.peripheral = name, address, peripheral
        self.mtu = mtu
        self.in_reach = True
        self.paired = False
        self._host = host
        self._radio = Radio(name, link)
        settings = DeviceConfiguration(
            name=name,
            address=Address(address),
            advertising_interval_min=ADVERTISES_EACH_MS,
            advertising_interval_max=ADVERTISES_EACH_MS,
        )
        self._device = Device.from_config_with_hci(settings, self._radio, self._radio)
        self._device.gatt_server.max_mtu = mtu
        # "Just works": nothing to type or to compare, as on a thing without keys.
        self._device.pairing_config_factory = lambda _: PairingConfig(mitm=False)
        self._device.on("connection", self._linked)
        self._by_uuid: dict[str, Any] = {}
        self._device.add_services(self._services())
        self._device.advertising_data, self._device.scan_response_data = _advertised(name)
        self._jobs: set[asyncio.Task[Any]] = set()
        self._says: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    @property
    def connected(self) -> bool:
        return bool(self._device.connections)

    @property
    def encrypted(self) -> bool:
        return any(c.is_encrypted for c in self._device.connections.values())

    async def start(self) -> None:
        await self._device.power_on()
        self._background(self._live())
        self._background(self._speak())

    async def end(self) -> None:
        jobs = list(self._jobs)
        for job in jobs:
            job.cancel()
        ended = await asyncio.gather(*jobs, return_exceptions=True)
        for bug in ended:
            if isinstance(bug, Exception):
                raise bug

    # ---- what tests do to it

    async def drop(self) -> None:
        """The strap ends the link, and advertises again."""
        for link in list(self._device.connections.values()):
            await link.disconnect(hci.HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    def lose(self) -> None:
        """The link dies on both sides with nobody saying so: a supervision timeout."""
        for radio in (self._radio, self._host):
            for link in list(radio.le_connections.values()):
                radio.on_le_disconnected(link, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    async def vanish(self) -> None:
        """Out of reach, until ``appear``."""
        self.in_reach = False
        self.lose()
        while self.connected or self._device.is_advertising:
            await asyncio.sleep(TICK_S)

    def appear(self) -> None:
        self.in_reach = True

    # ---- its inside, and the way from and to it

    def _services(self) -> list[Any]:
        services: dict[str, list[Any]] = {}
        for service, uuid, flags in self.peripheral.table:
            value = self._by_uuid[uuid] = self._characteristic(uuid, flags)
            services.setdefault(service, []).append(value)
        return [Service(UUID(uuid), values) for uuid, values in services.items()]

    def _characteristic(self, uuid: str, flags: Sequence[str]) -> Any:
        properties, permissions = Characteristic.Properties(0), Characteristic.Permissions(0)
        for flag in flags:
            properties |= _FLAGS[flag][0]
            permissions |= _FLAGS[flag][1]
        value = Characteristic(
            UUID(uuid),
            properties,
            permissions,
            CharacteristicValue(
                read=lambda _: self._read(uuid), write=lambda _, data: self._write(uuid, data)
            ),
        )
        value.on("subscription", lambda _, notify, indicate: self._listen(uuid, notify or indicate))
        return value

    def _read(self, uuid: str) -> bytes:
        try:
            return self.peripheral.read(uuid, _now_s())
        except AttError as refusal:
            raise att.ATT_Error(refusal.code) from refusal

    def _write(self, uuid: str, data: bytes) -> None:
        try:
            said = self.peripheral.write(uuid, bytes(data), _now_s())
        except AttError as refusal:
            raise att.ATT_Error(refusal.code) from refusal
        for word in said:
            self._says.put_nowait(word)

    def _listen(self, uuid: str, on: bool) -> None:
        (self.peripheral.listen if on else self.peripheral.unlisten)(uuid, _now_s())

    def _linked(self, link: Connection) -> None:
        link.on("disconnection", lambda _: self.peripheral.disconnect(_now_s()))
        link.on("pairing", lambda _: self._bonded())
        try:
            self.peripheral.connect(_now_s(), self.mtu)
        except DeviceError:
            self._background(link.disconnect())

    def _bonded(self) -> None:
        self.paired = True
        self.peripheral.pair()

    async def _live(self) -> None:
        """Advertises where it would, says what is due, and lets go where it has let go."""
        while True:
            await asyncio.sleep(TICK_S)
            for word in self.peripheral.due(_now_s()):
                self._says.put_nowait(word)
            if self.connected and not self.peripheral.connected:
                await self.drop()
            wants = self.in_reach and self.peripheral.advertising and not self.connected
            if wants and not self._device.is_advertising:
                await self._device.start_advertising()
            elif self._device.is_advertising and not wants:
                await self._device.stop_advertising()

    async def _speak(self) -> None:
        while True:
            uuid, raw = await self._says.get()
            for link in list(self._device.connections.values()):
                value = self._by_uuid[uuid]
                if value.properties & Characteristic.Properties.INDICATE:
                    # Its confirmation is waited for, and holds up no notification.
                    self._background(self._device.indicate_subscriber(link, value, raw))
                else:
                    await self._device.notify_subscriber(link, value, raw)

    def _background(self, job: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)


def _advertised(name: str) -> tuple[bytes, bytes]:
    """The advertisement has the Heart Rate Service, the answer to a scan the name."""
    flags = bytes([0x06])  # to be found by anyone, no classic Bluetooth
    heart = (0x180D).to_bytes(2, "little")
    first = AdvertisingData(
        [
            (AdvertisingData.FLAGS, flags),
            (AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, heart),
        ]
    )
    second = AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, name.encode())])
    return bytes(first), bytes(second)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
