"""Objects on a bus with their properties, and the signals that tell of every change."""

from __future__ import annotations

from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"

# D-Bus wants a type with every value; those that Python's own type does not tell.
_SIGNATURES = {
    "RSSI": "n",
    "MTU": "q",
    "Class": "u",
    "UUIDs": "as",
    "Roles": "as",
    "Flags": "as",
    "Includes": "ao",
    "Adapter": "o",
    "Device": "o",
    "Service": "o",
    "Characteristic": "o",
    "Percentage": "y",
    "Value": "ay",
}


def _variants(properties: dict[str, Any]) -> dict[str, Variant]:
    return {
        name: Variant(_SIGNATURES.get(name, "b" if isinstance(value, bool) else "s"), value)
        for name, value in properties.items()
    }


class Tree:
    """``objects``: by path and interface, the plain values of the properties."""

    _bus: MessageBus

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, Any]]] = {}

    def everything(self) -> dict[str, dict[str, dict[str, Variant]]]:
        return {
            path: {name: _variants(values) for name, values in interfaces.items()}
            for path, interfaces in self.objects.items()
        }

    def add(self, path: str, interfaces: dict[str, dict[str, Any]]) -> None:
        self.objects[path] = {name: dict(values) for name, values in interfaces.items()}
        body = [path, {name: _variants(values) for name, values in interfaces.items()}]
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", body)

    def remove(self, path: str) -> None:
        names = list(self.objects.pop(path))
        self._signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, names])

    def bring(self, path: str, interface: str, values: dict[str, Any]) -> None:
        """One more interface of an object that is there."""
        self.objects[path][interface] = dict(values)
        body = [path, {interface: _variants(values)}]
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", body)

    def take_away(self, path: str, interface: str) -> None:
        if self.objects.get(path, {}).pop(interface, None) is not None:
            self._signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, [interface]])

    def change(self, path: str, interface: str, values: dict[str, Any]) -> None:
        if path in self.objects:
            self.objects[path][interface].update(values)
            body = [interface, _variants(values), []]
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def _signal(self, path: str, interface: str, member: str, sign: str, body: list[Any]) -> None:
        self._bus.send(
            Message(
                message_type=MessageType.SIGNAL,
                path=path,
                interface=interface,
                member=member,
                signature=sign,
                body=body,
            )
        )

    def invalidate(self, path: str, interface: str, name: str) -> None:
        """It has this property no more, if it had."""
        if self.objects[path].get(interface, {}).pop(name, None) is not None:
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, {}, [name]])
