"""Plain words for the short codes of devices."""

from __future__ import annotations

STRAP_REASONS = {
    "no_adapter": "No Bluetooth adapter was found; plug one in",
    "adapter_off": "Bluetooth is switched off; switch it on",
    "not_allowed": "Bluetooth is not allowed for this program; allow it in the system's settings",
    "busy": "Bluetooth is busy with something else; try again in a moment",
    "not_found": "The strap was not found; wear it with the electrodes wet, and come nearer",
    "out_of_range": "The strap is out of reach; come nearer",
    "dropped": "The link to the strap was lost; come nearer",
    "asleep": "The computer was asleep",
    "refused": "The strap refused the connection; close other apps that use it",
    "silent": "The strap is connected but sends nothing; wet its electrodes, or put it on again",
    "needs_pairing": "The strap wants to be paired; do so in the system's settings",
    "no_heart_rate": "This device sends no heart rate; give another address or name",
}


def strap_trouble(reason: str) -> str:
    return STRAP_REASONS.get(reason, f"Bluetooth did not answer ({reason})")
