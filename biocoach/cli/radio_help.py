"""What to do when Bluetooth does not work, by system. Steps for people, the likeliest first.

Those for macOS and Windows were written from the systems' own documentation and from reports
of others; nobody here has tried them (docs/straps.md says so).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What Linux shows of its Bluetooth without being asked over the bus.

    ``switch``: "soft" where software has blocked the radio, "hard" where a key or a switch has,
    "" where neither has, or nothing is known.
    """

    adapters: tuple[str, ...] = ()
    switch: str = ""
    bus: bool = True


def look(root: Path = Path("/")) -> Machine:
    """This machine, as its file system tells. Never raises."""
    adapters = _names(root / "sys/class/bluetooth")
    switch = ""
    for name in _names(root / "sys/class/rfkill"):
        folder = root / "sys/class/rfkill" / name
        if _word(folder / "type") == "bluetooth":
            if _word(folder / "hard") == "1":
                switch = "hard"
            elif _word(folder / "soft") == "1" and not switch:
                switch = "soft"
    buses = ("run/dbus/system_bus_socket", "var/run/dbus/system_bus_socket")
    return Machine(
        adapters=tuple(name for name in adapters if name.startswith("hci") and ":" not in name),
        switch=switch,
        bus=any((root / path).exists() for path in buses),
    )


def _names(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir()))
    except OSError:
        return ()


def _word(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


NO_PLUG = "Plug in a Bluetooth 4.0 (or newer) adapter"


def steps(reason: str, platform: str, machine: Machine) -> tuple[str, ...]:
    """What to do about a ``DeviceError.reason`` on this ``sys.platform``; "" has nothing to do."""
    if not reason:
        return ()
    if platform == "darwin":
        return _MACOS.get(reason, _ANYWHERE)
    if platform == "win32":
        return _WINDOWS.get(reason, _ANYWHERE)
    return _linux(reason, machine)


def _linux(reason: str, machine: Machine) -> tuple[str, ...]:
    if machine.switch == "hard":
        return ("Bluetooth is off by a key or a switch of this computer: turn it on there",)
    if machine.switch == "soft":
        return ("Switch Bluetooth on in the system's settings, or run: rfkill unblock bluetooth",)
    if reason == "no_adapter" and not machine.bus:
        return (
            "No system D-Bus is running here (in a container, hand in /run/dbus/system_bus_socket)",
            "biocoach needs BlueZ 5.55 or newer: install the package bluez",
        )
    if reason == "no_adapter" and not machine.adapters:
        return (NO_PLUG, "In a virtual machine, hand the adapter through to it")
    return _LINUX.get(reason, _ANYWHERE)


_ANYWHERE = (
    "Switch Bluetooth off and on again, then try once more",
    "If that changes nothing, start the computer again",
)
_LINUX = {
    "no_adapter": (
        "Start the Bluetooth service: sudo systemctl enable --now bluetooth",
        "If there is no such service, install the package bluez",
    ),
    "adapter_off": ("Switch Bluetooth on in the system's settings, or run: bluetoothctl power on",),
    "not_allowed": (
        "Let your user use Bluetooth: sudo usermod -aG bluetooth $USER, then log in again",
        "A sandbox (Flatpak, Snap, a container) must be allowed to talk to org.bluez",
    ),
    "busy": ("Close other programs that look for Bluetooth devices, then try again",),
}
_MACOS = {
    "no_adapter": (NO_PLUG,),
    "adapter_off": ("Switch Bluetooth on: System Settings, Bluetooth",),
    "not_allowed": (
        "Allow it: System Settings, Privacy & Security, Bluetooth; switch on the program that you "
        "start biocoach from (Terminal, iTerm, Visual Studio Code)",
        "Then quit that program and start it again",
    ),
}
_WINDOWS = {
    "no_adapter": (NO_PLUG, "biocoach needs Windows 10 version 1709 or newer"),
    "adapter_off": ("Switch Bluetooth on: Settings, Bluetooth & devices",),
    "not_allowed": (
        "Allow it: Settings, Privacy & security, Radios; let apps control device radios",
    ),
}
