"""Unmodified bleak over an emulated BlueZ. Real time, but no test looks at how long it took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from biocoach.clock import SystemClock
from biocoach.types import (
    Arrival,
    Battery,
    Contact,
    InputBody,
    Link,
    Reading,
    Strap,
    Unread,
)
from devices.radio import connected, scan
from devices.strap import StrapSource
from devices.strap_words import DeviceError, Found, Timings, reason_in
from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import BluezError, FakeStrap

H10 = "Polar H10 12345678"
BEAT = bytes.fromhex("16480004")
QUICK = Timings(
    scan_s=0.5,
    connect_s=3,
    silent_s=0.4,
    first_word_s=0.8,
    battery_s=1,
    retry_s=0.05,
    retry_most_s=0.1,
)
T = TypeVar("T")


def run(test: Coroutine[Any, Any, T]) -> T:
    """Runs a test with a bound on its time, so that a hang is a failure."""

    async def bounded() -> T:
        async with asyncio.timeout(60):
            return await test

    return asyncio.run(bounded())


class Listener:
    """Reads a source into a list, and waits for what a test expects."""

    def __init__(self) -> None:
        self.heard: list[Arrival] = []
        self._at = 0
        self._more = asyncio.Event()

    async def listen(self, source: StrapSource) -> None:
        async with aclosing(source.stream()) as stream:
            async for arrival in stream:
                self.heard.append(arrival)
                self._more.set()

    async def until(self, wanted: Callable[[InputBody], bool]) -> InputBody:
        """The next arrival, not yet waited for, that is wanted."""
        async with asyncio.timeout(30):
            while True:
                while self._at < len(self.heard):
                    self._at += 1
                    body = self.heard[self._at - 1].body
                    if wanted(body):
                        return body
                self._more.clear()
                await self._more.wait()

    async def link(self, up: bool, reason: str = "") -> None:
        await self.until(lambda body: body == Link(up=up, reason=reason))

    async def reading(self) -> Reading:
        body = await self.until(lambda body: isinstance(body, Reading))
        assert isinstance(body, Reading)
        return body


@asynccontextmanager
async def listening(wanted: str = H10, timings: Timings = QUICK) -> AsyncIterator[Listener]:
    listener = Listener()
    task = asyncio.create_task(listener.listen(StrapSource(wanted, SystemClock(), timings)))
    try:
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def beating(strap: FakeStrap, raw: bytes = BEAT) -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            strap.notify(raw)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


def test_scan_finds_the_straps_in_reach() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            bluez.add_strap()
            bluez.add_strap(name="HRM-Dual:1", address="C0:FF:EE:00:00:02")
            found = await scan(0.3)
            assert {(f.name, f.address) for f in found} == {
                (H10, "C0:FF:EE:00:00:01"),
                ("HRM-Dual:1", "C0:FF:EE:00:00:02"),
            }
            assert all(f.rssi_dbm in (-60, -61) for f in found)

    run(test())


def test_scan_lists_a_strap_that_the_system_holds_already() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with beating(strap), listening() as ear:
                await ear.reading()
                assert await scan(0.2) == [Found(name=H10, address=strap.address, rssi_dbm=None)]

    run(test())


def test_a_strap_that_the_system_holds_already_is_joined() -> None:
    """It does not advertise: so it is after a run that was killed."""

    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with connected(H10), beating(strap), listening() as ear:
                await ear.reading()
            assert Link(up=False, reason="not_found") not in [a.body for a in ear.heard]

    run(test())


@pytest.mark.parametrize("wanted", [H10, "polar h10 12345678", "c0:ff:ee:00:00:01"])
def test_connects_and_hears(wanted: str) -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with beating(strap), listening(wanted) as ear:
                reading = await ear.reading()
                assert (reading.raw, reading.rr_1024) == (BEAT, (1024,))
                assert reading.contact is Contact.UNKNOWN  # an H10's flag is not believed
                await until(lambda: Battery(percent=84) in [a.body for a in ear.heard])
            told, up = [arrival.body for arrival in ear.heard[:2]]
            no_pmd = ("acc", "ecg")
            assert told == Strap(name=H10, address=strap.address, sends=("battery",), lacks=no_pmd)
            assert up == Link(up=True)
            stamps = [arrival.clock_s for arrival in ear.heard]
            assert stamps == sorted(stamps)
            # The end of the listening let the strap go.
            await until(lambda: not strap.connected)

    run(test())


def test_a_strap_that_feels_skin_says_so_once_it_does() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap(name="TICKR 1")
            async with beating(strap), listening("TICKR 1") as ear:
                assert (await ear.reading()).contact is Contact.DETECTED
            straps = [a.body.sends for a in ear.heard if isinstance(a.body, Strap)]
            assert straps == [("battery",), ("battery", "contact", "rr")]

    run(test())


def test_nonsense_is_kept_unread() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with beating(strap, b"\x10"), listening() as ear:
                body = await ear.until(lambda body: isinstance(body, Unread))
                assert isinstance(body, Unread)
                assert (body.characteristic, body.raw) == ("2a37", b"\x10")

    run(test())


async def listened_to(strap: FakeStrap, times: int) -> None:
    """Until it was subscribed to so often, and only one connection listens: else every word would
    arrive twice. The listener of a lost link is there until its bus is closed."""
    await until(lambda: strap.subscribed == times and len(strap.listeners) == 1)


def test_a_strap_that_drops_is_found_again_and_heard_once() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            patient = replace(QUICK, silent_s=60, first_word_s=60)  # it does not beat by itself
            async with listening(timings=patient) as ear:
                for lap in range(3):
                    await ear.link(up=True)
                    await listened_to(strap, lap + 1)
                    strap.notify(bytes([0x10, 60 + lap, 0, 4]))
                    assert (await ear.reading()).bpm == 60 + lap
                    strap.drop()
                    await ear.link(up=False, reason="dropped")
            beats = [a.body.bpm for a in ear.heard if isinstance(a.body, Reading)]
            assert beats == [60, 61, 62]

    run(test())


def test_a_strap_that_went_away_is_waited_for() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with beating(strap), listening() as ear:
                await ear.reading()
                strap.vanish()
                await ear.link(up=False, reason="dropped")
                await ear.link(up=False, reason="not_found")
                strap.advertising = True
                await ear.link(up=True)
                await ear.reading()
            lost = [a for a in ear.heard if a.body == Link(up=False, reason="not_found")]
            assert len(lost) == 1  # said once, however often it was tried

    run(test())


def test_a_silent_strap_is_called_silent_and_connected_anew() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with listening() as ear:
                async with beating(strap):
                    await ear.reading()
                await ear.link(up=False, reason="silent")
                async with beating(strap):
                    await ear.link(up=True)
                    await ear.reading()
            assert strap.subscribed >= 2

    run(test())


def test_a_strap_that_never_speaks_is_silent_too() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            bluez.add_strap()
            async with listening() as ear:
                await ear.link(up=True)
                await ear.link(up=False, reason="silent")

    run(test())


def test_a_connection_that_fails_is_tried_again() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            strap.connect_error = BluezError("Failed", "le-connection-abort-by-peer")
            async with beating(strap), listening() as ear:
                await ear.link(up=False, reason="failed")
                strap.connect_error = None
                await ear.link(up=True)
                await ear.reading()

    run(test())


def test_the_adapter_is_switched_off_and_on() -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            strap = bluez.add_strap()
            async with beating(strap), listening() as ear:
                await ear.reading()
                bluez.power(False)
                await ear.link(up=False, reason="dropped")
                await ear.link(up=False, reason="adapter_off")
                bluez.power(True)
                await ear.link(up=True)
                await ear.reading()

    run(test())


def test_without_an_adapter() -> None:
    async def test() -> None:
        async with FakeBluez(adapter=False):
            with pytest.raises(DeviceError, match="no_adapter"):
                await scan(0.1)
            async with listening() as ear:
                await ear.link(up=False, reason="no_adapter")

    run(test())


def test_without_a_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")

    async def test() -> None:
        with pytest.raises(DeviceError, match="no_adapter"):
            await scan(0.1)
        async with listening() as ear:
            await ear.link(up=False, reason="no_adapter")

    run(test())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("org.bluez.Error.NotReady Resource Not Ready", "adapter_off"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "no_adapter"),
        ("org.bluez.Error.NotPermitted Not paired", "needs_pairing"),
        ("device 'dev_C0' not found", "not_found"),
        ("org.bluez.Error.InProgress", "busy"),
        ("org.bluez.Error.Failed Operation already in progress", "busy"),
        ("org.bluez.Error.Failed Input/output error", "adapter_off"),
        ("something new", "failed"),
    ],
)
def test_words_of_faults(text: str, reason: str) -> None:
    assert reason_in(text) == reason
