"""Notices come to a bus's desktop, are replaced and taken back; where none is, that is said."""

from __future__ import annotations

import asyncio
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices import notices
from devices.notices import (
    APPLE_WORDS,
    Desktop,
    Notice,
    Spoken,
    Unsupported,
    apple,
    open_notices,
    toast,
)
from tests.devices.bluez_here import why_no_bluez
from tests.devices.notifications import FakeDesktop, desktop

on_a_bus = pytest.mark.skipif(bool(why_no_bluez()), reason=why_no_bluez() or "-")
T = TypeVar("T")
LOUD = Notice(title="A title", body="A body", stays=True)


def beside(
    work: Callable[[], T], monkeypatch: pytest.MonkeyPatch, *, answers: bool = True
) -> tuple[T, FakeDesktop]:
    """Work that waits, beside a desktop that answers."""

    async def test() -> tuple[T, FakeDesktop]:
        async with desktop(answers=answers) as fake:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", fake.address)
            return await asyncio.to_thread(work), fake

    return asyncio.run(test())


@on_a_bus
def test_a_loud_one_is_urgent_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    number, fake = beside(lambda: Desktop().show(LOUD), monkeypatch)
    (shown,) = fake.shown
    app, replaces, icon, title, body, actions, hints, expires = shown.body
    assert (app, replaces, icon, title, body) == ("biocoach", 0, "", "A title", "A body")
    assert (actions, hints["urgency"].value, expires, number) == ([], 2, 0, 1)


@on_a_bus
def test_a_quiet_one_goes_by_itself_and_takes_the_place_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work() -> int | None:
        first = Desktop().show(LOUD)
        return Desktop().show(Notice(title="b", body="", instead_of=first or 0))

    number, fake = beside(work, monkeypatch)
    assert [(s.number, s.body[6]["urgency"].value, s.body[7]) for s in fake.shown] == [
        (1, 2, 0),
        (1, 1, -1),
    ]
    assert (number, fake.titles) == (1, ["b"])


@on_a_bus
def test_it_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        Desktop().take_back(Desktop().show(LOUD) or 0)

    _, fake = beside(work, monkeypatch)
    assert fake.on_screen == {}


@on_a_bus
def test_whether_there_is_a_service_is_known_without_showing_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    why, fake = beside(Desktop().why_not, monkeypatch)
    assert (why, fake.shown) == ("", [])


@on_a_bus
def test_a_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "PATIENCE_S", 0.05)
    found, _ = beside(lambda: Desktop().show(LOUD), monkeypatch, answers=False)
    assert found is None


@on_a_bus
def test_a_bus_without_a_desktop_has_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "NOTIFIES", ("org.example.Nobody", notices.NOTIFIES[1]))
    why, _ = beside(Desktop().why_not, monkeypatch)
    assert why == "no_service"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs hardware: a Linux computer")
@pytest.mark.parametrize("address", ["unix:path={}/nowhere", "nonsense", ""])
def test_no_bus_at_all_has_no_service(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address.format(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert Desktop().why_not() == "no_service"
    assert Desktop().show(LOUD) is None


@on_a_bus
def test_numbers_hold_for_one_desktop_on_one_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> tuple[str, str]:
        return Desktop().place(), Desktop().place()

    places = {place for _ in range(2) for place in beside(work, monkeypatch)[0]}
    assert len(places) == 2
    assert "" not in places
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "nonsense")
    assert Desktop().place() == ""


def a_program(folder: Path, text: str) -> str:
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.skipif(sys.platform == "win32", reason="needs hardware: a computer with a shell")
def test_a_program_is_given_the_words_as_arguments(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = a_program(tmp_path, f'printf "%s|" "$@" > {told}')
    assert Spoken(program, apple).show(LOUD) == 0
    *script, title, body = told.read_text(encoding="utf-8").split("|")[:-1]
    assert script == [part for line in APPLE_WORDS for part in ("-e", line)]
    assert (title, body) == ("A title", "A body")
    assert Spoken(program, apple).why_not() == ""


@given(title=st.text(st.characters(codec="utf-8")), body=st.text(st.characters(codec="utf-8")))
@example(title="it's over; 'now'", body='"$(Get-Item .)" \u2019 `n {0} %PATH%')
def test_in_powershell_no_text_is_code(title: str, body: str) -> None:
    """Whatever stands in a text, the script has the same letters and digits around it."""
    *options, script = toast(Notice(title=title, body=body))
    assert options == ["-NoProfile", "-NonInteractive", "-EncodedCommand"]
    lines = b64decode(script).decode("utf-16-le").splitlines()
    found = re.fullmatch(r"\$words = '([\w+/=]*)', '([\w+/=]*)' \| ForEach-Object \{", lines[1])
    assert found is not None
    assert [b64decode(word).decode() for word in found.groups()] == [title, body]
    plain = b64decode(toast(Notice(title="", body=""))[-1]).decode("utf-16-le").splitlines()
    assert lines[2:] == plain[2:]
    assert "{{" not in script


@pytest.mark.skipif(sys.platform == "win32", reason="needs hardware: a computer with a shell")
def test_a_program_that_fails_or_is_not_there_showed_nothing(tmp_path: Path) -> None:
    assert Spoken(a_program(tmp_path, "exit 1"), apple).show(LOUD) is None
    assert Spoken(str(tmp_path / "none"), apple).show(LOUD) is None
    assert Spoken(str(tmp_path / "none"), apple).why_not() == "no_service"


@pytest.mark.parametrize(
    ("system", "kind"),
    [("linux", Desktop), ("darwin", Spoken), ("win32", Spoken), ("aix", Unsupported)],
)
def test_each_system_has_its_way(system: str, kind: type) -> None:
    assert isinstance(open_notices(system), kind)


def test_an_unknown_system_says_so() -> None:
    assert (Unsupported().why_not(), Unsupported().show(LOUD)) == ("unsupported", None)
