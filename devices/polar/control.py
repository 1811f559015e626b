"""Polar's control point (pmd-control): commands to write, and what the strap answers.

A reply is ``F0 op type status [more [parameters]]``; an error has four or five bytes.
What begins with another byte is not an answer: ``01 type ...`` from the strap says that
those streams were stopped, ``0F bits ...`` is the feature read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from biocoach.types import Refusal
from devices.polar import measurement_name

ECG, ACC = 0, 2

_RESPONSE = 0xF0
_FEATURES = 0x0F
_GET_SETTINGS, _START, _STOP = 1, 2, 3

_OPS = {
    _GET_SETTINGS: "GET_SETTINGS",
    _START: "START",
    _STOP: "STOP",
    4: "GET_SDK_MODE_SETTINGS",
    5: "GET_MEASUREMENT_STATUS",
    6: "GET_SDK_MODE_STATUS",
}

_STATUSES = {
    0: "SUCCESS",
    1: "ERROR_INVALID_OP_CODE",
    2: "ERROR_INVALID_MEASUREMENT_TYPE",
    3: "ERROR_NOT_SUPPORTED",
    4: "ERROR_INVALID_LENGTH",
    5: "ERROR_INVALID_PARAMETER",
    6: "ERROR_ALREADY_IN_STATE",
    7: "ERROR_INVALID_RESOLUTION",
    8: "ERROR_INVALID_SAMPLE_RATE",
    9: "ERROR_INVALID_RANGE",
    10: "ERROR_INVALID_MTU",
    11: "ERROR_INVALID_NUMBER_OF_CHANNELS",
    12: "ERROR_INVALID_STATE",
    13: "ERROR_DEVICE_IN_CHARGER",
    14: "ERROR_DISK_FULL",
}

# Settings come as: type, count, then count values of the type's size in bytes.
_SETTING_NAMES = {0: "sample_rate", 1: "resolution", 2: "range", 4: "channels"}
_SETTING_BYTES = {0: 2, 1: 2, 2: 2, 3: 4, 4: 1, 5: 4, 6: 16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a stream can do, or is asked to do: Hz, bits, ±G, channels."""

    sample_rate: tuple[int, ...] = ()
    resolution: tuple[int, ...] = ()
    range: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The strap's answer to a command. Unknown numbers stay: ``OP_9``, ``STATUS_99``.

    ``more``: the next indications carry the rest. ``settings`` is None where the
    ``parameters`` are there but are not settings that could be read.
    """

    op: str
    measurement: str
    status: str
    more: bool = False
    settings: Settings | None = Settings()
    parameters: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as it was written to the strap."""

    op: str
    measurement: str
    settings: Settings | None = Settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The strap stopped these streams by itself."""

    measurements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a read of the control point tells: the measurements that the strap offers."""

    measurements: tuple[str, ...]


def decode(raw: bytes) -> Reply | Command | Stopped | Capabilities | Refusal:
    """What the strap said on the control point (or a start or stop that was said to it).

    Never raises.
    """
    if not raw:
        return Refusal(why="empty")
    if raw[0] == _RESPONSE:
        return _reply(raw)
    if raw[0] == _FEATURES and len(raw) > 1:
        bits = raw[1]
        return Capabilities(
            measurements=tuple(measurement_name(i) for i in range(8) if bits >> i & 1)
        )
    if len(raw) < 2:
        return Refusal(why="too short: no measurement after the first byte")
    if raw[0] == _GET_SETTINGS:
        return Stopped(measurements=tuple(measurement_name(kind) for kind in raw[1:]))
    if raw[0] in (_START, _STOP):
        settings = read_settings(raw[2:])
        return Command(op=_OPS[raw[0]], measurement=measurement_name(raw[1]), settings=settings)
    return Refusal(why=f"neither a reply nor a notice of the strap: it begins with {raw[0]:#04x}")


def _reply(raw: bytes) -> Reply | Refusal:
    if len(raw) < 4:
        return Refusal(why=f"too short: {len(raw)} bytes where a reply has at least 4")
    reply = Reply(
        op=_OPS.get(raw[1], f"OP_{raw[1]}"),
        measurement=measurement_name(raw[2]),
        status=_STATUSES.get(raw[3], f"STATUS_{raw[3]}"),
        more=len(raw) > 4 and raw[4] != 0,
    )
    return joined(reply, bytes(raw[5:]))


def answers(reply: Reply, command: bytes) -> bool:
    """Whether this reply is to that command: the same operation on the same measurement."""
    asked = (_OPS.get(command[0]), measurement_name(command[1]))
    return (reply.op, reply.measurement) == asked


def joined(last: Reply, parameters: bytes) -> Reply:
    """An answer that came in parts, as one: the last part with the ``parameters`` of all."""
    # A start's single parameter byte is a flag of the H10 (seen on the wire), not a setting.
    settings = Settings() if len(parameters) <= 1 else read_settings(parameters)
    return replace(last, settings=settings, parameters=parameters)


def read_settings(parameters: bytes) -> Settings | None:
    """The settings in ``parameters``; None where they are cut short or of no known type."""
    found: dict[str, tuple[int, ...]] = {}
    at = 0
    while at < len(parameters):
        size = _SETTING_BYTES.get(parameters[at])
        if size is None or at + 2 > len(parameters):
            return None
        start, count = at + 2, parameters[at + 1]
        at = start + size * count
        if at > len(parameters):
            return None
        name = _SETTING_NAMES.get(parameters[start - 2])
        if name is not None:
            found[name] = tuple(
                int.from_bytes(parameters[i : i + size], "little") for i in range(start, at, size)
            )
    return Settings(**found)


# ---- commands to write


def get_settings(measurement: int) -> bytes:
    """Asks what a stream (``ECG`` or ``ACC``) can do."""
    return bytes([_GET_SETTINGS, measurement])


def start(measurement: int, chosen: Mapping[str, int]) -> bytes:
    """Starts a stream with one value for each setting, named as in ``Settings``.

    Raises KeyError for an unknown name and OverflowError for a value beyond its field.
    """
    types = {name: kind for kind, name in _SETTING_NAMES.items()}
    parts = [bytes([_START, measurement])]
    for name, value in chosen.items():
        kind = types[name]
        parts.append(bytes([kind, 1]) + value.to_bytes(_SETTING_BYTES[kind], "little"))
    return b"".join(parts)


def stop(measurement: int) -> bytes:
    """Stops a stream. Every stream must be stopped before leaving: it would empty the battery."""
    return bytes([_STOP, measurement])
