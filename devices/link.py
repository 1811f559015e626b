"""One link to a strap from start to end: what it sends, and why it ended.

Late words of an old link die with its own inbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace

from biocoach.clock import Clock
from biocoach.types import Arrival, Battery, Contact, DeviceBody, Link, Reading, Strap
from devices import heart_rate, quirks, radio
from devices.decode import Decoder, to_input
from devices.polar import PMD_CONTROL, psftp
from devices.polar_streams import PolarStreams
from devices.strap_words import DeviceError, Timings, Wishes

WITHOUT_RR = 60  # so many rates and not one interval: it sends none
PULSE_S = 1.0
SLEPT_S = 5.0  # a second that took so much longer: the computer was asleep


class Connection:
    """``open``, read ``inbox`` until a ``Link(up=False)``, then ``close`` in any case."""

    def __init__(
        self,
        clock: Clock,
        timings: Timings,
        wishes: Wishes,
        decoder: Decoder,
        before: Strap | None = None,
    ) -> None:
        """``before``, and the decoder, hold what an earlier link has learnt of this strap."""
        self._before = before
        self._decoder = decoder
        self._clock = clock
        self._timings = timings
        self._wishes = wishes
        self.inbox: asyncio.Queue[Arrival] = asyncio.Queue()
        self.gatt: radio.RadioGatt | None = None
        self._polar: PolarStreams | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.strap = Strap(name="")
        self._rates_only = 0
        self._closing = False
        self._patience_s = timings.first_word_s
        self._heard_s = self._pulse_s = clock.now_s()

    async def open(self, wanted: str, *, trust_held: bool = True) -> None:
        """Finds, connects, subscribes. Raises DeviceError; ``close`` is due in any case."""
        gatt = self.gatt = await radio.connect(
            wanted, self._timings, self._dropped, trust_held=trust_held
        )
        if not gatt.has(heart_rate.MEASUREMENT):
            raise DeviceError("no_heart_rate", gatt.name)
        self._decoder.name = gatt.name
        self._tell(describe(gatt, self._before))
        self._put(Link(up=True))
        self._heard_s = self._pulse_s = self._clock.now_s()
        await gatt.listen(heart_rate.MEASUREMENT, self._heart)
        # Beside the stream: a read can hang (a strap that wants pairing), the heart must not.
        jobs: list[Coroutine[None, None, None]] = [self._watch(), self._ask_battery(gatt)]
        # After a bond that came to nothing BlueZ drops the link: once is enough.
        if gatt.has(PMD_CONTROL) and self.strap.trouble != "needs_pairing":
            jobs.append(self._stream(gatt))
        self._tasks = [asyncio.create_task(job) for job in jobs]

    async def close(self) -> None:
        """Stops its streams and lets go of the strap; harmless where there is no link."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._polar is not None:
            await self._polar.close()
        if self.gatt is not None:
            await self.gatt.disconnect(self._timings.disconnect_s)
        for bug in ended:
            if isinstance(bug, Exception):
                raise bug

    # ---- called by the radio: synchronous, and never after the end

    def _put(self, body: DeviceBody) -> None:
        if not self._closing:
            self.inbox.put_nowait(Arrival(clock_s=self._clock.now_s(), body=body))

    def _tell(self, strap: Strap) -> None:
        if strap != self.strap:
            self.strap = strap
            self._put(strap)

    def _dropped(self) -> None:
        late_s = self._clock.now_s() - self._pulse_s - PULSE_S
        self._put(Link(up=False, reason="asleep" if late_s > SLEPT_S else "dropped"))

    def _heart(self, raw: bytes) -> None:
        self._heard_s, self._patience_s = self._clock.now_s(), self._timings.silent_s
        body = self._decoder.input("2a37", raw, self._heard_s)
        if isinstance(body, Reading):
            self._learn(body)
        self._put(body)

    def _learn(self, reading: Reading) -> None:
        """Only its notifications say whether a strap feels skin, and sends beat intervals."""
        strap = self.strap
        if reading.contact is not Contact.UNKNOWN:
            strap = knows(strap, "contact")
        if reading.rr_1024:
            strap = knows(strap, "rr")
        elif reading.bpm and "rr" not in strap.sends and not quirks.surely_rr(strap.name):
            self._rates_only += 1
            if self._rates_only >= WITHOUT_RR:
                strap = lacks(strap, "rr")
        self._tell(strap)

    def _battery(self, data: bytes) -> None:
        percent = heart_rate.battery_pct(data)
        if percent is not None:
            self._put(Battery(percent=percent))

    # ---- beside the heart

    async def _watch(self) -> None:
        """The system says nothing of a strap that is connected and silent, or of its own sleep."""
        while True:
            self._pulse_s = self._clock.now_s()
            due_s = min(self._pulse_s + PULSE_S, self._heard_s + self._patience_s)
            await self._clock.sleep_until(due_s)
            now_s = self._clock.now_s()
            if now_s - due_s > SLEPT_S:
                return self._put(Link(up=False, reason="asleep"))
            if now_s >= self._heard_s + self._patience_s:
                return self._put(Link(up=False, reason="silent"))

    async def _ask_battery(self, gatt: radio.RadioGatt) -> None:
        # A strap whose battery cannot be asked is a strap all the same.
        if not gatt.has(heart_rate.BATTERY_LEVEL):
            return
        with suppress(DeviceError, TimeoutError):
            async with asyncio.timeout(self._timings.battery_s):
                self._battery(await gatt.read(heart_rate.BATTERY_LEVEL))
                if gatt.can(heart_rate.BATTERY_LEVEL, "notify"):
                    await gatt.listen(heart_rate.BATTERY_LEVEL, self._battery)

    async def _stream(self, gatt: radio.RadioGatt) -> None:
        """Movement, and ECG where it is wished. Without them the heart is heard all the same."""
        self._polar = PolarStreams(
            gatt, self._clock, frame=self._frame, pair=gatt.pair, trouble=self._trouble
        )
        try:
            offered = await self._polar.open()
            for kind in ("acc", "ecg"):
                change = knows if kind in offered else lacks
                self._tell(change(self.strap, kind))
            await self._polar.keep(self._wishes.kinds)
        except (DeviceError, TimeoutError) as fault:
            if gatt.connected:  # else the link is lost, and says so itself
                self._trouble(fault.reason if isinstance(fault, DeviceError) else "not_answering")

    def _frame(self, raw: bytes) -> None:
        self._put(to_input("pmd-data", raw))

    def _trouble(self, reason: str) -> None:
        self._tell(replace(self.strap, trouble=reason))


# ---- what a strap is known to send, and known not to send


def knows(strap: Strap, what: str) -> Strap:
    """The strap, now known to send this."""
    left = tuple(word for word in strap.lacks if word != what)
    sends = strap.sends if what in strap.sends else (*strap.sends, what)
    return replace(strap, sends=sends, lacks=left)


def lacks(strap: Strap, what: str) -> Strap:
    """The strap, now known not to send this."""
    left = tuple(word for word in strap.sends if word != what)
    missing = strap.lacks if what in strap.lacks else (*strap.lacks, what)
    return replace(strap, sends=left, lacks=missing)


def describe(gatt: radio.RadioGatt, before: Strap | None = None) -> Strap:
    """What can be told before it has said anything: the rest is learnt as it comes."""
    strap = Strap(name=gatt.name, address=gatt.address)
    learnt = before if before is not None and before.address == gatt.address else strap
    if not quirks.sends_rr(gatt.name) or "rr" in learnt.lacks:
        strap = lacks(strap, "rr")
    if "rr" in learnt.sends:
        strap = knows(strap, "rr")
    if learnt.trouble == "needs_pairing":
        strap = replace(strap, trouble=learnt.trouble)
    if gatt.has(heart_rate.BATTERY_LEVEL):
        strap = knows(strap, "battery")
    if not gatt.has(PMD_CONTROL):
        strap = lacks(lacks(strap, "acc"), "ecg")
    if gatt.has(psftp.MTU) and quirks.remembers(gatt.name):
        strap = knows(strap, "memory")
    return strap
