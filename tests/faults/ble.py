"""Links that break in every way, in jumping time: does the strap always come back, and how soon?

Unmodified bleak over the emulated BlueZ; ``devices.strap`` with its own timings. BlueZ is given
the delays that were measured on the real one: a connect of 1 to 2 s, a disconnect of 2 s.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from biocoach.settings import Settings
from biocoach.signal.pipeline import Pipeline
from biocoach.types import Arrival, Gap, Link, Prior, Reading
from devices import heart_rate
from devices.strap import StrapSource
from tests.devices.autojump import LoopClock, run_jumping
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import BluezError, FakeStrap
from tests.faults.campaign import Campaign, Order, Outcome

BACK_P95_S = 10.0
STALL_SEEN_S = 5.0
GAP_ERROR_S = 1.0
# A bluetoothd that dies says nothing; that the strap is silent is all there is to notice.
SAID_WITHIN_S = {"service": STALL_SEEN_S}
# The longest rest before a break. In the first moments of a link its battery and its streams are
# being asked for: a break there is another thing than one an hour later.
RESTS_S = (0.01, 0.5, 3.0, 15.0)
FAIR_PLAY_S = 600.0  # a strap that can be had must be back within this, or it is lost
SHORT_GAP_S = 2.1  # what may be missing without being called a gap: 2 s
BEAT = heart_rate.encode(60, [1024])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One break: the last beat before it, when the strap could be had again, the first after."""

    kind: str
    last_s: float
    reachable_s: float
    back_s: float
    down_s: float
    reason: str


@dataclass(slots=True)
class Story:
    """All that was heard, and what was done."""

    arrivals: list[Arrival] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    lost: int = 0


def _beats(arrival: Arrival) -> bool:
    """A notification with a heartbeat in it; an H10 sends some without."""
    return isinstance(arrival.body, Reading) and bool(arrival.body.rr_1024)


class _World:
    """One strap that beats every second, and a source that listens to it."""

    def __init__(self, bluez: FakeBluez, strap: FakeStrap, seed: int) -> None:
        self.bluez = bluez
        self.strap = strap
        self.dice = random.Random(seed)
        self.story = Story()
        self.muted = False
        self._more = asyncio.Event()

    @staticmethod
    def now_s() -> float:
        return asyncio.get_running_loop().time()

    async def beat(self) -> None:
        while True:
            if not self.muted:
                self.strap.notify(BEAT)
            await asyncio.sleep(1.0)

    async def listen(self, source: StrapSource) -> None:
        async with aclosing(source.stream()) as stream:
            async for arrival in stream:
                self.story.arrivals.append(arrival)
                self._more.set()

    async def reading_after(self, at_s: float) -> float:
        """The time of the first beat after this moment. Raises TimeoutError."""
        async with asyncio.timeout(FAIR_PLAY_S):
            while True:
                for arrival in reversed(self.story.arrivals):
                    if _beats(arrival):
                        if arrival.clock_s > at_s:
                            return arrival.clock_s
                        break
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def _world(seed: int) -> AsyncIterator[_World]:
    async with FakeBluez(advertise_s=0.5) as bluez:
        strap = bluez.add_strap()
        strap.tick_s, strap.disconnect_s = 3600.0, 2.0
        world = _World(bluez, strap, seed)
        source = StrapSource(strap.address, LoopClock())
        tasks = [asyncio.create_task(world.beat()), asyncio.create_task(world.listen(source))]
        try:
            await world.reading_after(0.0)
            yield world
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


# ---- the ways of breaking; each returns once the strap can be had again


async def _drop(world: _World) -> None:
    world.strap.drop()


async def _away(world: _World) -> None:
    world.strap.vanish()
    await asyncio.sleep(world.dice.uniform(1, 120))
    world.strap.appear()


async def _adapter_off(world: _World) -> None:
    world.bluez.power(False)
    await asyncio.sleep(world.dice.uniform(1, 60))
    world.bluez.power(True)


async def _refuses(world: _World) -> None:
    world.strap.connect_error = BluezError("Failed", "le-connection-abort-by-peer")
    world.strap.drop()
    await asyncio.sleep(world.dice.uniform(1, 30))
    world.strap.connect_error = None


async def _ghosts(world: _World) -> None:
    """BlueZ says that it is connected, and it is not (measured on 5.66)."""
    world.strap.ghosts = world.dice.randint(1, 2)
    world.strap.drop()


async def _unplug(world: _World) -> None:
    """The adapter itself is pulled out."""
    world.bluez.unplug()
    await asyncio.sleep(world.dice.uniform(1, 60))
    world.bluez.plug_in()


async def _service(world: _World) -> None:
    """bluetoothd dies, and is started again."""
    await world.bluez.end_service()
    await asyncio.sleep(world.dice.uniform(1, 20))
    await world.bluez.begin_service()


WAYS = {
    "drop": _drop,
    "away": _away,
    "adapter": _adapter_off,
    "refuses": _refuses,
    "ghost": _ghosts,
    "unplug": _unplug,
    "service": _service,
}


async def _break_often(count: int, seed: int) -> Story:
    async with _world(seed) as world:
        for _ in range(count):
            await asyncio.sleep(world.dice.choice(RESTS_S) * world.dice.random())
            world.strap.connect_s = world.dice.uniform(0.3, 2.0)
            await _break_once(world, world.dice.choice(list(WAYS)))
        await asyncio.sleep(5.0)
        return world.story


async def _break_once(world: _World, kind: str) -> None:
    story, last_s = world.story, world.now_s()
    heard = len(story.arrivals)
    last_beat_s = next(a.clock_s for a in reversed(story.arrivals) if _beats(a))
    await WAYS[kind](world)
    reachable_s = world.now_s()
    try:
        back_s = await world.reading_after(max(last_s, reachable_s))
    except TimeoutError:
        story.lost += 1
        return
    downs = [
        (arrival.clock_s, arrival.body.reason)
        for arrival in story.arrivals[heard:]
        if isinstance(arrival.body, Link) and not arrival.body.up
    ]
    story.outages.append(
        Outage(
            kind=kind,
            last_s=last_beat_s,
            reachable_s=reachable_s,
            back_s=back_s,
            down_s=downs[0][0] - last_s if downs else float("inf"),
            reason=downs[0][1] if downs else "",
        )
    )


def disconnects(order: Order) -> Outcome:
    """``order.count`` breaks; a failure is a link that stays lost, or a record that is wrong."""
    story = run_jumping(_break_often(order.count, order.seed))
    took_s = sorted(o.back_s - o.reachable_s for o in story.outages)
    p95_s = took_s[max(0, -(-95 * len(took_s) // 100) - 1)] if took_s else float("inf")
    found = Outcome(counts={"disconnects": order.count, "recovered": len(story.outages)})
    found.notes.append(f"back after {p95_s:.1f} s at p95, {max(took_s, default=0.0):.1f} s at most")
    found.failures += ["a link that never came back"] * story.lost
    if p95_s > BACK_P95_S:
        found.failures.append(f"back after {p95_s:.1f} s at p95")
    late = [o for o in story.outages if o.down_s > SAID_WITHIN_S.get(o.kind, GAP_ERROR_S)]
    found.failures += [f"its loss was not said: {o}" for o in late]
    found.failures += [f"its gap is recorded wrongly: {o}" for o in unrecorded(story)]
    return found


def unrecorded(story: Story) -> list[Outage]:
    """The outages of which the record's own gaps do not tell, start and end."""
    gaps = list(gaps_of(story.arrivals))
    again_s = {a.clock_s: a.clock_s - _spanned_s(a) for a in story.arrivals}
    return [
        o
        for o in story.outages
        if again_s[o.back_s] - o.last_s > SHORT_GAP_S
        and not any(
            abs(gap.start_s - o.last_s) <= GAP_ERROR_S
            and abs(gap.end_s - again_s[o.back_s]) <= GAP_ERROR_S
            for gap in gaps
        )
    ]


def _spanned_s(arrival: Arrival) -> float:
    """The time that the beats of a notification stand for: they were heard before it came."""
    body = arrival.body
    return sum(body.rr_1024) / 1024 if isinstance(body, Reading) else 0.0


def gaps_of(arrivals: list[Arrival]) -> Iterator[Gap]:
    """What the signal makes of the arrivals, as in a session."""
    pipeline = Pipeline(Settings(), Prior(), rhythm_unreliable=False)
    for arrival in arrivals:
        outputs = []
        if isinstance(arrival.body, Reading):
            outputs = pipeline.reading(arrival.clock_s, arrival.body)
        elif isinstance(arrival.body, Link):
            pipeline.link(arrival.clock_s, arrival.body)
        yield from (output for output in outputs if isinstance(output, Gap))


# ---- stalls


async def _stall_often(count: int, seed: int) -> Story:
    async with _world(seed) as world:
        for _ in range(count):
            await asyncio.sleep(world.dice.uniform(3, 15))
            await _stall_once(world)
        return world.story


async def _stall_once(world: _World) -> None:
    """Connected, and nothing comes; after it was seen the strap speaks again."""
    story = world.story
    last_s = await world.reading_after(world.now_s())
    world.muted, heard = True, len(story.arrivals)
    await asyncio.sleep(world.dice.uniform(6, 20))
    silent = Link(up=False, reason="silent")
    seen = [a.clock_s for a in story.arrivals[heard:] if a.body == silent]
    world.muted = False
    reachable_s = world.now_s()
    try:
        back_s = await world.reading_after(reachable_s)
    except TimeoutError:
        story.lost += 1
        return
    down_s = seen[0] - last_s if seen else float("inf")
    story.outages.append(
        Outage(
            kind="stall", last_s=last_s, reachable_s=reachable_s, back_s=back_s,
            down_s=down_s, reason="silent" if seen else "",
        )
    )  # fmt: skip


def stalls(order: Order) -> Outcome:
    """``order.count`` silent stalls; a failure is one that was seen late, or stays."""
    story = run_jumping(_stall_often(order.count, order.seed))
    late = [o for o in story.outages if round(o.down_s, 3) > STALL_SEEN_S]
    most_s = max((o.down_s for o in story.outages), default=float("inf"))
    found = Outcome(counts={"stalls": order.count, "recovered": len(story.outages)})
    found.notes.append(f"seen after {most_s:.2f} s at most")
    found.failures += ["a link that never came back"] * story.lost
    found.failures += [f"seen late: {o}" for o in late]
    return found


DISCONNECTS = Campaign(
    promise="a link that breaks in any way comes back, p95 within 10 s, its gap recorded to 1 s",
    count=1_000,
    run=disconnects,
)
STALLS = Campaign(
    promise="a strap that is connected and silent is seen within 5 s", count=1_000, run=stalls
)
