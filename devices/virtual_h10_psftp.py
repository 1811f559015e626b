"""How a virtual H10 takes and gives messages in packets, on the file transfer characteristic.

A packet's first byte: bit 0 later than the first, bits 1-2 what follows (3 more, 1 nothing, 0
done or error), bits 4-7 a number that counts to 15 and wraps. Facts: docs/straps.md says where
from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from devices.virtual_h10_faults import PACKET_FAULTS
from devices.virtual_h10_memory import PftpError
from devices.virtual_h10_protobuf import fields, one_nested, one_number
from devices.virtual_heart import Dice

_ERROR, _LAST, _MORE = 0, 1, 3
_QUERY = 0x8000
_HOST_ERROR, _BAD_COMMAND, _BAD_PARAMETER, _BUSY = 100, 101, 102, 202
_LONG_PACKETS = 3
_DONE = bytes(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A whole message: a query's id with its parameters, or an operation's command on a path."""

    query: int | None = None
    parameters: bytes = b""
    command: int = 0
    path: str = ""


# Gives a body, or None for done without one; raises PftpError, or ValueError for bad parameters.
Answer = Callable[[Ask, float], bytes | None]


class Psftp:
    """Packets in, packets out. ``packet_s``: so far apart are the packets of a long reply;
    with 0 they all come at once."""

    def __init__(
        self, answer: Answer, dice: Dice, faults: Collection[str], packet_s: float
    ) -> None:
        self._answer, self._dice, self._packet_s = answer, dice, packet_s
        # What an H10 says to a cancel is not known.
        self._answers_cancel = dice.random() < 0.5
        self._to_come = [fault for fault in PACKET_FAULTS if fault in faults]
        self._out: deque[tuple[float, bytes]] = deque()
        self._parts: list[bytes] = []

    def unlinked(self) -> None:
        self._out.clear()
        self._parts.clear()

    def due(self, until_s: float) -> list[tuple[float, bytes]]:
        found = []
        while self._out and self._out[0][0] <= until_s:
            found.append(self._out.popleft())
        return found

    def take(self, packet: bytes, at_s: float, payload_max: int) -> list[bytes]:
        """One packet of at least one byte from the client; what is said to it at once."""
        later, what, count = packet[0] & 1, packet[0] >> 1 & 3, packet[0] >> 4
        if not later:
            self._parts.clear()
        if what not in (_LAST, _MORE):
            return self._cancelled()
        if count != len(self._parts) % 16 or bool(later) != bool(self._parts):
            self._parts.clear()
            return [_error(_HOST_ERROR)]  # which error an H10 gives is not known
        self._parts.append(packet[1:])
        if what == _MORE:
            return []
        message = b"".join(self._parts)
        self._parts.clear()
        if self._out:
            return [_error(_BUSY)]
        return self._sent(self._reply(message, at_s, payload_max), at_s)

    def _cancelled(self) -> list[bytes]:
        self._parts.clear()
        self._out.clear()
        return [_DONE] if self._answers_cancel else []

    def _reply(self, message: bytes, at_s: float, payload_max: int) -> list[bytes]:
        try:
            ask = _read(message)
        except ValueError:
            return [_error(_BAD_COMMAND)]
        try:
            body = self._answer(ask, at_s)
        except PftpError as error:
            return [_error(error.number)]
        except ValueError:
            return [_error(_BAD_PARAMETER)]
        if body is None:
            return [_DONE]
        return self._faulty(_packets(body, payload_max - 1))

    def _faulty(self, packets: list[bytes]) -> list[bytes]:
        """A long reply with the next fault that is still to come."""
        if len(packets) < _LONG_PACKETS or not self._to_come:
            return packets
        at = 1 + int(self._dice.uniform(0, len(packets) - 2))
        match self._to_come.pop(0):
            case "lost_packet":
                return packets[:at] + packets[at + 1 :]
            case "double_packet":
                return packets[: at + 1] + packets[at:]
        return packets[: len(packets) // 2]

    def _sent(self, packets: list[bytes], at_s: float) -> list[bytes]:
        if self._packet_s <= 0:
            return packets
        self._out.extend(
            (at_s + place * self._packet_s, packet)
            for place, packet in enumerate(packets[1:], start=1)
        )
        return packets[:1]


def _error(number: int) -> bytes:
    return bytes([_ERROR]) + number.to_bytes(2, "little")


def _packets(body: bytes, size: int) -> list[bytes]:
    parts = [body[i : i + size] for i in range(0, len(body), size)] or [b""]
    heads = (
        (count % 16 << 4) | ((_LAST if count == len(parts) - 1 else _MORE) << 1) | (count > 0)
        for count in range(len(parts))
    )
    return [bytes([head]) + part for head, part in zip(heads, parts, strict=True)]


def _read(message: bytes) -> Ask:
    """Raises ValueError for a message that cannot be read."""
    if len(message) < 2:
        raise ValueError("no head")
    head = int.from_bytes(message[:2], "little")
    if head & _QUERY:
        return Ask(query=head & ~_QUERY, parameters=message[2:])
    if len(message) < 2 + head:
        raise ValueError("cut short")
    operation = fields(message[2 : 2 + head])
    path = one_nested(operation, 2).decode()  # a UnicodeDecodeError is a ValueError
    return Ask(command=one_number(operation, 1), path=path)
