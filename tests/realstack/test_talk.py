"""The real BlueZ says what ``tests/devices/bluez_order.py`` says that it does."""

from __future__ import annotations

import asyncio

from tests.devices.bluez_talk import Talk
from tests.devices.bluez_tour import Moody, Tour
from tests.realstack.air import air

ADDRESS = "C0:FF:EE:00:01:00"


def test_tour() -> None:
    async def test() -> None:
        async with air() as near, Talk(ADDRESS) as talk, Talk(ADDRESS) as other:
            h10 = Moody(worn_s=asyncio.get_running_loop().time() - 60)
            strap = await near.add_strap(h10.name, ADDRESS, h10)
            tour = Tour(talk, other, strap)
            try:
                await tour.all()
            except Exception as e:
                print(repr(e))
            print("time", asyncio.get_running_loop().time())
            for step, lines in tour.said.items():
                print("##", step)
                print("\n".join(lines))

    asyncio.run(test())
