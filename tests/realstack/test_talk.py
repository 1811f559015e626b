"""The real BlueZ says what ``tests/devices/bluez_order.py`` says that it does."""

from __future__ import annotations

import asyncio

from tests.devices.bluez_order import SAID
from tests.devices.bluez_talk import Talk
from tests.devices.bluez_tour import Moody, Tour
from tests.realstack.air import air

ADDRESS = "C0:FF:EE:00:01:00"


def test_a_tour_of_all_that_happens_with_a_strap() -> None:
    async def test() -> None:
        async with air() as near, Talk(ADDRESS) as talk, Talk(ADDRESS) as other:
            h10 = Moody(worn_s=asyncio.get_running_loop().time() - 60)
            strap = await near.add_strap(h10.name, ADDRESS, h10)
            tour = Tour(talk, other, strap)
            await tour.all()
            assert tour.said == SAID

    asyncio.run(test())
