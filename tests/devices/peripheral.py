"""What the emulated BlueZ expects of a strap's inside; the virtual H10 has it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


def short(number: int) -> str:
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


HEART, MEASUREMENT = short(0x180D), short(0x2A37)
BATTERY, LEVEL = short(0x180F), short(0x2A19)

# (service, characteristic, properties) in the order of the strap's own table.
Table = Sequence[tuple[str, str, Sequence[str]]]
Said = Sequence[tuple[str, bytes]]


class Peripheral(Protocol):
    """A strap's GATT server. Times are seconds of the caller's clock; refusals are AttError."""

    @property
    def table(self) -> Table: ...

    @property
    def connected(self) -> bool: ...

    @property
    def advertising(self) -> bool: ...

    def connect(self, now_s: float, mtu: int = 232) -> None:
        """Raises DeviceError where it takes no link."""

    def disconnect(self, now_s: float) -> None: ...

    def read(self, uuid: str, now_s: float) -> bytes: ...

    def write(self, uuid: str, data: bytes, now_s: float) -> Said:
        """What the strap says back, in order."""

    def listen(self, uuid: str, now_s: float) -> None: ...

    def unlisten(self, uuid: str, now_s: float) -> None: ...

    def due(self, now_s: float) -> Said:
        """What it has said since the last call."""

    def pair(self) -> None: ...


class PlainStrap:
    """A heart rate that the test sends itself, and a battery. Nothing can be written."""

    def __init__(self, battery: int = 84) -> None:
        self.battery = battery
        self.connected = False
        self.table: Table = (
            (HEART, MEASUREMENT, ("notify",)),
            (BATTERY, LEVEL, ("read",)),
        )

    @property
    def advertising(self) -> bool:
        return not self.connected

    def connect(self, now_s: float, mtu: int = 232) -> None:
        self.connected = True

    def disconnect(self, now_s: float) -> None:
        self.connected = False

    def read(self, uuid: str, now_s: float) -> bytes:
        return bytes([self.battery])

    def write(self, uuid: str, data: bytes, now_s: float) -> Said:
        raise NotImplementedError

    def listen(self, uuid: str, now_s: float) -> None: ...

    def unlisten(self, uuid: str, now_s: float) -> None: ...

    def due(self, now_s: float) -> Said:
        return ()

    def pair(self) -> None: ...
