"""``biocoach straps`` and ``record`` as processes, where other straps are near, or none."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.devices.bluez_here import why_no_bluez

if why := why_no_bluez():
    pytest.skip(why, allow_module_level=True)

from devices import heart_rate
from devices.radio import connected
from tests.cli.support import environment
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import FakeStrap

WORN, FREE = "C0:FF:EE:00:00:10", "C0:FF:EE:00:00:11"
ROOT = Path(__file__).parents[2]


async def ran(home: Path, *arguments: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "biocoach", *arguments,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=environment(home) | {"DBUS_SYSTEM_BUS_ADDRESS": os.environ["DBUS_SYSTEM_BUS_ADDRESS"]},
    )  # fmt: skip
    said, trouble = await process.communicate()
    return process.returncode, said.decode(), trouble.decode()


async def beat(strap: FakeStrap) -> None:
    while True:
        strap.notify(heart_rate.encode(60, [1024]))
        await asyncio.sleep(0.1)


def test_a_strap_that_is_in_use_is_seen_and_left_alone(tmp_path: Path) -> None:
    async def test() -> None:
        async with FakeBluez() as bluez:
            bluez.add_strap("Worn", WORN)
            free = bluez.add_strap("Free", FREE)
            bluez.start(beat(free))
            async with connected(WORN) as worn:
                code, said, trouble = await ran(
                    tmp_path, "straps", "--ask", "--json", "--seconds", "1"
                )
                assert code == 0, trouble
                assert worn.connected
            rows = {row["address"]: row for row in json.loads(said)}
            assert "sends" not in rows[WORN]
            assert "rr" in rows[FREE]["sends"]

    asyncio.run(test())


def test_a_recording_of_nobody_is_a_failure(tmp_path: Path) -> None:
    to = tmp_path / "nobody.jsonl"

    async def test() -> None:
        async with FakeBluez():
            source = f"ble:{WORN}"
            code, said, trouble = await ran(
                tmp_path, "record", "--source", source, "--out", str(to), "--seconds", "11"
            )
            assert (code, said) == (1, "")
            assert f"nothing was heard from {source}" in trouble

    asyncio.run(test())
