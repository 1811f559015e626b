"""What a BlueZ says on its bus, as short lines in order, so that two of them can be compared.

A line is an answer (``Connect: ok``), a change (``device Connected=True``), or something that
came or went (``+ battery Percentage=84``, ``- battery``). Left out is what differs from scan to
scan (RSSI) and what a strap's library adds by itself (the services 1800 and 1801).
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ADAPTER_PATH = "/org/bluez/hci0"
PROPERTIES = "org.freedesktop.DBus.Properties"
_NAMES = {
    "org.bluez.Adapter1": "adapter",
    "org.bluez.Device1": "device",
    "org.bluez.Battery1": "battery",
    "org.bluez.GattService1": "service",
    "org.bluez.GattCharacteristic1": "characteristic",
    "org.bluez.GattDescriptor1": "descriptor",
}
_INTERFACES = {name: interface for interface, name in _NAMES.items()}
# Told by value; of the others only that they are there.
_TELLING = [
    "Powered",
    "Discovering",
    "Connected",
    "ServicesResolved",
    "Paired",
    "Bonded",
    "Trusted",
    "Notifying",
    "NotifyAcquired",
    "Percentage",
]
_SIG_TAIL = "-0000-1000-8000-00805f9b34fb"
_NOT_OURS = ("00001800" + _SIG_TAIL, "00001801" + _SIG_TAIL)


class Talk:
    """``async with Talk(address) as talk``: one client of the bus, and all that it hears."""

    def __init__(self, address: str) -> None:
        """``address`` of the strap that it is about."""
        self.device = f"{ADAPTER_PATH}/dev_{address.replace(':', '_')}"
        self.lines: list[str] = []
        self._uuid: dict[str, str] = {}
        self._hidden: set[str] = set()

    async def __aenter__(self) -> Talk:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self._bus.add_message_handler(self._heard)
        await self._ask(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "AddMatch",
            "s",
            ["type='signal',sender='org.bluez'"],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    def take(self) -> list[str]:
        """The lines since the last call."""
        lines, self.lines = self.lines, []
        return lines

    async def until(self, words: str, within_s: float = 60.0) -> None:
        """Until a line holds these words."""
        async with asyncio.timeout(within_s):
            while not any(words in line for line in self.lines):
                await asyncio.sleep(0.02)

    # ---- calls

    async def adapter(self, member: str) -> None:
        await self._told(member, ADAPTER_PATH, "org.bluez.Adapter1", member)

    async def strap(self, member: str) -> None:
        await self._told(member, self.device, "org.bluez.Device1", member)

    async def power(self, on: bool) -> None:
        body = ["org.bluez.Adapter1", "Powered", Variant("b", on)]
        await self._told(f"Powered={on}", ADAPTER_PATH, PROPERTIES, "Set", "ssv", body)

    async def attribute(self, member: str, uuid: str, data: bytes | None = None) -> None:
        path = next(p for p, known in self._uuid.items() if known == uuid and "/char" in p)
        told = f"{member} {_short(uuid)}"
        interface = "org.bluez.GattCharacteristic1"
        if member == "ReadValue":
            await self._told(told, path, interface, member, "a{sv}", [{}])
        elif member == "WriteValue":
            body = [data, {"type": Variant("s", "request")}]
            await self._told(told, path, interface, member, "aya{sv}", body)
        else:
            await self._told(told, path, interface, member)

    async def _told(
        self,
        told: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
    ) -> None:
        reply = await self._ask("org.bluez", path, interface, member, signature, body or [])
        if reply.message_type is MessageType.ERROR:
            error = str(reply.error_name).removeprefix("org.bluez.Error.")
            self.lines.append(f"{told}: {error} {' '.join(map(str, reply.body))}".rstrip())
        else:
            self.lines.append(f"{told}: ok")

    async def _ask(
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: list[Any],
    ) -> Message:
        reply = await self._bus.call(
            Message(
                destination=destination,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body,
            )
        )
        assert reply is not None
        return reply

    # ---- signals

    def _heard(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.member:
            case "InterfacesAdded":
                self._came(str(message.body[0]), message.body[1])
            case "InterfacesRemoved":
                self._went(str(message.body[0]), message.body[1])
            case "PropertiesChanged":
                self._changed(str(message.path), *message.body)

    def _came(self, path: str, interfaces: dict[str, dict[str, Variant]]) -> None:
        for interface, values in interfaces.items():
            if interface not in _NAMES:
                continue
            if "UUID" in values:
                self._uuid[path] = str(values["UUID"].value)
                if self._uuid[path] in _NOT_OURS:
                    self._hidden.add(path)
            if not self._hides(path):
                self._line("+", _NAMES[interface], path, values)

    def _went(self, path: str, interfaces: list[str]) -> None:
        for interface in interfaces:
            if interface in _NAMES and not self._hides(path):
                self._line("-", _NAMES[interface], path, {})

    def _changed(
        self, path: str, interface: str, values: dict[str, Variant], invalid: list[str]
    ) -> None:
        kept = {name: value for name, value in values.items() if name != "RSSI"}
        if interface in _NAMES and (kept or invalid) and not self._hides(path):
            self._line("", _NAMES[interface], path, kept, invalid)

    def _hides(self, path: str) -> bool:
        return any(path.startswith(hidden) for hidden in self._hidden)

    def _line(
        self,
        sign: str,
        name: str,
        path: str,
        values: dict[str, Variant],
        invalid: list[str] | None = None,
    ) -> None:
        words = [sign, name, _short(self._uuid.get(path, ""))]
        words += [
            f"{key}={value.value}" if key in _TELLING else key
            for key, value in sorted(values.items())
            if key not in ("UUID", "RSSI")
        ]
        words += [f"no {key}" for key in invalid or ()]
        self.lines.append(" ".join(word for word in words if word))


def _short(uuid: str) -> str:
    return uuid[4:8] if uuid.endswith(_SIG_TAIL) else uuid[:8]
