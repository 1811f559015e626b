"""How long a strap's word takes to the page: notified, committed, published, over the real parts.

The emulated BlueZ and a strap are in this process; ``biocoach serve`` is another one, with
unmodified bleak, an encrypted store on disk and its own web server; the page is a WebSocket here.
A strap that feels skin says so, and its loss, in turn: each change is told to the page at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from biocoach.types import Contact
from devices import heart_rate
from tests.cli.served import ADDRESS, ROOT
from tests.cli.support import environment
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import FakeStrap
from tests.faults.campaign import Campaign, Order, Outcome

GOAL_P95_MS = 50.0
STRAP = "C0:FF:EE:00:00:20"
WORDS = {"detected": Contact.DETECTED, "lost": Contact.LOST}
LOST_S = 10.0


@asynccontextmanager
async def _serving(home: Path) -> AsyncIterator[str]:
    """A biocoach that waits for the strap; its one-time address."""
    key = home / "passphrase"
    key.write_text("a bench, no secret")
    bus = {"DBUS_SYSTEM_BUS_ADDRESS": os.environ["DBUS_SYSTEM_BUS_ADDRESS"]}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "biocoach", "serve", "--source", f"ble:{STRAP}",
        "--no-browser", "--passphrase-file", str(key), "--data-dir", str(home / "record"),
        cwd=ROOT, env=environment(home) | bus,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            found = ADDRESS.search(line.decode())
            if found is not None:
                yield found[0]
                break
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()


@asynccontextmanager
async def _page(address: str) -> AsyncIterator[ClientConnection]:
    url = address.partition("/enter")[0]
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    await asyncio.to_thread(lambda: opener.open(address).read())
    cookie = "; ".join(f"{c.name}={c.value}" for c in jar)
    socket = url.replace("http", "ws", 1) + "/ws"
    async with connect(
        socket,
        origin=Origin(url),
        additional_headers={"Cookie": cookie},
        max_size=None,
    ) as page:
        yield page


async def _told(page: ClientConnection, word: str) -> None:
    """Until the page hears that the strap's contact is ``word``."""
    async for text in page:
        message = json.loads(text)
        if message["type"] == "delta" and message["set"].get("strap", {}).get("contact") == word:
            return


async def _measure(order: Order, home: Path) -> tuple[list[float], int]:
    """Each latency in ms, and how many words never came."""
    dice = random.Random(order.seed)
    took_ms: list[float] = []
    lost = 0
    async with FakeBluez() as bluez:
        strap = bluez.add_strap("TICKR 1", STRAP)
        async with _serving(home) as address, _page(address) as page:
            await _connected(strap, page)
            for turn in range(order.count):
                await asyncio.sleep(dice.uniform(0.05, 0.35))
                word = ("detected", "lost")[turn % 2]
                raw = heart_rate.encode(60, [1024], contact=WORDS[word])
                began_s = time.perf_counter()
                strap.notify(raw)
                try:
                    async with asyncio.timeout(LOST_S):
                        await _told(page, word)
                except TimeoutError:
                    lost += 1
                else:
                    took_ms.append(1000 * (time.perf_counter() - began_s))
    return took_ms, lost


async def _connected(strap: FakeStrap, page: ClientConnection) -> None:
    async with asyncio.timeout(60):
        while not strap.listeners:
            await asyncio.sleep(0.05)
        strap.notify(heart_rate.encode(60, [1024], contact=Contact.LOST))
        await _told(page, "lost")


def latency(order: Order) -> Outcome:
    """``order.count`` words, one after another. A failure is a word that never came."""
    with tempfile.TemporaryDirectory(prefix="biocoach-latency-") as home:
        took_ms, lost = asyncio.run(_measure(order, Path(home)))
    found = Outcome(counts={"words": order.count, "told": len(took_ms)})
    found.failures += ["a word that never came to the page"] * lost
    if len(took_ms) > 1:
        cuts = statistics.quantiles(took_ms, n=20)
        found.notes.append(
            f"p50 {statistics.median(took_ms):.1f} ms, p95 {cuts[-1]:.1f} ms "
            f"(goal {GOAL_P95_MS:.0f}), {max(took_ms):.1f} ms at most"
        )
    return found


CAMPAIGN = Campaign(
    promise="a strap's word is committed and on the page; how soon is told, p95",
    count=1_000,
    run=latency,
)
