"""One page that never reads, and ten that do: does it hold up the others, or fill the memory?

The page's own door: ``biocoach serve`` in a process of its own, ten WebSockets, and one whose
socket is never read while it asks for one snapshot after another. A phone's door: its real server
with TLS in this process, server-sent events, and a phone that never reads.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.hub import QUEUE_SIZE
from tests.cli.phone_support import Caller, Home, paired
from tests.cli.served import Browser
from tests.faults.campaign import Campaign, Order, Outcome
from tests.faults.pages import opened
from tests.faults.served_practice import practising

HEALTHY = 10
GAP_MOST_S = 1.5
RSS_GROWS_MOST_KB = 5 * 1024
SETTLES_S = 3.0  # pages open, each with its first snapshot
ASKS_S = 0.002  # the stalled page asks so often, until every buffer on the way is full
PHONE_SECONDS_SHARE = 4  # a phone's door is tried for a quarter of the time
PUBLISHES_S = 0.05
LARGE = "x" * 100_000  # a delta of a phone's trial: some tens fill every buffer on the way
MASK = bytes(4)  # a client must mask; with nothing it stays readable


@dataclass
class Heard:
    """The longest silence of one healthy page, and what it was told."""

    loop_s: float
    longest_s: float = 0.0
    told: int = 0

    def now(self, loop_s: float) -> None:
        self.longest_s = max(self.longest_s, loop_s - self.loop_s)
        self.loop_s = loop_s
        self.told += 1


@dataclass
class Seen:
    heard: list[Heard] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def page(self) -> Heard:
        self.heard.append(Heard(asyncio.get_running_loop().time()))
        return self.heard[-1]

    def gaps(self, door: str) -> None:
        """A page that was told nothing at all has one that goes to the end."""
        now_s = asyncio.get_running_loop().time()
        for page in self.heard:
            page.longest_s = max(page.longest_s, now_s - page.loop_s)
        worst_s = max(page.longest_s for page in self.heard)
        self.notes.append(f"{door}: {worst_s:.2f} s at most between two words")
        self.failures += [
            f"{door}: a healthy page heard nothing for {page.longest_s:.1f} s"
            for page in self.heard
            if page.longest_s > GAP_MOST_S
        ]


# ---- the page's own door


class Stalled:
    """Opened by hand, so that nothing reads in its place."""

    def __init__(self, browser: Browser) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect(("127.0.0.1", browser.port))
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\nOrigin: {browser.url}\r\n"
            f"Cookie: {browser.cookies}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        answer = self._socket.recv(12)
        assert answer.endswith(b"101"), answer
        self._socket.setblocking(False)
        self.asked = 0

    async def asks(self) -> None:
        """For a snapshot, again and again, and reads none of them."""
        word = b"snapshot?"
        frame = bytes([0x81, 0x80 | len(word)]) + MASK + word
        while True:
            with suppress(BlockingIOError):
                try:
                    self.asked += self._socket.send(frame) == len(frame)
                except OSError as error:
                    if isinstance(error, BlockingIOError):
                        raise
                    return  # the server has let it go, which is its right
            await asyncio.sleep(ASKS_S)

    @property
    def waiting_bytes(self) -> int:
        """What lies unread in the kernel: in this socket, and on the server's side."""
        mine = f"{self._socket.getsockname()[1]:04X}"
        rows = re.findall(
            r": \w+:(\w+) \w+:(\w+) \w+ (\w+):(\w+)", Path("/proc/net/tcp").read_text()
        )
        return sum(
            int(unread, 16) if local == mine else int(unsent, 16)
            for local, remote, unsent, unread in rows
            if mine in (local, remote)
        )

    def close(self) -> None:
        self._socket.close()


async def _healthy(browser: Browser, page: Heard) -> None:
    loop = asyncio.get_running_loop()
    async with opened(browser) as live:
        async for _ in live:
            page.now(loop.time())


def _rss_kb(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


async def _pages(home: Path, length_s: float, module: str, seen: Seen) -> None:
    async with practising(home, extra={}, module=module) as practice:
        await practice.begin()
        running = [
            asyncio.create_task(_healthy(practice.browser, seen.page())) for _ in range(HEALTHY)
        ]
        await asyncio.sleep(SETTLES_S)
        stalled = Stalled(practice.browser)
        before_kb = _rss_kb(practice.process.pid)
        asking = asyncio.create_task(stalled.asks())
        await asyncio.sleep(length_s - 1.0)
        before = stalled.waiting_bytes
        await asyncio.sleep(1.0)
        after_kb = _rss_kb(practice.process.pid)
        seen.gaps("page")
        waiting = stalled.waiting_bytes
        seen.notes.append(f"memory {before_kb} -> {after_kb} KB, {waiting:,} bytes not read")
        if after_kb - before_kb > RSS_GROWS_MOST_KB:
            seen.failures.append(f"memory grew by {after_kb - before_kb} KB")
        if waiting != before and not asking.done():  # what is full takes no more
            seen.failures.append("the page that should have stalled has not")
        await _over([asking, *running])
        stalled.close()
        await practice.end()


async def _over(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# ---- a phone's door


async def _phone(caller: Caller, page: Heard) -> None:
    loop = asyncio.get_running_loop()
    async with caller.web.stream("GET", "/api/live") as told:
        async for _ in told.aiter_lines():
            page.now(loop.time())


@asynccontextmanager
async def _stalled_phone(caller: Caller, tls: ssl.SSLContext) -> AsyncIterator[None]:
    """Its events are asked for, and never read."""
    host, _, port = caller.address.removeprefix("https://").partition(":")
    cookies = "; ".join(f"{c.name}={c.value}" for c in caller.web.cookies.jar)
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect((host, int(port)))
    reader, writer = await asyncio.open_connection(
        sock=small, ssl=tls, server_hostname=host, limit=4096
    )
    head = f"GET /api/live HTTP/1.1\r\nhost: {host}:{port}\r\ncookie: {cookies}\r\n\r\n"
    writer.write(head.encode())
    assert (await reader.readline()).endswith(b"200 OK\r\n")
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # its own limit may have done so
    try:
        yield
    finally:
        writer.transport.abort()


async def _phones(folder: Path, length_s: float, seen: Seen) -> None:
    home = Home(folder)
    hub, loop = home.site.ports.hub, asyncio.get_running_loop()
    hub.reset({"app": {}})
    most = 0
    async with home.open() as desk:
        caller = await paired(home, desk)
        running = [asyncio.create_task(_phone(caller, seen.page())) for _ in range(HEALTHY)]
        async with _stalled_phone(caller, home.trusting()):
            until_s = loop.time() + length_s
            while loop.time() < until_s:
                hub.publish({"now": {"at_s": loop.time(), "large": LARGE}}, {})
                most = max([most, *(page._queue.qsize() for page in hub._pages)])
                await asyncio.sleep(PUBLISHES_S)
            seen.gaps("phone")
        await _over(running)
    seen.notes.append(f"{most} messages waited at most")
    if most > QUEUE_SIZE:
        seen.failures.append(f"{most} messages waited for one phone")
    if most < QUEUE_SIZE // 2:
        seen.failures.append("the phone that should have stalled has not")


def slow(order: Order, *, module: str = "biocoach") -> Outcome:
    """``order.count`` seconds with a page that never reads."""
    pages, phones = Seen(), Seen()
    with tempfile.TemporaryDirectory(prefix="biocoach-slow-") as folder:
        for name in ("pages", "phones"):
            (Path(folder) / name).mkdir()
        asyncio.run(_pages(Path(folder) / "pages", order.count, module, pages))
        phone_s = max(5.0, order.count / PHONE_SECONDS_SHARE)
        asyncio.run(_phones(Path(folder) / "phones", phone_s, phones))
    return Outcome(
        {
            "seconds": order.count,
            "words to healthy pages": sum(p.told for p in pages.heard),
            "to healthy phones": sum(p.told for p in phones.heard),
        },
        pages.failures + phones.failures,
        pages.notes + phones.notes,
    )


CAMPAIGN = Campaign(
    promise="a page that never reads holds up no other for more than 1.5 s, and fills no memory",
    count=60,
    run=slow,
)
