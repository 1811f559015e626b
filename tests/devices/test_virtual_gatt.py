from __future__ import annotations

import asyncio

import pytest

from devices.gatt import Gatt
from devices.polar import PMD_CONTROL, PMD_DATA, control, frames
from devices.strap_words import DeviceError
from devices.virtual_gatt import VirtualGatt
from devices.virtual_h10 import VirtualH10
from devices.virtual_h10_table import MEASUREMENT
from tests.devices.fake_clock import FakeClock


async def _start_ecg(gatt: Gatt, said: list[bytes], data: list[bytes]) -> None:
    """What any client does, by the port alone."""
    assert gatt.has(PMD_CONTROL)
    assert gatt.payload_max == 229
    await gatt.listen(PMD_CONTROL, said.append)
    assert isinstance(control.decode(await gatt.read(PMD_CONTROL)), control.Capabilities)
    await gatt.listen(PMD_DATA, data.append)
    chosen = {"sample_rate": 130, "resolution": 14}
    await gatt.write(PMD_CONTROL, control.start(control.ECG, chosen))


def test_a_client_streams_ecg_without_a_radio() -> None:
    async def run() -> None:
        clock = FakeClock()
        gatt = VirtualGatt(VirtualH10(worn_s=clock.now_s()), clock.now_s)
        said: list[bytes] = []
        data: list[bytes] = []
        await _start_ecg(gatt, said, data)
        assert said == [bytes.fromhex("f00200000000")]
        await clock.sleep_until(clock.now_s() + 60)
        gatt.turn()
        assert len(data) > 50
        assert all(isinstance(frames.decode(raw), frames.Frame) for raw in data)

    asyncio.run(run())


def test_nothing_is_heard_after_unlisten_or_the_end() -> None:
    async def run() -> None:
        clock = FakeClock()
        gatt = VirtualGatt(VirtualH10(worn_s=clock.now_s()), clock.now_s)
        rates: list[bytes] = []
        await gatt.listen(MEASUREMENT, rates.append)
        await clock.sleep_until(1010.0)
        await gatt.unlisten(MEASUREMENT)
        count = len(rates)
        assert count > 5
        await clock.sleep_until(1020.0)
        gatt.turn()
        await gatt.close()
        await gatt.close()
        assert len(rates) == count
        assert not gatt.connected
        with pytest.raises(DeviceError, match="dropped"):
            await gatt.read(PMD_CONTROL)

    asyncio.run(run())


def test_a_lost_link_is_an_error_from_then_on() -> None:
    async def run() -> None:
        clock = FakeClock()
        strap = VirtualH10(worn_s=clock.now_s(), faults={"link_loss"})
        gatt = VirtualGatt(strap, clock.now_s)
        rates: list[bytes] = []
        await gatt.listen(MEASUREMENT, rates.append)
        await clock.sleep_until(clock.now_s() + 50)
        with pytest.raises(DeviceError, match="dropped"):
            await gatt.write(PMD_CONTROL, b"\x01\x00")
        assert 43 <= len(rates) <= 45  # what came before the loss was heard
        again = VirtualGatt(strap, clock.now_s)
        assert again.connected
        assert not gatt.connected
        with pytest.raises(DeviceError, match="busy"):
            VirtualGatt(strap, clock.now_s)

    asyncio.run(run())
