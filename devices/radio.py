"""Bluetooth: who is near, and one connection. The only user of bleak.

What it must know of the stacks beneath was measured or reported; the comments say which of
those traps a line is for. Never run on macOS, Windows or a real radio by its authors: the tests
use bleak, unmodified, over an emulated BlueZ, and by hand over a real one (tests/realstack).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from devices import heart_rate
from devices.gatt import AttError
from devices.strap_words import DeviceError, Found, Timings, reason_in

# What the radio, the bus and the strap can throw at us; anything else is a bug, and shows.
# EOFError is dbus-fast's word for a bus that died in mid-call.
FAULTS = (BleakError, OSError, EOFError, TimeoutError)
_STUBBORN_S = 5.0


async def scan(seconds: float) -> list[Found]:
    """The straps with a Heart Rate Service in reach, the nearest first.

    Raises DeviceError where there is no Bluetooth to scan with.
    """
    with _faults_named():
        async with _radio():
            held = await _held()
            async with _scanning() as scanner:
                await asyncio.sleep(seconds)
            seen = scanner.discovered_devices_and_advertisement_data
    found = {d.address: Found(name=d.name or "", address=d.address, rssi_dbm=None) for d in held}
    for device, advert in seen.values():
        found[device.address] = _seen(device, advert)
    return sorted(found.values(), key=lambda f: f.rssi_dbm or 0, reverse=True)


def _seen(device: BLEDevice, advert: AdvertisementData) -> Found:
    # Few straps tell their battery before they are connected; those put it in service data.
    told = advert.service_data.get(heart_rate.BATTERY_SERVICE, b"")
    return Found(
        name=advert.local_name or device.name or "",
        address=device.address,
        rssi_dbm=advert.rssi,
        battery_pct=heart_rate.battery_pct(told),
    )


async def connect(
    wanted: str,
    timings: Timings,
    dropped: Callable[[], None] = lambda: None,
    *,
    trust_held: bool = True,
) -> RadioGatt:
    """Finds the strap with this address or name, and connects. ``dropped`` is called once the
    link is gone, whoever ended it. Raises DeviceError.

    ``trust_held``: take the system's word that it holds the strap's link already. A bluetoothd
    that died and came back is remembered wrongly by bleak, which then connects to nothing: where
    that failed, try without.
    """
    with _faults_named():
        async with _radio():
            device = await _find(wanted, timings.scan_s, trust_held=trust_held)
            # A client that failed is stuck: each try has its own.
            client = BleakClient(
                device, disconnected_callback=lambda _: dropped(), timeout=timings.connect_s
            )
            # If this fails, bleak has tidied up; disconnect() could then hang for 10 s.
            await client.connect()
    return RadioGatt(client, device)


@asynccontextmanager
async def connected(wanted: str, timings: Timings | None = None) -> AsyncIterator[RadioGatt]:
    """A connection for the length of a ``with``. Raises DeviceError."""
    waits = timings or Timings()
    gatt = await connect(wanted, waits)
    try:
        yield gatt
    finally:
        await gatt.disconnect(waits.disconnect_s)


class RadioGatt:
    """A connected strap: ``devices.gatt.Gatt`` over bleak."""

    def __init__(self, client: BleakClient, device: BLEDevice) -> None:
        self._client = client
        # As they were when it connected: once the link is lost bleak raises when it is asked.
        self._services = client.services
        self.address = device.address
        self.name = device.name or device.address

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    @property
    def payload_max(self) -> int:
        # mtu_size is always 23 on BlueZ; the characteristics know better.
        return max(
            (c.max_write_without_response_size for s in self._services
             for c in s.characteristics), default=20,
        )  # fmt: skip

    def has(self, characteristic: str) -> bool:
        return self._services.get_characteristic(characteristic) is not None

    def can(self, characteristic: str, what: str) -> bool:
        """Whether it has this property: read, write, notify, indicate."""
        found = self._services.get_characteristic(characteristic)
        return found is not None and what in found.properties

    async def read(self, characteristic: str) -> bytes:
        with _faults_named():
            return bytes(await self._client.read_gatt_char(self._known(characteristic)))

    async def write(self, characteristic: str, data: bytes) -> None:
        with _faults_named():
            await self._client.write_gatt_char(self._known(characteristic), data, response=True)

    async def listen(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        with _faults_named():
            await self._client.start_notify(
                self._known(characteristic), lambda _, data: heard(bytes(data))
            )

    def _known(self, characteristic: str) -> BleakGATTCharacteristic:
        found = self._services.get_characteristic(characteristic)
        if found is None:
            raise DeviceError("missing", characteristic)
        return found

    async def pair(self) -> None:
        """Asks the system to bond. macOS has no word for it, and asks by itself."""
        with _faults_named():
            try:
                await self._client.pair()
            except NotImplementedError as fault:
                raise DeviceError("needs_pairing", "not on this system") from fault

    async def disconnect(self, within_s: float) -> None:
        """Lets go; never raises. Due after a drop too: else the old bus stays, and every word
        arrives twice (bleak issue 2002)."""
        with suppress(*FAULTS):
            async with asyncio.timeout(within_s):
                await self._client.disconnect()


# ---- finding


async def _find(wanted: str, scan_s: float, *, trust_held: bool) -> BLEDevice:
    # A strap whose link the system holds does not advertise.
    for device in await _held() if trust_held else ():
        if _is(wanted, device.address, device.name):
            return device
    # Always a fresh scan: BlueZ forgets an unpaired strap 30 s after it went.
    async with _scanning() as scanner:
        with suppress(TimeoutError):
            async with asyncio.timeout(scan_s):
                async for device, advert in scanner.advertisement_data():
                    if _is(wanted, device.address, advert.local_name or device.name):
                        return device
    raise DeviceError("not_found", wanted)


@asynccontextmanager
async def _scanning() -> AsyncIterator[BleakScanner]:
    """A scan and its end. One that is cancelled while it begins or ends is left running by
    bleak, and BlueZ refuses every other to a program that has one (InProgress)."""
    # macOS finds nothing unless it is told the services.
    scanner = BleakScanner(service_uuids=[heart_rate.SERVICE])
    try:
        await _to_its_end(scanner.start())
        yield scanner
    finally:
        await _to_its_end(scanner.stop())


async def _to_its_end(job: Coroutine[Any, Any, None]) -> None:
    """A cancel is held back until the job is done: for _STUBBORN_S at most."""
    task = asyncio.ensure_future(job)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_STUBBORN_S)
        if task.done() and not task.cancelled():
            task.exception()  # looked at: the cancel is what is told
        raise


async def _held() -> list[BLEDevice]:
    try:
        adapter = await BleakAdapter.get()
    except NotImplementedError:
        return []  # not every system can tell
    return await adapter.get_connected_devices([heart_rate.SERVICE])


def _is(wanted: str, address: str, name: str | None) -> bool:
    return wanted.casefold() in (address.casefold(), (name or "").casefold())


# ---- the radio and its faults

_RADIOS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _radio() -> asyncio.Lock:
    """One scan or connect at a time: two at once end each other (InProgress)."""
    return _RADIOS.setdefault(asyncio.get_running_loop(), asyncio.Lock())


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except BleakGATTProtocolError as fault:
        raise AttError(fault.args[0]) from fault
    except FAULTS as fault:
        raise DeviceError(_reason(fault), str(fault)) from fault


_UNAVAILABLE = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: "no_adapter",
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "no_adapter",
    BleakBluetoothNotAvailableReason.POWERED_OFF: "adapter_off",
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: "not_allowed",
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: "not_allowed",
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: "not_allowed",
}


def _reason(fault: BaseException) -> str:
    match fault:
        case BleakBluetoothNotAvailableError():
            return _UNAVAILABLE.get(fault.reason, "no_adapter")
        case BleakDeviceNotFoundError():
            return "not_found"
        case TimeoutError():
            return "out_of_range"
        case FileNotFoundError() | ConnectionRefusedError():
            return "no_adapter"  # there is no system bus to ask
        case PermissionError():
            return "not_allowed"
    text = " ".join(map(str, fault.args)) if isinstance(fault, BleakDBusError) else str(fault)
    return reason_in(text)
