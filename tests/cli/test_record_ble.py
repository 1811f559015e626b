"""``biocoach record`` as a process, on a virtual H10 behind unmodified bleak."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from biocoach.captures import Header, Problem, Timed, read_file
from biocoach.types import Ecg, InputBody, Link, Motion, Reading, Strap
from devices.polar import control
from devices.virtual_h10 import VirtualH10
from tests.cli.support import environment
from tests.devices.bluez import FakeBluez

ADDRESS = "C0:FF:EE:00:00:10"
QUICK_SEED = 13  # whose streams begin soon


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.05)


def items(path: Path) -> list[Header | Timed | Problem]:
    return list(read_file(path)) if path.exists() else []


def bodies(path: Path) -> list[InputBody]:
    return [item.body for item in items(path) if isinstance(item, Timed)]


def has(path: Path, kind: type[InputBody], count: int) -> Callable[[], bool]:
    return lambda: sum(isinstance(body, kind) for body in bodies(path)) >= count


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_strap_is_recorded_through_a_drop_and_let_go_of(
    tmp_path: Path, how: signal.Signals
) -> None:
    to = tmp_path / "worn.jsonl"

    async def test() -> None:
        async with FakeBluez() as bluez:
            now_s = asyncio.get_running_loop().time()
            h10 = VirtualH10(seed=QUICK_SEED, worn_s=now_s - 60)
            strap = bluez.add_strap(h10.name, ADDRESS, h10)
            recording = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "biocoach", "record",
                "--source", f"ble:{ADDRESS}", "--out", str(to),
                cwd=Path(__file__).parents[2],
                env=environment(tmp_path)
                | {"DBUS_SYSTEM_BUS_ADDRESS": os.environ["DBUS_SYSTEM_BUS_ADDRESS"]},
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            await until(has(to, Reading, 2))
            strap.drop()
            await until(lambda: bodies(to).count(Link(up=True)) == 2)
            await until(has(to, Motion, 2))
            await until(has(to, Ecg, 2))
            assert set(h10.streams) == {control.ACC, control.ECG}
            recording.send_signal(how)
            said, trouble = await recording.communicate()
            assert recording.returncode == 0, trouble
            assert b"beats" in said
            assert not h10.streams
            await until(lambda: not strap.connected)

    asyncio.run(test())
    header, *rest = items(to)
    assert isinstance(header, Header)
    assert header.device_name == "Polar H10 12345678"
    assert not header.extra["simulated"]
    assert not [item for item in rest if isinstance(item, Problem)]
    links = [body for body in bodies(to) if isinstance(body, Link)]
    assert links == [Link(up=True), Link(up=False, reason="dropped"), Link(up=True)]
    told = [body for body in bodies(to) if isinstance(body, Strap)]
    assert set(told[-1].sends) == {"battery", "acc", "ecg", "rr", "memory"}
