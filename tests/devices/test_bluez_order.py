"""The emulated BlueZ says what the real one was heard to say, in its order and its words."""

from __future__ import annotations

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from tests.devices.autojump import LoopClock, run_jumping
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_order import SAID
from tests.devices.bluez_strap import FakeStrap
from tests.devices.bluez_talk import Talk
from tests.devices.bluez_tour import Moody, Tour

ADDRESS = "C0:FF:EE:00:01:00"


class Hand:
    def __init__(self, strap: FakeStrap) -> None:
        self._strap = strap

    async def drop(self) -> None:
        self._strap.drop()

    async def vanish(self) -> None:
        """BlueZ takes its time to forget it."""
        self._strap.advertising = False
        self._strap.drop()

    def appear(self) -> None:
        self._strap.appear()


def _toured() -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}

    async def test() -> None:
        async with (
            FakeBluez(agent=False, advertise_s=0.2) as bluez,
            Talk(ADDRESS) as talk,
            Talk(ADDRESS) as other,
        ):
            h10 = Moody(worn_s=LoopClock().now_s() - 60)
            strap = bluez.add_strap(h10.name, ADDRESS, h10)
            strap.disconnect_s, strap.tick_s = 2.0, 0.1
            tour = Tour(talk, other, Hand(strap))
            await tour.all()
            said.update(tour.said)

    run_jumping(test())
    return said


def test_a_tour_of_all_that_happens_with_a_strap() -> None:
    said = _toured()
    assert list(said) == list(SAID)
    for step, lines in SAID.items():
        assert said[step] == lines, step
