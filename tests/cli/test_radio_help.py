"""What to do when Bluetooth does not work: every reason has steps on every system."""

from __future__ import annotations

from pathlib import Path

import pytest

from biocoach.cli.radio_help import Machine, look, steps

FINE = Machine(adapters=("hci0",))
REASONS = ("no_adapter", "adapter_off", "not_allowed", "busy", "failed", "something new")


def machine(
    root: Path, *, adapters: tuple[str, ...] = (), soft: str = "0", hard: str = "0"
) -> Path:
    for name in adapters:
        (root / "sys/class/bluetooth" / name).mkdir(parents=True)
    switch = root / "sys/class/rfkill/rfkill3"
    switch.mkdir(parents=True)
    for name, word in (("type", "bluetooth"), ("soft", soft), ("hard", hard)):
        (switch / name).write_text(word + "\n")
    wifi = root / "sys/class/rfkill/rfkill1"
    wifi.mkdir()
    for name, word in (("type", "wlan"), ("soft", "1"), ("hard", "1")):
        (wifi / name).write_text(word + "\n")
    (root / "run/dbus").mkdir(parents=True)
    (root / "run/dbus/system_bus_socket").touch()
    return root


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
@pytest.mark.parametrize("reason", REASONS)
def test_every_trouble_has_something_to_do(platform: str, reason: str) -> None:
    todo = steps(reason, platform, FINE)
    assert todo
    assert all(len(step) > 10 and not step.endswith(".") for step in todo)


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert steps("", "linux", FINE) == ()


def test_each_system_has_its_own_way() -> None:
    allowed = {p: steps("not_allowed", p, FINE)[0] for p in ("linux", "darwin", "win32")}
    assert "usermod -aG bluetooth" in allowed["linux"]
    assert "Privacy & Security, Bluetooth" in allowed["darwin"]
    assert "Radios" in allowed["win32"]


def test_linux_is_looked_at_closely(tmp_path: Path) -> None:
    found = look(machine(tmp_path, adapters=("hci0", "hci0:64")))
    assert found == Machine(adapters=("hci0",), switch="", bus=True)
    assert "systemctl" in steps("no_adapter", "linux", found)[0]


def test_a_radio_that_is_blocked_says_by_what(tmp_path: Path) -> None:
    soft = look(machine(tmp_path / "soft", adapters=("hci0",), soft="1"))
    hard = look(machine(tmp_path / "hard", adapters=("hci0",), soft="1", hard="1"))
    assert (soft.switch, hard.switch) == ("soft", "hard")
    assert "rfkill unblock" in steps("adapter_off", "linux", soft)[0]
    assert "key or a switch" in steps("adapter_off", "linux", hard)[0]


def test_without_an_adapter_or_a_bus(tmp_path: Path) -> None:
    assert "Plug in" in steps("no_adapter", "linux", look(machine(tmp_path / "a")))[0]
    assert "D-Bus" in steps("no_adapter", "linux", look(tmp_path / "empty"))[0]
