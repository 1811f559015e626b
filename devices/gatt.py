"""One connection as the protocols above it see it: read, write and listen by characteristic.

``devices.radio`` gives one for a real strap, the virtual H10 is one itself, so that what talks
to a strap is the same code for both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from devices.strap_words import DeviceError

# Attribute errors (Bluetooth Core, Vol 3, Part F, 3.4.1.1) that ask for a bond first.
NEEDS_BOND = (0x05, 0x0F)


class AttError(DeviceError):
    """The strap refused a read or a write with this attribute error; the link stays up."""

    def __init__(self, code: int) -> None:
        reason = "needs_pairing" if code in NEEDS_BOND else "refused"
        super().__init__(reason, f"ATT {code:#04x}")
        self.code = code


class Gatt(Protocol):
    """Every method raises DeviceError (AttError where the strap itself said no)."""

    @property
    def payload_max(self) -> int:
        """So many bytes fit into one write or one notification: the MTU less 3."""

    def has(self, characteristic: str) -> bool:
        """``characteristic`` here and below: a UUID of 36 letters in lower case."""

    async def read(self, characteristic: str) -> bytes: ...

    async def write(self, characteristic: str, data: bytes) -> None:
        """Returns once the strap has said that it took it (a write with response)."""

    async def listen(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        """``heard`` is called with each notification or indication, in order; it must not wait."""
