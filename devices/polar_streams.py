"""Movement and ECG of a Polar strap: asked for, kept going, and always stopped again.

The talk is Polar's (docs/straps.md says where it is known from), over any ``Gatt``. A stream that
is left on empties the strap's battery, so that those of an earlier run that was killed (orphans)
are stopped first of all, and every way out stops what was started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from biocoach.clock import Clock
from biocoach.types import Refusal
from devices.gatt import Gatt
from devices.polar import PMD_CONTROL, PMD_DATA, control, measurement_name
from devices.strap_words import DeviceError

REPLY_S = 30.0  # Polar's own software waits this long
# For a strap to take a question, and a person to agree to a bond where it wants one: that has 30 s
# in all (Bluetooth Core, Vol 3, Part H, 3.4). BlueZ 5.66 tries it by itself, over and over, and
# does not answer us; 30 s after it came to nothing it drops the link.
TAKEN_S = 25.0
GOODBYE_S = 3.0  # a link that is being left may be a bad one
LOOK_S = 1.0
STALLED_S = 60.0  # an H10's first frame was seen to come after 25 to 30 s
AGAIN_S = 5.0  # after the strap itself stopped a stream
REFUSED_AGAIN_S = 300.0

KINDS = {"acc": control.ACC, "ecg": control.ECG}
# The strap's own defaults, seen on the wire: ACC 50 Hz at ±2 G is enough to tell stillness.
_WISHED = {
    control.ACC: {"sample_rate": 50, "resolution": 16, "range": 2},
    control.ECG: {"sample_rate": 130, "resolution": 14},
}
_TROUBLE = {"ERROR_INVALID_MTU": "small_mtu", "ERROR_INVALID_STATE": "busy"}


@dataclass(slots=True)
class _Stream:
    """One kind. ``may_run``: it was started, or was not heard to stop."""

    may_run: bool = True
    running: bool = False
    heard_s: float = 0.0
    not_before_s: float = 0.0


@dataclass(slots=True)
class _Talk:
    """One command at a time, and the replies that come back."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    replies: asyncio.Queue[control.Reply] = field(default_factory=asyncio.Queue)


class PolarStreams:
    """``open``, then ``keep`` for as long as it is wanted, then ``close`` in any case."""

    def __init__(
        self,
        gatt: Gatt,
        clock: Clock,
        *,
        frame: Callable[[bytes], None],
        pair: Callable[[], Awaitable[None]],
        trouble: Callable[[str], None],
    ) -> None:
        """``frame`` gets each pmd-data notification; ``trouble`` a short code when movement is
        wanted and can't be had, and "" once it can."""
        self._gatt = gatt
        self._clock = clock
        self._frame = frame
        self._pair = pair
        self._trouble = trouble
        self._talk = _Talk()
        self._streams: dict[str, _Stream] = {}
        self._paired = False

    async def open(self) -> tuple[str, ...]:
        """What it offers, of acc and ecg. Orphans are stopped. Raises DeviceError."""
        # A command that comes before its indications are on is taken, and never answered.
        await self._taken(lambda: self._gatt.listen(PMD_CONTROL, self._said))
        async with asyncio.timeout(TAKEN_S):
            features = control.decode(await self._gatt.read(PMD_CONTROL))
        if not isinstance(features, control.Capabilities):
            raise DeviceError("refused", "the strap does not say what it can measure")
        offered = [kind for kind in KINDS if kind.upper() in features.measurements]
        self._streams = {kind: _Stream() for kind in offered}
        for kind in offered:
            await self._stop(kind)
        await self._gatt.listen(PMD_DATA, self._heard)
        return tuple(offered)

    async def keep(self, wanted: Callable[[], frozenset[str]]) -> None:
        """Start and stop streams as they are wanted, until cancelled. Raises DeviceError."""
        while True:
            for kind, stream in self._streams.items():
                await self._adjust(kind, stream, kind in wanted())
            await self._clock.sleep_until(self._clock.now_s() + LOOK_S)

    async def _adjust(self, kind: str, stream: _Stream, wished: bool) -> None:
        now_s = self._clock.now_s()
        if stream.running and (not wished or now_s - stream.heard_s > STALLED_S):
            await self._stop(kind)
        if not wished or stream.running or now_s < stream.not_before_s:
            return
        try:
            await self._start(kind)
            trouble = ""
        except DeviceError as refusal:
            if not isinstance(refusal, StreamRefusedError):
                raise
            stream.not_before_s = self._clock.now_s() + REFUSED_AGAIN_S
            trouble = refusal.reason
        if kind == "acc":  # the heart can be read without an ECG, and what moved it can't
            self._trouble(trouble)

    async def close(self) -> None:
        """Stop every stream that may run; never raises, and never takes long."""
        for kind, stream in self._streams.items():
            if stream.may_run:
                with suppress(DeviceError, TimeoutError):
                    async with asyncio.timeout(GOODBYE_S):
                        await self._stop(kind)

    # ---- commands

    async def _start(self, kind: str) -> None:
        stream, number = self._streams[kind], KINDS[kind]
        offers = (await self._ask(control.get_settings(number))).settings
        chosen = choose(offers or control.Settings(), _WISHED[number])
        stream.may_run = True
        reply = await self._ask(control.start(number, chosen), refusable=True)
        if reply.status == "ERROR_ALREADY_IN_STATE":  # an orphan after all
            await self._stop(kind)
            stream.may_run = True
            reply = await self._ask(control.start(number, chosen))
        _accept(reply)
        stream.running, stream.heard_s = True, self._clock.now_s()

    async def _stop(self, kind: str) -> None:
        """Whatever the answer: a strap that is idle says so in more than one way."""
        await self._ask(control.stop(KINDS[kind]), refusable=True)
        stream = self._streams[kind]
        stream.running = stream.may_run = False

    async def _ask(self, command: bytes, *, refusable: bool = False) -> control.Reply:
        """Write a command and wait for its answer, joined where it comes in parts."""
        async with self._talk.turn:
            while not self._talk.replies.empty():
                self._talk.replies.get_nowait()  # the late answer to an earlier question
            await self._taken(lambda: self._gatt.write(PMD_CONTROL, command))
            try:
                async with asyncio.timeout(REPLY_S):
                    reply = await self._answer(command)
            except TimeoutError as fault:
                raise StreamRefusedError("not_answering") from fault
        if not refusable:
            _accept(reply)
        return reply

    async def _answer(self, command: bytes) -> control.Reply:
        parameters = b""
        while True:
            reply = await self._talk.replies.get()
            if not control.answers(reply, command):
                continue
            parameters += reply.parameters
            if not reply.more:
                return control.joined(reply, parameters)

    async def _taken(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask. What is not even taken waits for a bond that nobody agrees to."""
        try:
            async with asyncio.timeout(TAKEN_S):
                await self._bonded(ask)
        except TimeoutError as fault:
            raise StreamRefusedError("needs_pairing") from fault

    async def _bonded(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask; where the strap wants a bond first, bond once, and ask again."""
        try:
            return await ask()
        except DeviceError as fault:
            if fault.reason != "needs_pairing":
                raise
            if self._paired:
                raise StreamRefusedError("needs_pairing") from fault
        self._paired = True
        try:
            await self._pair()
            await ask()
        except DeviceError as fault:
            raise StreamRefusedError("needs_pairing") from fault

    # ---- called by the radio: synchronous

    def _said(self, raw: bytes) -> None:
        match control.decode(raw):
            case control.Reply() as reply:
                self._talk.replies.put_nowait(reply)
            case control.Stopped(measurements=names):
                for kind, stream in self._streams.items():
                    if kind.upper() in names:
                        stream.running = stream.may_run = False
                        stream.not_before_s = self._clock.now_s() + AGAIN_S
            case control.Capabilities() | control.Command() | Refusal():
                pass  # BlueZ repeats a read as a notification; the rest is nobody's answer

    def _heard(self, raw: bytes) -> None:
        stream = self._streams.get(measurement_name(raw[0]).lower()) if raw else None
        if stream is not None:
            stream.heard_s = self._clock.now_s()
        self._frame(raw)


async def stop_orphans(gatt: Gatt, clock: Clock, pair: Callable[[], Awaitable[None]]) -> None:
    """Stop what an earlier run left on, where the strap lets us; for links that stream nothing."""
    if not gatt.has(PMD_CONTROL):
        return
    streams = PolarStreams(
        gatt, clock, frame=lambda raw: None, pair=pair, trouble=lambda reason: None
    )
    with suppress(DeviceError, TimeoutError):
        await streams.open()


class StreamRefusedError(DeviceError):
    """The strap, or the system, does not give this stream; the heart goes on without it."""


def _accept(reply: control.Reply) -> None:
    if reply.status != "SUCCESS":
        raise StreamRefusedError(_TROUBLE.get(reply.status, "refused"), reply.status)


def choose(offers: control.Settings, wished: dict[str, int]) -> dict[str, int]:
    """One value of each setting that the strap offers: the wished one, else the least."""
    offered = {name: getattr(offers, name) for name in wished}
    return {
        name: wish if wish in offered[name] else min(offered[name])
        for name, wish in wished.items()
        if offered[name]
    }
