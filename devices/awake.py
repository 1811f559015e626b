"""Holding off the computer's sleep: what sleeps hears no strap.

One way for each system. Linux: logind's inhibitor (systemd, ``org.freedesktop.login1``), let go by
closing what it gave. macOS: ``caffeinate``, which ends with this process. Windows: the thread's
execution state. A closed lid and a person's own *sleep* are left alone: a laptop in a bag gets hot.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Protocol

from biocoach.sandbox import Companion

WHO = "biocoach"
PATIENCE_S = 5.0  # of a bus that hangs
LOGIN1 = "org.freedesktop.login1"
LOGIN1_PATH = "/org/freedesktop/login1"
NOT_ALLOWED = (
    "org.freedesktop.DBus.Error.AccessDenied",
    "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
)
CAFFEINATE = "/usr/bin/caffeinate"
# SetThreadExecutionState (Microsoft, winbase.h)
ES_CONTINUOUS, ES_SYSTEM_REQUIRED = 0x8000_0000, 0x0000_0001


class Sleepless(Protocol):
    """Can hold the computer awake. Each may be called at any time, more than once."""

    async def hold(self, why: str) -> str:
        """ "" where it is awake from now on, else why it can't be promised: ``no_service``,
        ``refused`` or ``unsupported``. ``why`` is shown by the system to who asks it."""

    async def release(self) -> None: ...


def open_sleepless(system: str = sys.platform) -> Sleepless:
    """The way of this computer."""
    if system.startswith("linux"):
        return Login1()
    if system == "darwin":
        return Caffeinate()
    if system == "win32":
        return ExecutionState()
    return Unsupported()


class Login1:
    def __init__(self) -> None:
        self._held: int | None = None

    async def hold(self, why: str) -> str:
        if self._held is not None:
            return ""
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._held, refused = await _inhibit(why)
        except (OSError, EOFError):  # no bus; TimeoutError is one of them
            return "no_service"
        return refused

    async def release(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            os.close(held)


async def _inhibit(why: str) -> tuple[int | None, str]:
    """The descriptor that holds it, or why there is none. Raises OSError, EOFError."""
    # Comes with bleak, and only on Linux.
    from dbus_fast import BusType, DBusError, Message, MessageType
    from dbus_fast.aio import MessageBus
    from dbus_fast.errors import AuthError, InvalidAddressError

    try:
        bus = await MessageBus(bus_type=BusType.SYSTEM, negotiate_unix_fd=True).connect()
    except (DBusError, AuthError, InvalidAddressError):
        return None, "no_service"
    try:
        answer = await bus.call(
            Message(
                destination=LOGIN1, path=LOGIN1_PATH, interface=f"{LOGIN1}.Manager",
                member="Inhibit", signature="ssss", body=["sleep:idle", WHO, why, "block"],
            )
        )  # fmt: skip
    finally:
        bus.disconnect()
    if answer is None or answer.message_type is not MessageType.METHOD_RETURN:
        name = answer.error_name if answer is not None else None
        return None, "refused" if name in NOT_ALLOWED else "no_service"
    return (answer.unix_fds[0], "") if answer.unix_fds else (None, "refused")


class Caffeinate:
    def __init__(self, program: str = CAFFEINATE) -> None:
        self._program = program
        self._running: Companion | None = None

    async def hold(self, why: str) -> str:
        if self._running is not None and self._running.alive:
            return ""
        try:
            self._running = Companion(self._program, "-i", "-w", str(os.getpid()))
        except OSError:
            return "no_service"
        return ""

    async def release(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.end()


class ExecutionState:
    """It belongs to the thread that asked, so that both calls come from the loop's."""

    async def hold(self, why: str) -> str:
        return "" if _execution_state(ES_CONTINUOUS | ES_SYSTEM_REQUIRED) else "refused"

    async def release(self) -> None:
        _execution_state(ES_CONTINUOUS)


def _execution_state(state: int) -> bool:
    import ctypes

    windows = getattr(ctypes, "windll", None)  # only there
    return windows is not None and bool(windows.kernel32.SetThreadExecutionState(state))


class Unsupported:
    async def hold(self, why: str) -> str:
        return "unsupported"

    async def release(self) -> None:
        """Nothing was held."""
