"""What is at work inside a virtual H10, whoever is linked: heart, streams, memory, battery.

Times are seconds since the person put it on. ``virtual_h10`` has the link and the attributes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from devices.polar import PMD_CONTROL, PMD_DATA
from devices.virtual_h10_body import Body, StrapClock
from devices.virtual_h10_heart import HeartRate
from devices.virtual_h10_memory import Memory
from devices.virtual_h10_pmd import FEATURES, Pmd
from devices.virtual_h10_psftp import Ask, Psftp
from devices.virtual_h10_table import (
    BATTERY,
    FEATURE_CONTROL,
    FILES,
    MEASUREMENT,
    TO_STRAP,
    constants,
    feature_answer,
)
from devices.virtual_story import dice_for

_HOUR_S = 3600.0
# 400 h without streams (Polar's data sheet); what a stream costs is not published.
_IDLE_PCT_AN_HOUR, _STREAM_PCT_AN_HOUR = 0.25, 2.0
# What a client may ask; the others do harm (an update, a reset) or belong to watches.
_QUERIES = (1, 3, 4, 14, 15, 16)

Word = tuple[str, bytes]


class Inside:
    """The strap without its link. Raises ValueError for a scenario that is not there."""

    def __init__(
        self,
        *,
        seed: int,
        serial: str,
        scenario: str,
        faults: Collection[str],
        kept: tuple[str, bytes] | None,
        packet_s: float,
    ) -> None:
        power, memory = dice_for(seed, "h10/power"), dice_for(seed, "h10/memory")
        self.body = Body(seed, scenario)
        self.asleep = False
        self.misused: list[str] = []
        self._constants = constants(serial, faults)
        self._clock = StrapClock(-power.uniform(5, 60))
        self._charge_pct = power.uniform(55, 100)
        self._heart = HeartRate(self.body, dice_for(seed, "h10/heart"), 0.0)
        self._pmd = Pmd(seed, self.body, self._clock, faults)
        self._memory = Memory(self.body, memory, faults, self._set_clock, kept)
        self._files = Psftp(self._answer, dice_for(seed, "h10/packets"), faults, packet_s)
        self._now_s = self._slept_s = 0.0

    @property
    def now_s(self) -> float:
        return self._now_s

    @property
    def streams(self) -> tuple[int, ...]:
        return self._pmd.running

    @property
    def memory(self) -> str:
        return self._memory.state

    # ---- time

    def live(self, until_s: float, listening: Collection[str]) -> list[Word]:
        """What it says until then, in order, to who listens so."""
        hours, self._now_s = (until_s - self._now_s) / _HOUR_S, until_s
        if self.asleep:
            return []
        before_pct = self._battery()
        used_pct = _IDLE_PCT_AN_HOUR + _STREAM_PCT_AN_HOUR * len(self._pmd.running)
        self._charge_pct = max(0.0, self._charge_pct - hours * used_pct)
        heart = self._heart.due(until_s, heard=MEASUREMENT in listening)
        said = [(at_s, MEASUREMENT, raw) for at_s, raw in heart]
        said += self._pmd.due(until_s, heard=PMD_DATA in listening)
        said += [(at_s, FILES, raw) for at_s, raw in self._files.due(until_s)]
        if self._battery() != before_pct:
            said.append((until_s, BATTERY, bytes([self._battery()])))
        in_order = sorted(said, key=lambda word: word[0])
        return [(uuid, raw) for _, uuid, raw in in_order if uuid in listening]

    def unlinked(self) -> None:
        """Half a message goes with the link; streams and a recording stay."""
        self._files.unlinked()

    def fall_asleep(self) -> None:
        self.asleep, self._slept_s = True, self._now_s
        self._pmd.shut_down()

    def wake(self) -> None:
        """It boots: its clock says 2019 again, and its recording goes on."""
        if not self.asleep:
            return
        self.asleep = False
        self._memory.slept(self._slept_s, self._now_s)
        self._clock.boot(self._now_s)
        self._heart.boot(self._now_s)

    # ---- attributes

    def read(self, uuid: str) -> bytes:
        if uuid == PMD_CONTROL:
            return FEATURES
        return bytes([self._battery()]) if uuid == BATTERY else self._constants[uuid]

    def write(self, uuid: str, data: bytes, mtu: int) -> list[bytes]:
        """What it answers on the same characteristic; ``data`` has at least one byte."""
        if uuid == PMD_CONTROL:
            return [self._pmd.command(data, self._now_s, mtu)]
        if uuid == FEATURE_CONTROL:
            return [feature_answer(data)]
        if uuid == FILES:
            return self._files.take(data, self._now_s, mtu - 3)
        if uuid == TO_STRAP:
            self.misused.append(f"event {data[0]}")
        return []

    def _answer(self, ask: Ask, at_s: float) -> bytes | None:
        if ask.query is None:
            return self._memory.operation(ask.command, ask.path, at_s)
        if ask.query not in _QUERIES:
            self.misused.append(f"query {ask.query}")
        return self._memory.query(ask.query, ask.parameters, at_s)

    def _set_clock(self, local: datetime, at_s: float) -> None:
        if self._pmd.running:
            self.misused.append("clock set while streaming")
        self._clock.set(local, at_s)

    def _battery(self) -> int:
        return round(self._charge_pct)
