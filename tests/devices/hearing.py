"""Someone who listens to a strap's source, and keeps what they hear: for tests of either BlueZ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from biocoach.types import InputBody, Strap
from devices.strap import StrapSource
from devices.strap_words import Wishes
from tests.devices.autojump import LoopClock


class Hearing:
    def __init__(self, wanted: str) -> None:
        self.wishes = Wishes()
        self.source = StrapSource(wanted, LoopClock(), wishes=self.wishes)
        self.heard: list[InputBody] = []
        self._task: asyncio.Task[None] | None = None

    def listen(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async with aclosing(self.source.stream()) as stream:
            async for arrival in stream:
                self.heard.append(arrival.body)

    async def leave(self) -> None:
        """As Ctrl-C does."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def count(self, kind: type[InputBody]) -> int:
        return sum(isinstance(body, kind) for body in self.heard)

    async def until(self, condition: Callable[[], bool], within_s: float = 120.0) -> None:
        async with asyncio.timeout(within_s):
            while not condition():
                await asyncio.sleep(0.5)

    async def more(self, kind: type[InputBody], number: int) -> None:
        """Until so many more of these were heard."""
        wanted = self.count(kind) + number
        await self.until(lambda: self.count(kind) >= wanted)

    @property
    def told(self) -> Strap:
        return [body for body in self.heard if isinstance(body, Strap)][-1]
