"""The measurement service of a virtual H10: its control point and its streams.

A stream runs from a start to a stop, and not to the link's end: left on, it is an orphan that
the next client finds *already in state*. Facts: docs/straps.md says where from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial

from devices.polar import PMD_CONTROL, PMD_DATA
from devices.polar.control import ACC, ECG
from devices.virtual_h10_body import Body, StrapClock
from devices.virtual_h10_stream import Stream
from devices.virtual_heart import Dice
from devices.virtual_story import dice_for

FEATURES = bytes([0x0F, 0x05]) + bytes(15)
MTU_LEAST = 232  # where the H10 begins to refuse is not known; its ECG frame fits just so

_RESPONSE = 0xF0
_GET_SETTINGS, _START, _STOP = 1, 2, 3
_OK, _BAD_OP, _BAD_TYPE, _BAD_LENGTH, _BAD_PARAMETER = 0, 1, 2, 4, 5
_ALREADY, _BAD_MTU = 6, 10
_STOP_WHILE_IDLE = (0, 6, 12)  # not known, so the seed decides

# What each stream can do: setting type to its values, in the order of the strap's own answer.
_RATE, _RESOLUTION, _RANGE = 0, 1, 2
_CAN: dict[int, dict[int, tuple[int, ...]]] = {
    ECG: {_RATE: (130,), _RESOLUTION: (14,)},
    ACC: {_RATE: (25, 50, 100, 200), _RESOLUTION: (16,), _RANGE: (2, 4, 8)},
}
_REFUSED_VALUE = {_RATE: 8, _RESOLUTION: 7, _RANGE: 9}
_START_TAIL = {ECG: b"\0", ACC: b"\x01"}

Said = tuple[float, str, bytes]


class Pmd:
    """Commands in, answers and frames out. ``at_s`` never runs backwards."""

    def __init__(self, seed: int, body: Body, clock: StrapClock, faults: Collection[str]) -> None:
        self._seed, self._body, self._clock, self._faults = seed, body, clock, faults
        dice = dice_for(seed, "h10/pmd")
        self._when_idle = _STOP_WHILE_IDLE[int(dice.uniform(0, 3))]
        self._rate_off = {kind: 1 + dice.uniform(-0.02, 0.02) for kind in _CAN}
        self._incident = dice_for(seed, "h10/incident")
        self._streams: dict[int, Stream] = {}
        self._starts = 0
        self._planned: list[tuple[float, str]] = []
        self._to_come = [f for f in ("strap_stops", "clock_set") if f in faults]

    @property
    def running(self) -> tuple[int, ...]:
        """The measurement types that stream now."""
        return tuple(sorted(self._streams))

    def shut_down(self) -> None:
        self._streams.clear()
        self._planned.clear()

    # ---- the control point

    def command(self, data: bytes, at_s: float, mtu: int) -> bytes:
        """The answer to a command of at least one byte, which has been carried out."""
        op, kind = data[0], data[1] if len(data) > 1 else 0
        if op not in (_GET_SETTINGS, _START, _STOP):
            return bytes([_RESPONSE, op, kind, _BAD_OP])
        status = self._refusal(op, kind, data, mtu)
        if status == _OK and op == _STOP:
            status = self._stop(kind)
        if status != _OK:
            # Seen on the wire: a question is refused in 4 bytes, a start in 5.
            short = op == _GET_SETTINGS or "short_errors" in self._faults
            return bytes([_RESPONSE, op, kind, status]) + (b"" if short else b"\0")
        tail = b""
        if op == _GET_SETTINGS:
            tail = _told(_CAN[kind])
        elif op == _START:
            self._start(kind, _chosen(data[2:]) or {}, at_s)
            tail = _START_TAIL[kind]
        return bytes([_RESPONSE, op, kind, _OK, 0]) + tail

    def _refusal(self, op: int, kind: int, data: bytes, mtu: int) -> int:
        if len(data) < 2 or (op != _START and len(data) > 2):
            return _BAD_LENGTH
        if op != _STOP and mtu < MTU_LEAST:
            return _BAD_MTU
        if kind not in _CAN:
            return _BAD_TYPE
        if op != _START:
            return _OK
        return _ALREADY if kind in self._streams else _fits(_CAN[kind], _chosen(data[2:]))

    def _start(self, kind: int, chosen: dict[int, int], at_s: float) -> None:
        self._starts += 1
        self._streams[kind] = Stream(
            kind=kind,
            rate_hz=chosen[_RATE] * self._rate_off[kind],
            range_mg=1000 * chosen.get(_RANGE, 0),
            asked_s=at_s,
            body=self._body,
            faults=self._faults,
            part=partial(self._dice, self._starts),
        )
        for incident in self._to_come:
            self._planned.append((at_s + self._incident.uniform(20, 60), incident))
        self._to_come.clear()

    def _dice(self, start: int, part: str) -> Dice:
        return dice_for(self._seed, f"h10/stream/{start}/{part}")

    def _stop(self, kind: int) -> int:
        return _OK if self._streams.pop(kind, None) else self._when_idle

    # ---- what comes by itself

    def due(self, until_s: float, *, heard: bool) -> Iterator[Said]:
        """(when, characteristic, bytes) of frames and notices, in order.

        ``heard`` False: nobody listens to the data, and no frame is made; time passes.
        """
        while True:
            nearest = min(self._streams.values(), key=lambda s: s.due_s, default=None)
            incident = min(self._planned, default=None)
            if incident and incident[0] <= min(until_s, nearest.due_s if nearest else until_s):
                self._planned.remove(incident)
                yield from self._happens(*incident)
            elif nearest is not None and nearest.due_s <= until_s:
                at_s, raw = nearest.due_s, nearest.take(self._clock, heard=heard)
                if raw is not None:
                    yield at_s, PMD_DATA, raw
            else:
                return

    def _happens(self, at_s: float, incident: str) -> Iterator[Said]:
        if incident == "clock_set":
            days = self._incident.uniform(0, 365)
            self._clock.set(datetime(2026, 1, 1) + timedelta(days=days), at_s)  # noqa: DTZ001
        elif self._streams:
            notice = bytes([_GET_SETTINGS, *self.running])
            self._streams.clear()
            yield at_s, PMD_CONTROL, notice


def _told(can: dict[int, tuple[int, ...]]) -> bytes:
    """Settings as type, count, values of 2 bytes each."""
    return b"".join(
        bytes([kind, len(values)]) + b"".join(v.to_bytes(2, "little") for v in values)
        for kind, values in can.items()
    )


def _chosen(parameters: bytes) -> dict[int, int] | None:
    """One value of 2 bytes for each setting; None for anything else."""
    if len(parameters) % 4:
        return None
    found: dict[int, int] = {}
    for at in range(0, len(parameters), 4):
        kind, count = parameters[at], parameters[at + 1]
        if count != 1 or kind in found:
            return None
        found[kind] = int.from_bytes(parameters[at + 2 : at + 4], "little")
    return found


def _fits(can: dict[int, tuple[int, ...]], chosen: dict[int, int] | None) -> int:
    if chosen is None or chosen.keys() != can.keys():
        return _BAD_PARAMETER
    wrong = (_REFUSED_VALUE[kind] for kind in can if chosen[kind] not in can[kind])
    return next(wrong, _OK)
