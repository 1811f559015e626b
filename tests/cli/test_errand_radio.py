"""The errand through the running strap's own link: unmodified bleak over an emulated BlueZ."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from biocoach.cli.errand_fact import Stage, errand_of
from biocoach.cli.errand_reach import by_radio, errands_through
from biocoach.cli.errands import Errands
from biocoach.cli.recordings import keeper_of
from biocoach.settings import Settings
from biocoach.store import memory_store
from biocoach.types import Strap
from devices.polar import PMD_CONTROL, control
from devices.sources import SourceSpec
from devices.strap import StrapSource
from devices.strap_words import DeviceError
from devices.virtual_h10 import VirtualH10
from tests.devices.autojump import LoopClock, run_jumping
from tests.devices.bluez import FakeBluez
from tests.fakes import FakeClock

ADDRESS = "C0:FF:EE:00:00:10"
SPEC = SourceSpec(kind="ble", target=ADDRESS)


def test_started_on_the_page_and_fetched_by_a_command() -> None:
    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            clock = LoopClock()
            h10 = VirtualH10(worn_s=clock.now_s() - 60)
            bluez.add_strap(h10.name, ADDRESS, h10).tick_s = 0.25
            # Kept in threads, where the loop's own clock can't be read.
            journal = memory_store(writer="t", clock=FakeClock())
            keeper = keeper_of(journal, FakeClock(), Settings(), simulated=False)
            source, told = StrapSource(ADDRESS, clock), list[Strap]()
            errands = errands_through(source, SPEC, keeper, clock)
            assert errands is not None
            with pytest.raises(DeviceError, match="not_connected"):
                await errands.start()

            async def listen() -> None:
                async with aclosing(source.stream()) as stream:
                    async for arrival in stream:
                        if isinstance(arrival.body, Strap):
                            told.append(arrival.body)

            listening = asyncio.create_task(listen())
            while not (told and "acc" in told[-1].sends):
                await asyncio.sleep(0.5)
            assert "memory" in told[-1].sends
            errand, _ = await errands.start()
            assert (errand.strap, errand.address) == (h10.name, ADDRESS)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await asyncio.sleep(300)
            async with by_radio(h10.name, clock) as way:
                later = Errands(
                    borrow=way.borrow,
                    strap_of=lambda _: way.strap,
                    keeper=keeper,
                    clock=clock,
                    set_clock=True,
                )
                (brought,) = await later.fetch()
            assert brought.found.holds == "beats"
            assert brought.found.missing_s == 0.0
            known = errand_of(journal.fact("errand"))
            assert known is not None
            assert known.stage is Stage.OVER
            assert h10.memory == "empty"
            assert h10.misused == []
            journal.close()

    run_jumping(test())


def test_a_link_for_an_errand_stops_what_a_killed_run_left_on() -> None:
    """The strap may leave with it, for hours."""

    async def test() -> None:
        async with FakeBluez(advertise_s=0.5) as bluez:
            now_s = LoopClock().now_s()
            h10 = VirtualH10(worn_s=now_s - 60)
            bluez.add_strap(h10.name, ADDRESS, h10).tick_s = 0.25
            h10.connect(now_s)
            h10.listen(PMD_CONTROL, now_s)
            chosen = {"sample_rate": 130, "resolution": 14}
            h10.write(PMD_CONTROL, control.start(control.ECG, chosen), now_s)
            h10.disconnect(now_s)
            assert h10.streams == (control.ECG,)
            async with by_radio(h10.name, LoopClock()):
                running: tuple[int, ...] = h10.streams
                assert running == ()

    run_jumping(test())
