"""What a virtual H10 shows of itself: services, characteristics, and the words to read there.

Facts: docs/straps.md says where from. UUIDs have 36 letters in lower case, flags are BlueZ's words.
"""

from __future__ import annotations

from collections.abc import Collection

from devices import heart_rate
from devices.polar import PMD_CONTROL, PMD_DATA, PMD_SERVICE


def sig(number: int) -> str:
    """The whole UUID of a number that the Bluetooth SIG gave."""
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


def _polar(number: int) -> str:
    return f"fb005c{number:02x}-02e7-f387-1cad-8acd2d8df0c8"


MEASUREMENT, BATTERY = heart_rate.MEASUREMENT, heart_rate.BATTERY_LEVEL
FILES, EVENTS, TO_STRAP = _polar(0x51), _polar(0x52), _polar(0x53)
FEATURES = "6217ff4c-c8ec-b1fb-1380-3ad986708e2d"
FEATURE_CONTROL = "6217ff4d-91bb-91d0-7e2a-7cd3bda8a1f3"
_LOCATION = sig(0x2A38)
_INFORMATION = sig(0x180A)
_FEATURE_SERVICE = "6217ff4b-fb31-1140-ad5a-a45545d7ecf3"

Row = tuple[str, str, tuple[str, ...]]

_PMD_ROWS: tuple[Row, ...] = (
    (PMD_SERVICE, PMD_CONTROL, ("read", "write", "indicate")),
    (PMD_SERVICE, PMD_DATA, ("notify",)),
)
_ROWS: tuple[Row, ...] = (
    (heart_rate.SERVICE, MEASUREMENT, ("notify",)),
    (heart_rate.SERVICE, _LOCATION, ("read",)),
    (sig(0x180F), BATTERY, ("read", "notify")),
    *((_INFORMATION, sig(number), ("read",)) for number in (0x2A23, *range(0x2A24, 0x2A2A))),
    *_PMD_ROWS,
    (sig(0xFEEE), FILES, ("write", "write-without-response", "notify")),
    (sig(0xFEEE), EVENTS, ("notify",)),
    (sig(0xFEEE), TO_STRAP, ("write",)),
    (_FEATURE_SERVICE, FEATURES, ("read",)),
    (_FEATURE_SERVICE, FEATURE_CONTROL, ("write", "indicate")),
)

# Which feature bits an H10 sets is not in the sources: 5 kHz, several links; ANT+ (uncertain).
_FEATURE_BITS = bytes([0x82, 0x01])
_SETTINGS = {4: 1, 9: 0, 11: 1}  # questions after 5 kHz, several links, ANT+
_SAVED, _UNSUPPORTED, _NOT_ALLOWED = 1, 2, 5


def rows(faults: Collection[str]) -> tuple[Row, ...]:
    """(service, characteristic, flags) in the order of the strap."""
    return tuple(r for r in _ROWS if "no_pmd" not in faults or r not in _PMD_ROWS)


def constants(serial: str, faults: Collection[str]) -> dict[str, bytes]:
    """What a read gives that never changes. Device information ends in a zero byte."""
    # What Polar calls firmware is in the *software* revision.
    software = "2.1.9" if "no_pmd" in faults else "3.3.1"
    words = {0x2A24: "H10", 0x2A25: serial, 0x2A26: "5.0.0", 0x2A27: "00760690.03"}
    words |= {0x2A28: software, 0x2A29: "Polar Electro Oy"}
    told = {sig(number): word.encode() + b"\0" for number, word in words.items()}
    system_id = bytes.fromhex("feff") + serial.encode()[-6:].rjust(6, b"0")
    return told | {sig(0x2A23): system_id, _LOCATION: b"\x01", FEATURES: _FEATURE_BITS}


def feature_answer(data: bytes) -> bytes:
    """The answer to a write on the feature control; it tells settings, and changes none."""
    op = data[0]
    if op in _SETTINGS and len(data) == 1:
        return bytes([0xF0, op, _SAVED, _SETTINGS[op]])
    asks_change = op + 1 in _SETTINGS
    return bytes([0xF0, op, _NOT_ALLOWED if asks_change else _UNSUPPORTED])
