"""A strap's services as BlueZ shows them, and its words for an attribute error.

Properties, their order and the texts: seen of bluetoothd 5.66 (``tests/realstack``).
"""

from __future__ import annotations

from typing import Any

from devices.gatt import NEEDS_BOND, AttError
from tests.devices.peripheral import Peripheral, short

SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"
_CONFIGURATION = short(0x2902)

Objects = dict[str, dict[str, dict[str, Any]]]


class BluezError(Exception):
    """What a method answers instead of a result."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name if "." in name else f"org.bluez.Error.{name}"


_WORDS = {
    0x02: ("NotPermitted", "Read not permitted"),
    0x03: ("NotPermitted", "Write not permitted"),
    0x06: ("NotSupported", "Operation is not supported"),
    0x07: ("InvalidArguments", "Invalid offset"),
    0x08: ("NotAuthorized", "Operation Not Authorized"),
    0x0D: ("InvalidArguments", "Invalid Length"),
}


def bluez_words(fault: AttError) -> BluezError:
    """An attribute error as BlueZ tells of it on the bus."""
    if fault.code in NEEDS_BOND:
        return BluezError("NotPermitted", "Not paired")
    unnamed = ("Failed", f"Operation failed with ATT error: {fault.code:#04x}")
    return BluezError(*_WORDS.get(fault.code, unnamed))


def objects(device: str, peripheral: Peripheral, mtu: int) -> Objects:
    """By path, in the order in which they come; what can be told has its descriptor."""
    found: Objects = {}
    services: dict[str, str] = {}
    for number, (service, uuid, flags) in enumerate(peripheral.table, start=1):
        if service not in services:
            services[service] = f"{device}/service{number * 16:04x}"
            told = {"UUID": service, "Device": device, "Primary": True, "Includes": []}
            found[services[service]] = {SERVICE: told}
        path = f"{services[service]}/char{number * 16 + 2:04x}"
        told = {"UUID": uuid, "Service": services[service], "Value": b"", "Flags": list(flags)}
        told["MTU"] = mtu
        if {"notify", "indicate"} & set(flags):
            told["Notifying"] = False
            tail = {"UUID": _CONFIGURATION, "Characteristic": path, "Value": b""}
            found[f"{path}/desc{number * 16 + 4:04x}"] = {DESCRIPTOR: tail}
        if "notify" in flags:
            told["NotifyAcquired"] = False
        if "write-without-response" in flags:
            told["WriteAcquired"] = False
        found[path] = {CHARACTERISTIC: told}
    return dict(sorted(found.items()))


def leaving(paths: list[str]) -> list[str]:
    """The order in which BlueZ takes them away: as they came, but what is inside first."""
    # "~" comes after every letter of a path.
    return sorted(paths, key=lambda path: f"{path}/~")
