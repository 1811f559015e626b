"""Polar's file transfer over one characteristic: messages, and the packets they are cut into.

A message to the strap begins with a head ("RFC60"); replies have none. A packet ("RFC76")
begins with one byte: bit 0 is 0 in the first packet, bits 1-2 say more to come, last, or
error, bits 4-7 count 0 to 15 and wrap, from 0 in every message, both ways. A last word
without a body is ``00 00 00``; an error has its number there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from biocoach.types import Refusal

SERVICE = "0000feee-0000-1000-8000-00805f9b34fb"
# Requests are written to it, replies come on it; Polar calls it the MTU characteristic.
MTU = "fb005c51-02e7-f387-1cad-8acd2d8df0c8"

# Queries that an H10 is known to take; no other is ever sent (12 would prepare an update).
SET_LOCAL_TIME = 3
START_RECORDING, STOP_RECORDING, RECORDING_STATUS = 14, 15, 16

CANCEL = b"\x00\x00\x00"
MESSAGE_MAX = 4_000_000  # bytes: many times the longest recording; a strap that never ends
_REQUEST_MAX = 0x7FFF
_QUERY = 0x8000


class Status(IntEnum):
    """Bits 1-2 of a packet's first byte."""

    DONE = 0  # with a number: 0 means done, any other is an error
    LAST = 1
    ILLEGAL = 2
    MORE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    first: bool
    status: Status
    sequence: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A file operation: a protocol-buffers message of its own."""

    operation: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    number: int
    parameters: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A message has come to its end."""

    message: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The strap answered with an error's number; None where it was cut off."""

    code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The packets make no message: wrong_sequence, illegal, empty or too_long.

    ``more``: the strap was about to go on, and should be told to stop.
    """

    why: str
    more: bool


Outcome = Whole | Failed | Broken


# ---- messages to the strap


def request(operation: bytes) -> bytes:
    """Raises ValueError for an operation that is longer than its head can say."""
    if len(operation) > _REQUEST_MAX:
        raise ValueError(f"an operation of {len(operation)} bytes")
    return len(operation).to_bytes(2, "little") + operation


def query(number: int, parameters: bytes = b"") -> bytes:
    """Raises ValueError for a number beyond its 15 bits."""
    if not 0 <= number < _QUERY:
        raise ValueError(f"a query numbered {number}")
    return (number | _QUERY).to_bytes(2, "little") + parameters


def read_message(message: bytes) -> Request | Query | Refusal:
    """What a message to the strap says. Never raises."""
    if len(message) < 2:
        return Refusal(why="too short: no head")
    head, rest = int.from_bytes(message[:2], "little"), message[2:]
    if head & _QUERY:
        return Query(number=head & ~_QUERY, parameters=rest)
    if len(rest) < head:
        return Refusal(why=f"cut off: {len(rest)} bytes of {head}")
    return Request(operation=rest[:head])


# ---- packets


def packets(message: bytes, size: int) -> list[bytes]:
    """The message in packets of at most ``size`` bytes. Raises ValueError for a size below 2."""
    if size < 2:
        raise ValueError(f"no packet fits into {size} bytes")
    parts = [message[at : at + size - 1] for at in range(0, len(message), size - 1)] or [b""]
    last = len(parts) - 1
    return [
        bytes([(n & 15) << 4 | (Status.LAST if n == last else Status.MORE) << 1 | (n > 0)]) + part
        for n, part in enumerate(parts)
    ]


def failure(code: int) -> bytes:
    """The packet that ends an exchange with an error, or with 0 for done."""
    return b"\x00" + code.to_bytes(2, "little")


def read_packet(raw: bytes) -> Packet | Refusal:
    """Never raises. Bit 3 says nothing and is not looked at."""
    if not raw:
        return Refusal(why="empty")
    head = raw[0]
    return Packet(
        first=not head & 1, status=Status(head >> 1 & 3), sequence=head >> 4, body=raw[1:]
    )


class Reassembler:
    """Packets in, a message or what went wrong out; then it is ready for the next message."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0  # bytes of the message so far
        self._count = 0

    def add(self, raw: bytes) -> Outcome | None:
        """What the message has come to; None while there is more to come. Never raises."""
        outcome = self._take(raw)
        if outcome is not None:
            self._parts, self.size, self._count = [], 0, 0
        return outcome

    def _take(self, raw: bytes) -> Outcome | None:
        packet = read_packet(raw)
        if isinstance(packet, Refusal):
            return Broken(why="empty", more=bool(self._count))
        if packet.status is Status.DONE:  # an error counts, in whatever place it comes
            return self._done(packet.body)
        more = packet.status is Status.MORE
        if packet.status is Status.ILLEGAL:
            return Broken(why="illegal", more=True)
        if packet.sequence != self._count & 15 or packet.first != (self._count == 0):
            return Broken(why="wrong_sequence", more=more)
        if self.size + len(packet.body) > MESSAGE_MAX:
            return Broken(why="too_long", more=more)
        self._parts.append(packet.body)
        self.size += len(packet.body)
        self._count += 1
        return None if more else Whole(message=b"".join(self._parts))

    def _done(self, body: bytes) -> Outcome:
        if len(body) < 2:
            return Failed(code=None)
        code = int.from_bytes(body[:2], "little")
        return Failed(code=code) if code else Whole(message=b"".join(self._parts))


DECODERS: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    ("psftp-packet", read_packet),
    ("psftp-message", read_message),
    ("psftp-reply", lambda raw: Reassembler().add(raw)),
)
