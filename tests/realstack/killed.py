"""A program that listens to a strap with all its streams until it is killed: ``… ADDRESS``."""

from __future__ import annotations

import asyncio
import sys

from biocoach.clock import SystemClock
from biocoach.types import Ecg
from devices.strap import StrapSource
from devices.strap_words import Wishes


async def main(address: str) -> None:
    source = StrapSource(address, SystemClock(), wishes=Wishes(ecg=True))
    async for arrival in source.stream():
        if isinstance(arrival.body, Ecg):
            sys.stdout.write("ecg\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
