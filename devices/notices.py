"""A notice on the desktop, for who does not look at the page.

One way for each system. Linux: the desktop's own service (``org.freedesktop.Notifications``,
freedesktop.org's Desktop Notifications Specification 1.2), over the D-Bus library that bleak
brings. macOS: ``osascript``; Windows: a toast by PowerShell; neither of the two gives a number, so
that nothing can be taken back there: the next notice says that it is over.

The library ``desktop-notifier`` does the same for more than this needs: buttons, replies, threads.
It has one keeper, needs a signed app on macOS, and a dozen packages more over the three systems.
"""

from __future__ import annotations

import asyncio
import os
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from biocoach.sandbox import Companion

WHO = "biocoach"
PATIENCE_S = 2.0  # of a service that hangs; then the terminal has to do
SERVICE = "org.freedesktop.Notifications"
NOTIFIES = (SERVICE, "/org/freedesktop/Notifications")
BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
URGENT, NORMAL = 2, 1  # the specification's urgency levels
BY_ITSELF, NEVER = -1, 0  # when it expires
OSASCRIPT = "/usr/bin/osascript"
POWERSHELL = "System32/WindowsPowerShell/v1.0/powershell.exe"  # in Windows' own folder
# Texts are arguments, so that nothing in them is code.
APPLE_WORDS = (
    "on run words",
    "display notification (item 2 of words) with title (item 1 of words)",
    "end run",
)
# PowerShell takes what follows ``-Command`` as more code. So texts are letters and digits in it.
TOAST = """
$words = '{title}', '{body}' | ForEach-Object {{
  [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($_)) }}
$null = [Windows.UI.Notifications.ToastNotificationManager,\
 Windows.UI.Notifications, ContentType = WindowsRuntime]
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(1)
$texts = $toast.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($toast.CreateTextNode($words[0]))
$null = $texts.Item(1).AppendChild($toast.CreateTextNode($words[1]))
$app = '{{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}}\\WindowsPowerShell\\v1.0\\powershell.exe'
$by = [Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app)
$by.Show([Windows.UI.Notifications.ToastNotification]::new($toast))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """``stays``: until it is taken back or closed by hand. ``instead_of``: the number of the one
    that it replaces, 0 for none."""

    title: str
    body: str
    stays: bool = False
    instead_of: int = 0


class Notices(Protocol):
    """May wait a moment: it belongs where nothing else runs."""

    def show(self, notice: Notice) -> int | None:
        """Its number, 0 where the system gives none; None where it could not be shown."""

    def take_back(self, number: int) -> None: ...

    def place(self) -> str:
        """Who gives the numbers now: those of another one's are other notices. "" for nobody."""

    def why_not(self) -> str:
        """ "" where notices can be shown, else ``no_service`` or ``unsupported``."""


def open_notices(system: str = sys.platform) -> Notices:
    """The way of this computer."""
    if system.startswith("linux"):
        return Desktop()
    if system == "darwin":
        return Spoken(OSASCRIPT, apple)
    if system == "win32":  # by its whole path: by its name it could be anybody's
        windows = Path(os.environ.get("SYSTEMROOT", "C:/Windows"))
        return Spoken(str(windows / POWERSHELL), toast)
    return Unsupported()


def apple(notice: Notice) -> list[str]:
    script = [part for line in APPLE_WORDS for part in ("-e", line)]
    return [*script, notice.title, notice.body]


def toast(notice: Notice) -> list[str]:
    """Its whole script is one argument of letters and digits, which nothing on the way quotes."""
    title, body = (b64encode(text.encode()).decode() for text in (notice.title, notice.body))
    script = b64encode(TOAST.format(title=title, body=body).encode("utf-16-le")).decode()
    return ["-NoProfile", "-NonInteractive", "-EncodedCommand", script]


class Desktop:
    def show(self, notice: Notice) -> int | None:
        from dbus_fast import Variant  # comes with bleak, and only on Linux

        hints = {"urgency": Variant("y", URGENT if notice.stays else NORMAL)}
        expires = NEVER if notice.stays else BY_ITSELF
        body = [
            WHO, notice.instead_of, "", notice.title, notice.body, [], hints, expires,
        ]  # fmt: skip
        answer = _called("Notify", "susssasa{sv}i", body)
        return int(answer[0]) if answer else None

    def take_back(self, number: int) -> None:
        _called("CloseNotification", "u", [number])

    def place(self) -> str:
        """The bus, which is new with each login, and who has the service on it."""
        bus = _called("GetId", "", [], BUS)
        owner = _called("GetNameOwner", "s", [SERVICE], BUS)
        return f"{bus[0]}{owner[0]}" if bus and owner else ""

    def why_not(self) -> str:
        return "" if _called("GetServerInformation", "", []) else "no_service"


def _called(
    member: str, signature: str, body: list[Any], of: tuple[str, str] | None = None
) -> list[Any] | None:
    """What the service (or ``of``: a name and a path) answers; None where none does."""

    async def within_patience() -> list[Any] | None:
        async with asyncio.timeout(PATIENCE_S):
            return await _call(member, signature, body, of or NOTIFIES)

    try:
        return asyncio.run(within_patience())
    except (OSError, EOFError):  # no bus; TimeoutError is one of them
        return None


async def _call(
    member: str, signature: str, body: list[Any], of: tuple[str, str]
) -> list[Any] | None:
    from dbus_fast import DBusError, Message, MessageType
    from dbus_fast.aio import MessageBus
    from dbus_fast.errors import AuthError, InvalidAddressError

    try:
        bus = await MessageBus(bus_address=_address()).connect()
    except (DBusError, AuthError, InvalidAddressError):
        return None
    name, path = of
    try:
        answer = await bus.call(
            Message(
                destination=name, path=path, interface=name, member=member,
                signature=signature, body=body,
            )
        )  # fmt: skip
    finally:
        bus.disconnect()
    if answer is None or answer.message_type is not MessageType.METHOD_RETURN:
        return None
    return list(answer.body)


def _address() -> str:
    """The session's bus; systemd's place for it where the environment does not say."""
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    runtime = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    return named or f"unix:path={Path(runtime) / 'bus'}"


class Spoken:
    """A program of the system that shows one. ``arguments``: what it is given for a notice."""

    def __init__(self, program: str, arguments: Callable[[Notice], list[str]]) -> None:
        self._program = program
        self._arguments = arguments

    def show(self, notice: Notice) -> int | None:
        try:
            shown = Companion(self._program, *self._arguments(notice))
        except OSError:
            return None
        return 0 if shown.went_well(within_s=10.0) else None

    def take_back(self, number: int) -> None:
        """It can't be."""

    def place(self) -> str:
        return ""

    def why_not(self) -> str:
        from shutil import which

        return "" if which(self._program) else "no_service"


class Unsupported:
    def show(self, notice: Notice) -> int | None:
        return None

    def take_back(self, number: int) -> None:
        """There is none."""

    def place(self) -> str:
        return ""

    def why_not(self) -> str:
        return "unsupported"
