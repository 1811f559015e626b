"""Hours of biocoach with ten pages and all kinds of trouble: does anything grow?

``soak`` is a day of a recorded strap with faults, as fast as it goes; ``soak-real`` are minutes of
real time with a strap on an emulated BlueZ: unmodified bleak, an encrypted record, real practices.
In both the disk refuses now and then (the kernel's own limit of a file's size, set from outside),
pages come and go, and the strap is lost in every way. Measured is the process from outside.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biocoach import captures
from biocoach.types import Link, PersonBody
from devices import heart_rate
from devices.virtual import scenario_events
from tests.cli.served import PLAN
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import FakeStrap
from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.growth import Sample, judged, sample
from tests.faults.pages import Visits, come_and_go
from tests.faults.served_practice import Practice, practising
from tests.faults.soaked import TASKS

PAGES = 10
SPEED = 60
DAY_H = 24
PART_S, REST_S = 300.0, 12 * 3600.0  # two practices a day, as many as there may be
STRAP = "C0:FF:EE:00:00:21"
FAULTS = ("dropout", "ectopy", "silence", "contact")
FIT = {
    "pacemaker": False, "atrial_fibrillation": False, "heart_slowing": False, "pregnancy": False,
    "age": "adult", "hard_times": False, "with_therapist": True,
}  # fmt: skip
WALK = PLAN | {"planned_s": 1500}
MODULE = "tests.faults.soaked"


@dataclass
class Soak:
    """One run; lengths in real seconds. While a session is summed up, the strap's beats wait: of
    ``speed`` times as many seconds, whose memory the allocator keeps. That is no leak, and the
    blocks of objects tell the two apart."""

    seed: int
    length_s: float
    part_s: float  # of a practice
    rest_s: float  # between two
    visits: Visits = field(default_factory=Visits)
    samples: list[Sample] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    practices: int = 0
    refused: dict[str, int] = field(default_factory=dict)  # what the person said, and why not
    refusals: int = 0
    drops: int = 0

    async def run(self, practice: Practice, tasks: Path, *more: Coroutine[Any, Any, None]) -> None:
        dice = random.Random(self.seed)
        stay_s = (0.5, max(2.0, self.length_s / 40))
        going = [
            *(come_and_go(practice.browser, random.Random(dice.random()), self.visits, stay_s)
              for _ in range(PAGES)),
            self._practise(practice),
            self._disk(practice, random.Random(dice.random())),
            *more,
        ]  # fmt: skip
        running = [asyncio.create_task(one) for one in going]
        try:
            await self._measure(practice, tasks, running)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _measure(
        self, practice: Practice, tasks: Path, running: Sequence[asyncio.Task[None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        began_s, every_s = loop.time(), max(0.5, min(10.0, self.length_s / 200))
        while loop.time() < began_s + self.length_s:
            await asyncio.sleep(every_s)
            found = sample(practice.process.pid, loop.time() - began_s, tasks)
            if found is None or practice.process.returncode is not None:
                self.failures.append("biocoach has ended")
                return
            self.samples.append(found)
            for task in running:
                if task.done() and (error := task.exception()):
                    raise error

    # ---- the trouble

    async def _practise(self, practice: Practice) -> None:
        """One practice after another; the day's limit makes later ones wait, which is fine."""
        while True:
            await self._once(practice)
            await asyncio.sleep(self.rest_s)

    async def _once(self, practice: Practice) -> None:
        for word in (WALK, _mark("baseline"), _mark("apart"), _mark("back"), END, END):
            said = await practice.say(word)
            while said.get("why") == "not_recording":  # said again, as one would
                await asyncio.sleep(0.5)
                said = await practice.say(word)
            if not said["ok"]:
                why = f"{word.get('mark', word['kind'])}: {said['why']}"
                self.refused[why] = self.refused.get(why, 0) + 1
            self.practices += bool(word == _mark("apart") and said["ok"])
            if word.get("mark") == "apart":
                for suds in (30, 60):
                    await practice.say({"kind": "rating", "suds": suds, "presence": "here"})
            await asyncio.sleep(0.0 if word is WALK else self.part_s)

    async def _disk(self, practice: Practice, dice: random.Random) -> None:
        while True:
            await asyncio.sleep(dice.uniform(0.5, 1.5) * self.length_s / 20)
            disk(practice.process.pid, full=True)
            self.refusals += 1
            try:
                await asyncio.sleep(dice.uniform(2.0, 6.0))
            finally:
                disk(practice.process.pid, full=False)

    def outcome(self) -> Outcome:
        notes, grew = judged(self.samples)
        notes += [f"{count} x {why}" for why, count in sorted(self.refused.items())]
        return Outcome(
            {
                "samples": len(self.samples), "practices": self.practices,
                "visits of pages": self.visits.opened, "messages": self.visits.told,
                "disk refusals": self.refusals, "losses of the strap": self.drops,
            },
            [*self.failures, *grew],
            notes,
        )  # fmt: skip


END = {"kind": "end"}


def _mark(kind: str) -> dict[str, Any]:
    return {"kind": "mark", "mark": kind}


def disk(pid: int, *, full: bool) -> None:
    """No file of that process may grow while it is full."""
    most = 1 if full else resource.RLIM_INFINITY
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


# ---- a day, as fast as it goes


def write_day(path: Path, seed: int, hours: float) -> int:
    """A strap's day as a capture: one story after another with its faults, and a loss between.
    How often it was lost."""
    start_s, losses = 0.0, 0
    with path.open("w", encoding="utf-8") as file:
        file.write(captures.header_line("2026-01-31T00:00:00Z", "Virtual strap") + "\n")
        while start_s < hours * 3600:
            last_s = 0.0
            for item in scenario_events(seed + losses, "separation", FAULTS):
                if isinstance(item.body, PersonBody):
                    continue  # what the person says, the soak says
                last_s = item.at_s
                if (text := captures.line(start_s + last_s, item.body)) is not None:
                    file.write(text + "\n")
            start_s += last_s + 10.0
            losses += 1
            gone = captures.line(start_s, Link(up=False, reason="dropped"))
            file.write(f"{gone}\n")
            start_s += 45.0
    return losses


def soak(order: Order, *, speed: int = SPEED) -> Outcome:
    """``order.count`` hours of a day with ten pages."""
    with tempfile.TemporaryDirectory(prefix="biocoach-soak-") as folder:
        home = Path(folder)
        drops = write_day(home / "day.jsonl", order.seed, order.count)
        length_s = order.count * 3600 / speed
        run = Soak(
            seed=order.seed, length_s=length_s, part_s=PART_S / speed, rest_s=REST_S / speed,
            drops=drops,
        )  # fmt: skip
        tasks = home / "tasks"

        async def whole() -> None:
            async with practising(
                home, source=f"replay:{home / 'day.jsonl'}@{speed}", module=MODULE,
                extra={TASKS: str(tasks)},
            ) as practice:  # fmt: skip
                await practice.sees_a_heart()
                await run.run(practice, tasks)
                await practice.end()

        asyncio.run(whole())
        return run.outcome()


# ---- real time


@dataclass
class Worn:
    """A strap that beats, and is lost in every way."""

    soak: Soak
    bluez: FakeBluez
    strap: FakeStrap
    dice: random.Random
    silent: bool = False

    async def beats(self) -> None:
        rr_ms = 900.0
        while True:
            rr_ms += self.dice.gauss(0.0, 25.0) + 0.1 * (900.0 - rr_ms)
            await asyncio.sleep(rr_ms / 1000)
            if not self.silent:
                raw = heart_rate.encode(round(60_000 / rr_ms), [round(rr_ms * 1.024)])
                self.strap.notify(raw)

    async def is_lost(self) -> None:
        ways: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = (
            self._drop, self._away, self._falls_silent, self._adapter,
        )  # fmt: skip
        while True:
            await asyncio.sleep(self.dice.uniform(0.3, 1.5) * self.soak.length_s / 40)
            self.soak.drops += 1
            await self.dice.choice(ways)()

    async def _drop(self) -> None:
        self.strap.drop()

    async def _away(self) -> None:
        self.strap.vanish()
        await asyncio.sleep(self.dice.uniform(1, 60))
        self.strap.appear()

    async def _falls_silent(self) -> None:
        self.silent = True
        await asyncio.sleep(self.dice.uniform(6, 30))
        self.silent = False

    async def _adapter(self) -> None:
        self.bluez.power(False)
        await asyncio.sleep(self.dice.uniform(1, 20))
        self.bluez.power(True)


def soak_real(order: Order) -> Outcome:
    """``order.count`` minutes of real time with ten pages and a strap over Bluetooth."""
    with tempfile.TemporaryDirectory(prefix="biocoach-soak-") as folder:
        home, length_s = Path(folder), order.count * 60.0
        part_s = min(PART_S, length_s / 12)
        run = Soak(seed=order.seed, length_s=length_s, part_s=part_s, rest_s=part_s)
        asyncio.run(_real(run, home))
        return run.outcome()


async def _real(run: Soak, home: Path) -> None:
    key, tasks = home / "passphrase", home / "tasks"
    key.write_text("a bench, no secret")
    async with FakeBluez(advertise_s=0.5) as bluez:
        strap = bluez.add_strap("TICKR 1", STRAP)
        strap.tick_s, strap.disconnect_s = 3600.0, 2.0
        worn = Worn(run, bluez, strap, random.Random(run.seed))
        beating = asyncio.create_task(worn.beats())
        bus = {"DBUS_SYSTEM_BUS_ADDRESS": os.environ["DBUS_SYSTEM_BUS_ADDRESS"]}
        try:
            async with practising(
                home, "--passphrase-file", str(key), source=f"ble:{STRAP}", module=MODULE,
                extra={TASKS: str(tasks), **bus},
            ) as practice:  # fmt: skip
                kept = await asyncio.to_thread(
                    practice.browser.send, "/api/settings/fit", FIT, "PUT"
                )
                assert kept["ok"], kept
                await practice.sees_a_heart()
                await run.run(practice, tasks, worn.is_lost())
                await practice.end()
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)


DAY = Campaign(
    promise="hours with ten pages and faults, as fast as they go: nothing grows", count=DAY_H,
    run=soak,
)  # fmt: skip
REAL = Campaign(
    promise="minutes of real time with ten pages and faults: nothing grows", count=60, run=soak_real
)
