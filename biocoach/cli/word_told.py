"""How long a strap's word takes from its arrival to the pages: ``python -m … COUNT``.

The real runtime, an encrypted journal on this disk, the real screen and hub; only the radio, the
socket and the browser are left out. Each word changes the strap's contact, which is told at once.
Beside it: the least that any program pays to keep a word, a line appended to a file and synced.
It prints what both cost at p95, as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from biocoach.cli.screen import Screen
from biocoach.clock import Clock, SystemClock
from biocoach.coach.choice import BEFORE
from biocoach.opening import Opening
from biocoach.review.bench.work import peak_mb
from biocoach.runtime import Runtime
from biocoach.settings import Settings
from biocoach.store import Key, StoreError, open_store
from biocoach.types import Arrival, Contact, Fit, Link, Refusal
from dashboard.hub import Hub, Subscription
from devices import heart_rate

KEY = bytes(range(32))  # encrypts as any other does, and keeps nobody's secret
WORDS = (Contact.DETECTED, Contact.LOST)
WARM = 10  # words that are not counted: first statements, first pages of the file


class Spoken:
    """A source that says what it is given, when it is given it."""

    name, simulated, scripted = "bench", True, False

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._words: asyncio.Queue[Contact] = asyncio.Queue()

    def say(self, word: Contact) -> None:
        self._words.put_nowait(word)

    async def stream(self) -> AsyncGenerator[Arrival, None]:
        yield Arrival(clock_s=self._clock.now_s(), body=Link(up=True))
        while True:
            word = await self._words.get()
            heard = heart_rate.decode(heart_rate.encode(60, [1024], contact=word))
            assert not isinstance(heard, Refusal)
            yield Arrival(clock_s=self._clock.now_s(), body=heard)


@contextmanager
def _put_together(folder: Path, clock: Clock, hub: Hub, source: Spoken) -> Iterator[Runtime]:
    settings = Settings()
    journal = open_store(folder, Key(KEY), writer="bench", clock=clock)
    screen = Screen(hub, version="bench", care=settings.care, say=lambda _: None)
    screen.opened(
        fit=Fit(), plain=False, simulated=True, strap=source.name, linked=True, ecg=False,
        choice_speed=1.0,
    )  # fmt: skip
    opening = Opening(
        journal=journal, clock=clock, settings=settings, writer="bench", fit=Fit,
        new_id=lambda: "bench", seed=lambda: 1, repertoire=lambda: BEFORE,
    )  # fmt: skip
    try:
        yield Runtime(
            source=source, clock=clock, book=journal, book_error=StoreError, listener=screen,
            next_session=opening,
        )  # fmt: skip
    finally:
        journal.close()


async def _until(page: Subscription, word: Contact) -> None:
    while True:
        text = await page.next()
        told = json.loads(text) if text is not None else {}
        if told.get("set", {}).get("strap", {}).get("contact") == word.value:
            return


async def told_s(folder: Path, count: int, clock: Clock) -> list[float]:
    """Seconds from each word's arrival until a page has its text, ``count`` of them."""
    hub, source, took_s = Hub(), Spoken(clock), list[float]()
    with _put_together(folder, clock, hub, source) as runtime:
        page = hub.join()
        running = asyncio.create_task(runtime.run())
        try:
            for turn in range(WARM + count):
                word = WORDS[turn % 2]
                begun_s = clock.now_s()
                source.say(word)
                await _until(page, word)
                took_s.append(clock.now_s() - begun_s)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    return took_s[WARM:]


def synced_s(folder: Path, count: int, clock: Clock) -> list[float]:
    """Seconds that a line of the same kind takes to a plain file and through to the disk."""
    took_s = list[float]()
    with (folder / "lines").open("ab", buffering=0) as lines:
        for _ in range(count):
            begun_s = clock.now_s()
            lines.write(b"a strap's word\n" * 16)
            os.fsync(lines.fileno())
            took_s.append(clock.now_s() - begun_s)
    return took_s


def p95(took_s: Sequence[float]) -> float:
    """The smallest that at least 95 of 100 do not exceed."""
    return sorted(took_s)[-(-95 * len(took_s) // 100) - 1]


def main(words: list[str]) -> None:
    count, clock = int(words[0]), SystemClock()
    with TemporaryDirectory() as name:
        folder = Path(name)
        told = asyncio.run(told_s(folder, count, clock))
        synced = synced_s(folder, count, clock)
    cost = {"took_s": p95(told), "beside_s": p95(synced), "count": count, "peak_mb": peak_mb()}
    sys.stdout.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
