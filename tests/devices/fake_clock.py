"""A clock for tests: it sleeps by moving on at once, and remembers how long it was asked to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from biocoach.types import Arrival


class FakeClock:
    boot_id = "fake"

    def __init__(self, now_s: float = 1000.0) -> None:
        self._now_s = now_s

    def now_s(self) -> float:
        return self._now_s

    def wall(self) -> datetime:
        return datetime(2026, 1, 31, tzinfo=UTC) + timedelta(seconds=self._now_s)

    async def sleep_until(self, at_s: float) -> None:
        self._now_s = max(self._now_s, at_s)


def gather(stream: AsyncIterator[Arrival]) -> list[Arrival]:
    """All that a stream with an end gives."""

    async def run() -> list[Arrival]:
        return [arrival async for arrival in stream]

    return asyncio.run(run())
