"""Work in a thread that is never left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def _nothing() -> None:
    pass


def _dropped(_: object) -> None:
    pass


async def to_its_end(
    work: Callable[[], T],
    leaving: Callable[[], object] = _nothing,
    untaken: Callable[[T], object] = _dropped,
) -> T:
    """What the work gives. Who is cancelled meanwhile waits until it is over, since the thread
    still has the journal; ``leaving`` is called first, so that it may end sooner, and ``untaken``
    with what it gave, since nobody takes it any more."""
    working = asyncio.create_task(asyncio.to_thread(work))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        leaving()
        await asyncio.wait({working})
        if working.exception() is None:
            untaken(working.result())
        raise
