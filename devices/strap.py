"""A real strap over Bluetooth: found, connected, heard, and found again, for ever.

The only user of bleak. What it must know of the stacks beneath is in design/4-straps.md;
the comments say which of those traps a line is for. Never run on macOS, Windows or a real
radio by its authors: the tests use bleak, unmodified, over an emulated BlueZ.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from weakref import WeakKeyDictionary

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)

from biocoach.clock import Clock
from biocoach.types import Arrival, Battery, Contact, DeviceBody, Link, Reading, Strap
from devices import heart_rate, quirks
from devices.decode import to_input
from devices.polar import PMD_CONTROL
from devices.strap_words import DeviceError, Found, Timings, reason_in

__all__ = ["DeviceError", "Found", "StrapSource", "Timings", "scan"]

# What the radio, the bus and the strap can throw at us; anything else is a bug, and shows.
# EOFError is dbus-fast's word for a bus that died in mid-call.
_FAULTS = (BleakError, OSError, EOFError, TimeoutError)


async def scan(seconds: float) -> list[Found]:
    """The straps with a Heart Rate Service in reach, the nearest first.

    Raises DeviceError where there is no Bluetooth to scan with.
    """
    with _faults_named():
        async with _radio():
            held = await _held()
            # macOS finds nothing unless it is told the services.
            seen = await BleakScanner.discover(
                timeout=seconds, return_adv=True, service_uuids=[heart_rate.SERVICE]
            )
    found = {d.address: Found(name=d.name or "", address=d.address, rssi_dbm=None) for d in held}
    for device, advert in seen.values():
        name = advert.local_name or device.name or ""
        found[device.address] = Found(name=name, address=device.address, rssi_dbm=advert.rssi)
    return sorted(found.values(), key=lambda f: f.rssi_dbm or 0, reverse=True)


class StrapSource:
    """Arrivals of the strap with the address or name ``wanted``; it never gives up."""

    simulated = False
    scripted = False

    def __init__(self, wanted: str, clock: Clock, timings: Timings | None = None) -> None:
        self._wanted = wanted
        self._clock = clock
        self._timings = timings or Timings()

    @property
    def name(self) -> str:
        return f"ble:{self._wanted}"

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        """Strap, Link, Reading, Unread and Battery arrivals, without end.

        Every failure is a ``Link(up=False)``, said once until its reason changes. Close it
        (``contextlib.aclosing``) or cancel the task that reads it: the link is then let go.
        """
        told, retry_s = "", self._timings.retry_s
        while True:
            connection = _Connection(self._clock, self._timings)
            try:
                await connection.open(self._wanted)
                up = True
                while up:
                    arrival = await connection.inbox.get()
                    yield arrival
                    if isinstance(arrival.body, Reading):
                        retry_s = self._timings.retry_s
                    elif isinstance(arrival.body, Link):
                        up, told = arrival.body.up, arrival.body.reason
            except DeviceError as fault:
                if fault.reason != told:
                    told = fault.reason
                    yield Arrival(clock_s=self._clock.now_s(), body=Link(up=False, reason=told))
            finally:
                await connection.close()
            await self._clock.sleep_until(self._clock.now_s() + retry_s)
            retry_s = min(2 * retry_s, self._timings.retry_most_s)


class _Connection:
    """One link from start to end. Late words of an old link die with its own inbox."""

    def __init__(self, clock: Clock, timings: Timings) -> None:
        self._clock = clock
        self._timings = timings
        self.inbox: asyncio.Queue[Arrival] = asyncio.Queue()
        self._client: BleakClient | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._strap = Strap(name="")
        self._closing = False
        self._patience_s = timings.first_word_s
        self._heard_s = clock.now_s()

    async def open(self, wanted: str) -> None:
        """Finds, connects, subscribes. Raises DeviceError; ``close`` is due in any case."""
        with _faults_named():
            async with _radio():
                device = await _find(wanted, self._timings.scan_s)
                client = BleakClient(
                    device,
                    disconnected_callback=lambda _: self._dropped(),
                    timeout=self._timings.connect_s,
                )
                # If this fails, bleak has tidied up; disconnect() could then hang for 10 s.
                await client.connect()
                self._client = client
            measurement = client.services.get_characteristic(heart_rate.MEASUREMENT)
            if measurement is None:
                raise DeviceError("no_heart_rate", device.name or device.address)
            self._strap = _describe(device, client)
            self._put(self._strap)
            self._put(Link(up=True))
            self._heard_s = self._clock.now_s()
            await client.start_notify(measurement, self._heart)
        # Beside the stream: a read can hang (a strap that wants pairing), the heart must not.
        self._tasks = [
            asyncio.create_task(self._watch()),
            asyncio.create_task(self._ask_battery(client)),
        ]

    async def close(self) -> None:
        """Lets go of the strap; harmless where there is no link."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            # After a drop too: else the old bus stays, and every word arrives twice (bleak 2002).
            with suppress(*_FAULTS):
                async with asyncio.timeout(self._timings.disconnect_s):
                    await self._client.disconnect()
        for bug in ended:
            if isinstance(bug, Exception):
                raise bug

    # ---- called by bleak: synchronous, and never after the end

    def _put(self, body: DeviceBody) -> None:
        if not self._closing:
            self.inbox.put_nowait(Arrival(clock_s=self._clock.now_s(), body=body))

    def _dropped(self) -> None:
        self._put(Link(up=False, reason="dropped"))

    def _heart(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        self._heard_s, self._patience_s = self._clock.now_s(), self._timings.silent_s
        body = to_input("2a37", bytes(data), self._strap.name)
        tells = isinstance(body, Reading) and body.contact is not Contact.UNKNOWN
        if tells and "contact" not in self._strap.sends:
            # Only the flags of a notification say whether the strap can feel skin.
            self._strap = replace(self._strap, sends=(*self._strap.sends, "contact"))
            self._put(self._strap)
        self._put(body)

    def _battery(self, _: BleakGATTCharacteristic, data: bytearray) -> None:
        if data and data[0] <= 100:
            self._put(Battery(percent=data[0]))

    # ---- beside the stream

    async def _watch(self) -> None:
        """bleak says nothing of a strap that is connected and silent."""
        while (now_s := self._clock.now_s()) < self._heard_s + self._patience_s:
            due_s = self._heard_s + self._patience_s
            await self._clock.sleep_until(min(due_s, now_s + self._timings.silent_s))
        self._put(Link(up=False, reason="silent"))

    async def _ask_battery(self, client: BleakClient) -> None:
        # A strap whose battery cannot be asked is a strap all the same.
        with suppress(*_FAULTS):
            level = client.services.get_characteristic(heart_rate.BATTERY_LEVEL)
            if level is None:
                return
            async with asyncio.timeout(self._timings.battery_s):
                self._battery(level, await client.read_gatt_char(level))
                if "notify" in level.properties:
                    await client.start_notify(level, self._battery)


# ---- finding


async def _find(wanted: str, scan_s: float) -> BLEDevice:
    # A strap whose link the system holds does not advertise.
    for device in await _held():
        if _is(wanted, device.address, device.name):
            return device
    # Always a fresh scan: BlueZ forgets an unpaired strap 30 s after it went.
    found = await BleakScanner.find_device_by_filter(
        lambda device, advert: _is(wanted, device.address, advert.local_name or device.name),
        timeout=scan_s,
        service_uuids=[heart_rate.SERVICE],
    )
    if found is None:
        raise DeviceError("not_found", wanted)
    return found


async def _held() -> list[BLEDevice]:
    try:
        adapter = await BleakAdapter.get()
    except NotImplementedError:
        return []  # not every system can tell
    return await adapter.get_connected_devices([heart_rate.SERVICE])


def _is(wanted: str, address: str, name: str | None) -> bool:
    return wanted.casefold() in (address.casefold(), (name or "").casefold())


def _describe(device: BLEDevice, client: BleakClient) -> Strap:
    """What it can send, from what it has. Its PMD streams are not used yet."""
    name = device.name or device.address
    sends = ["rr"] if quirks.sends_rr(name) else []
    if client.services.get_characteristic(PMD_CONTROL) is not None:
        sends += ["acc", "ecg"]
    if client.services.get_characteristic(heart_rate.BATTERY_LEVEL) is not None:
        sends.append("battery")
    return Strap(name=name, address=device.address, sends=tuple(sends))


# ---- the radio and its faults

_RADIOS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _radio() -> asyncio.Lock:
    """One scan or connect at a time: two at once end each other (InProgress)."""
    return _RADIOS.setdefault(asyncio.get_running_loop(), asyncio.Lock())


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except _FAULTS as fault:
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
