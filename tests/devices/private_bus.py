"""A D-Bus daemon of a test's own, which everything in this process takes for the system's."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from bleak.backends.bluezdbus import manager
from dbus_fast.aio import MessageBus

from tests.devices.autojump import AutojumpLoop, BusEnds

_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


class PrivateBus:
    """``begin`` gives a connection to it; ``end`` ends all."""

    async def begin(self) -> MessageBus:
        self._folder = tempfile.TemporaryDirectory(prefix="private-bus-")
        socket, config = Path(self._folder.name) / "bus", Path(self._folder.name) / "bus.conf"
        config.write_text(_BUS_CONFIG.format(socket=socket))
        try:
            self._daemon = subprocess.Popen(
                ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"]
            )
        except OSError:
            self._folder.cleanup()
            raise
        self._before = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={socket}"
        self._bus = await _joined(f"unix:path={socket}")
        self._ends = _mind_jumps(socket)
        return self._bus

    async def end(self) -> None:
        if self._ends is not None:
            self._ends.close()
            _mind_jumps(None)
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self._daemon.terminate()
        self._daemon.wait()
        await _bleak_has_noticed()
        os.environ.pop("DBUS_SYSTEM_BUS_ADDRESS")
        if self._before is not None:
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = self._before
        self._folder.cleanup()


def _mind_jumps(socket: Path | None) -> BusEnds | None:
    """Where time jumps, it must not jump over what is on its way through the bus."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, AutojumpLoop):
        return None
    ends = BusEnds(socket) if socket else None
    loop.mind_bus(ends)
    return ends


async def _joined(address: str) -> MessageBus:
    """A new daemon's socket is there for a moment before anyone listens at it."""
    for _ in range(2000):
        with suppress(FileNotFoundError, ConnectionRefusedError):
            return await MessageBus(bus_address=address).connect()
        await asyncio.sleep(0.01)
    raise RuntimeError("dbus-daemon does not listen")


async def _bleak_has_noticed() -> None:
    """bleak keeps one bus a loop, and has no word to close it: wait until it saw the end."""
    kept = manager._global_instances.get(asyncio.get_running_loop())
    if kept is not None and kept._bus_watcher_task is not None:
        await asyncio.wait({kept._bus_watcher_task}, timeout=20)
