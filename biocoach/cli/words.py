"""Plain words for the short codes of devices."""

from __future__ import annotations

STRAP_REASONS = {
    "no_adapter": "No Bluetooth adapter was found; plug one in",
    "adapter_off": "Bluetooth is switched off; switch it on",
    "not_allowed": "Bluetooth is not allowed for this program; allow it in the system's settings",
    "busy": "Bluetooth is busy with something else; try again in a moment",
}


def strap_trouble(reason: str) -> str:
    return STRAP_REASONS.get(reason, f"Bluetooth did not answer ({reason})")
