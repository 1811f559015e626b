"""One state, many pages. A slow page never holds up another: it is sent a fresh snapshot."""

from __future__ import annotations

import asyncio
import json
from typing import Any

QUEUE_SIZE = 32

Json = dict[str, Any]


class Subscription:
    """One page's queue of messages, as text. It asks for a snapshot where it fell behind."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_SIZE)
        self._stale = False

    def offer(self, text: str) -> None:
        if self._queue.full():
            self._empty()
            self._stale = True
        self._queue.put_nowait(text)

    async def next(self) -> str | None:
        """The next message; None when some were lost and a snapshot is needed instead."""
        text = await self._queue.get()
        if not self._stale:
            return text
        self._empty()
        self._stale = False
        return None

    @property
    def waiting(self) -> bool:
        return not self._queue.empty()

    def _empty(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class Hub:
    """Holds the slices that pages show. Changes are numbered; a page that misses one asks.

    Messages become text at once, since the state goes on changing while they wait.
    """

    def __init__(self, state: Json | None = None) -> None:
        """Without a state nothing is told: a page that comes early waits for the first one."""
        self._state: Json = state or {}
        self._ready = asyncio.Event()
        if state is not None:
            self._ready.set()
        self._number = 0
        self._pages: set[Subscription] = set()

    async def ready(self) -> None:
        """Returns when there is a state to show."""
        await self._ready.wait()

    def snapshot(self) -> Json:
        return {"type": "snapshot", "n": self._number, "state": self._state}

    def snapshot_text(self) -> str:
        return _text(self.snapshot())

    def reset(self, state: Json) -> None:
        """Another store, or another session: every page gets everything anew."""
        self._state = state
        self._ready.set()
        self._number += 1
        self._tell(self.snapshot())

    def publish(self, changed: Json, pushed: Json) -> None:
        """Replace slices by ``changed``; ``pushed`` is what was appended to list slices."""
        if not changed and not pushed:
            return
        self._state.update(changed)
        self._number += 1
        self._tell({"type": "delta", "n": self._number, "set": changed, "push": pushed})

    def join(self) -> Subscription:
        page = Subscription()
        self._pages.add(page)
        return page

    def leave(self, page: Subscription) -> None:
        self._pages.discard(page)

    def slice(self, name: str) -> Any:
        return self._state.get(name)

    def _tell(self, message: Json) -> None:
        if not self._pages:
            return
        text = _text(message)
        for page in self._pages:
            page.offer(text)


def _text(message: Json) -> str:
    return json.dumps(message, separators=(",", ":"), allow_nan=False)
