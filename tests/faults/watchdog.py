"""A biocoach that is killed, stopped or hangs in a practice: is the person told within 10 s?

``biocoach serve`` in a process of its own with the virtual strap, the real watchdog, a real
dbus-daemon and a small desktop on it. Half are ``kill -9``, half ``kill -STOP`` and later on again.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from biocoach.watchdog import AGAIN, HUNG, STOPPED, WORDS
from tests.devices.notifications import FakeDesktop, desktop
from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.served_practice import Practice, practising

PROMISED_S = 10.0
LOST_S = 20.0  # after this it is not coming
TITLES = {"killed": WORDS[STOPPED][0], "stopped": WORDS[HUNG][0]}
AGAIN_TITLE = WORDS[AGAIN][0]
MOST_STOPS = 4  # of one process, before it is killed


@dataclass
class Seen:
    """Delays in seconds by what was done; what did not come."""

    lost_s: float
    took_s: dict[str, list[float]] = field(default_factory=lambda: {w: [] for w in TITLES})
    failures: list[str] = field(default_factory=list)
    taken_back: int = 0


async def _try(order: Order, home: Path, seen: Seen, *arguments: str) -> None:
    dice = random.Random(order.seed)
    async with desktop() as screen:
        left = order.count
        while left > 0:
            stops = min(left - 1, dice.randint(0, MOST_STOPS))
            async with practising(
                home, *arguments, extra={"DBUS_SESSION_BUS_ADDRESS": screen.address}
            ) as practice:
                await practice.begin()
                await _taken_back(screen, seen, "killed")
                for _ in range(stops):
                    await _harm(practice, screen, dice, "stopped", seen)
                await _harm(practice, screen, dice, "killed", seen)
            left -= stops + 1
        async with practising(  # the last notice is taken back, and Ctrl-C is no death
            home, *arguments, extra={"DBUS_SESSION_BUS_ADDRESS": screen.address}
        ) as practice:
            await practice.begin()
            await _taken_back(screen, seen, "killed")
            await practice.end()
        if screen.on_screen:
            seen.failures.append(f"left on the screen after a goodbye: {screen.titles}")


async def _harm(
    practice: Practice, screen: FakeDesktop, dice: random.Random, what: str, seen: Seen
) -> None:
    await asyncio.sleep(dice.uniform(1.0, 3.0))
    loop, title, before = asyncio.get_running_loop(), TITLES[what], len(screen.shown)
    began_s = loop.time()
    os.kill(practice.process.pid, signal.SIGKILL if what == "killed" else signal.SIGSTOP)
    try:
        await screen.until(
            lambda: any(s.title == title for s in screen.shown[before:]), seen.lost_s
        )
    except TimeoutError:
        seen.failures.append(f"{what}: nobody was told")
    else:
        seen.took_s[what].append(screen.shown[-1].loop_s - began_s)
    if what == "stopped":
        os.kill(practice.process.pid, signal.SIGCONT)
        await _taken_back(screen, seen, what)


async def _taken_back(screen: FakeDesktop, seen: Seen, what: str) -> None:
    """It records again, and no notice says otherwise any more."""
    if not screen.shown:
        return
    try:
        await screen.until(lambda: TITLES[what] not in screen.titles, LOST_S)
    except TimeoutError:
        seen.failures.append(f"{what}: the notice stayed although it records again")
        return
    seen.taken_back += AGAIN_TITLE in screen.titles


def watchdog(order: Order, *, minded: bool = True, lost_s: float = LOST_S) -> Outcome:
    """``order.count`` deaths, one after another; a failure is one that was told late or never."""
    seen = Seen(lost_s)
    with tempfile.TemporaryDirectory(prefix="biocoach-watchdog-") as home:
        asyncio.run(_try(order, Path(home), seen, *(["--try-watchdog"] if minded else [])))
    took_s = [s for each in seen.took_s.values() for s in each]
    found = Outcome(counts={"deaths": order.count, "told": len(took_s)})
    found.counts["taken back"] = seen.taken_back
    found.failures += seen.failures
    for what, each in seen.took_s.items():
        if each:
            found.notes.append(f"{what}: told after {sorted(each)[len(each) // 2]:.2f} s in the"
                               f" middle, {max(each):.2f} s at most")  # fmt: skip
        found.failures += [f"{what}: told after {s:.1f} s" for s in each if s > PROMISED_S]
    return found


CAMPAIGN = Campaign(
    promise="a biocoach that is killed or hangs in a practice: the person is told within 10 s",
    count=20,
    run=watchdog,
)
