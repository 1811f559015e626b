"""Straps in the air, as a process: ``python -m tests.devices.air`` prints its bus and obeys lines.

Anything that uses bleak on Linux finds the straps there, once ``DBUS_SYSTEM_BUS_ADDRESS`` is set
to what it prints: biocoach with no hardware, by hand or in a test. Its lines, one a command:

    drop | vanish | appear | power off | power on | off | on    (off, on: the strap leaves the body)
    add SECOND                                                  (another strap of that name)

Without ``--h10`` the strap is a plain one that beats once a second.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from devices import heart_rate
from devices.virtual_h10 import VirtualH10
from tests.devices.bluez import FakeBluez
from tests.devices.bluez_strap import FakeStrap

ROOT = Path(__file__).parents[2]
ADDRESS = "C0:FF:EE:00:00:30"
BEAT = heart_rate.encode(62, [991])


class Air:
    """The straps near, in a process of their own."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.devices.air", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert self._process.stdout is not None
        self.bus = self._process.stdout.readline().strip()

    def do(self, command: str) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(command + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"

    def end(self) -> None:
        self._process.communicate(timeout=60)


async def main(arguments: list[str]) -> None:
    async with FakeBluez() as bluez:
        now_s = asyncio.get_running_loop().time()
        if "--h10" in arguments:
            seed = int(arguments[arguments.index("--h10") + 1])
            h10 = VirtualH10(seed=seed, worn_s=now_s - 60)
            strap = bluez.add_strap(h10.name, ADDRESS, h10)
        else:
            h10 = None
            strap = bluez.add_strap("TICKR 30", ADDRESS)
            bluez.start(_beat(strap))
        sys.stdout.write(os.environ["DBUS_SYSTEM_BUS_ADDRESS"] + "\n")
        sys.stdout.flush()
        while line := await asyncio.to_thread(sys.stdin.readline):
            _obey(line.split(), bluez, strap, h10)
            sys.stdout.write("done\n")
            sys.stdout.flush()


async def _beat(strap: FakeStrap) -> None:
    while True:
        strap.notify(BEAT)
        await asyncio.sleep(1.0)


def _obey(words: list[str], bluez: FakeBluez, strap: FakeStrap, h10: VirtualH10 | None) -> None:
    now_s = asyncio.get_running_loop().time()
    commands: dict[str, Callable[[], object]] = {
        "drop": strap.drop,
        "vanish": strap.vanish,
        "appear": strap.appear,
        "power": lambda: bluez.power(words[1] == "on"),
        "add": lambda: bluez.add_strap(" ".join(words[1:]), f"C0:FF:EE:00:01:{len(words):02X}"),
    }
    if h10 is not None:
        commands |= {"off": lambda: h10.take_off(now_s), "on": lambda: h10.put_on(now_s)}
    commands[words[0]]()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
