"""The words around a real strap: what was found, how long to wait, and why it failed."""

from __future__ import annotations

from dataclasses import dataclass


class DeviceError(Exception):
    """The strap, or the radio, could not be used; ``reason`` is one of the short codes:

    no_adapter, adapter_off, not_allowed, not_found, out_of_range, needs_pairing,
    no_heart_rate, busy, refused, not_connected, missing, failed. As ``Link.reason`` there are
    also dropped, silent and asleep.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A strap in reach. ``rssi_dbm`` None: the system holds a link to it already.

    ``battery_pct`` None: it tells no one who is not connected, as most do.
    """

    name: str
    address: str
    rssi_dbm: int | None
    battery_pct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How long to wait for what, in seconds; connecting stays below BlueZ's own 40 s."""

    scan_s: float = 10.0
    connect_s: float = 20.0
    silent_s: float = 5.0
    first_word_s: float = 10.0
    battery_s: float = 5.0
    disconnect_s: float = 12.0
    retry_s: float = 0.5
    retry_most_s: float = 5.0
    adapter_s: float = 2.0  # looking whether the adapter is back costs no radio
    sleep_s: float = 75.0  # an H10 off the body and without a link sleeps within a minute


@dataclass(slots=True)
class Wishes:
    """Which streams are wanted now; may change while the link is up. ECG costs the battery.

    ``still``: none at all, whatever else is wished: the strap records by itself, and goes out of
    reach with its streams on if nobody stops them first.
    """

    acc: bool = True
    ecg: bool = False
    still: bool = False

    def kinds(self) -> frozenset[str]:
        return frozenset(kind for kind in ("acc", "ecg") if getattr(self, kind) and not self.still)


# Until this is mended there is no radio to use.
NO_RADIO = ("no_adapter", "adapter_off", "not_allowed")

# What BlueZ and bleak write (seen on BlueZ 5.66); the first that occurs decides.
_TOLD = (
    ("NotReady", "adapter_off"),
    ("ServiceUnknown", "no_adapter"),  # bluetoothd is not running
    ("InProgress", "busy"),
    ("already in progress", "busy"),  # another program connects
    ("Input/output error", "adapter_off"),  # to a connect
    ("AccessDenied", "not_allowed"),
    ("Not paired", "needs_pairing"),
    ("Authentication", "needs_pairing"),
    ("UnknownObject", "not_found"),
    ("not found", "not_found"),  # bleak does not always use its typed error
)


def reason_in(text: str) -> str:
    """The short code for a fault that tells of itself only in words."""
    return next((reason for words, reason in _TOLD if words in text), "failed")
