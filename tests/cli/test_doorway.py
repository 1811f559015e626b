"""The ways in: second starts, `biocoach link`, one-time addresses, the browser that is opened."""

from __future__ import annotations

import os
import re
import select
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from tests.cli.served import ADDRESS, Served, serving, status_of
from tests.cli.support import one_line_of_trouble, run

VIRTUAL = ("serve", "--source", "virtual")
WAIT_S = 60.0  # a test that hangs fails; nothing is measured by it


def address_in(said: str) -> str:
    found = ADDRESS.search(said)
    assert found is not None, said
    return found[0]


def test_a_second_start_tells_the_running_page(tmp_path: Path) -> None:
    with serving(tmp_path, *VIRTUAL) as page:
        again = run(tmp_path, *VIRTUAL, "--no-browser")
        assert again.returncode == 0
        assert "already" in again.stdout
        for said in (again.stdout, run(tmp_path, "link").stdout):
            address = address_in(said)
            assert address.startswith(page.url)
            assert status_of(address) == 200
            assert status_of(address) == 403


def test_an_address_dies_with_its_run(tmp_path: Path) -> None:
    """Used or not: what stood in a scrollback or a history opens nothing."""
    with serving(tmp_path, *VIRTUAL, ends=-signal.SIGKILL) as page:
        used, url = page.address, page.url
        unused = address_in(run(tmp_path, "link").stdout)
        os.kill(page.process.pid, signal.SIGKILL)
    with serving(tmp_path, *VIRTUAL, "--port", str(page.port)) as page:
        assert status_of(used.replace(url, page.url)) == 403
        assert status_of(unused.replace(url, page.url)) == 403
        assert status_of(address_in(run(tmp_path, "link").stdout)) == 200


def test_after_a_switch_both_stores_know_the_page(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--plain") as page:
        page.until(lambda s: not s["app"]["locked"])
        assert page.send("/api/straps/choose", {"source": "virtual"})["ok"]
        page.until(lambda s: s["app"]["simulated"])
        for arguments in (("serve", "--no-browser"), (*VIRTUAL, "--no-browser"), ("link",)):
            done = run(tmp_path, *arguments)
            assert done.returncode == 0, done.stderr
            assert address_in(done.stdout).startswith(page.url)
            assert status_of(address_in(done.stdout)) == 200
    assert {p.name for p in (tmp_path / "data" / "biocoach").rglob("*secret*")} == {"page-secret"}


class Opener:
    """In a browser's stead: it only writes down what it was told to open, into a pipe."""

    def __init__(self, folder: Path) -> None:
        pipe = folder / "opened"
        os.mkfifo(pipe)
        self.said = os.open(pipe, os.O_RDWR)
        self.program = folder / "browser"
        self.program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{pipe}\n')
        self.program.chmod(0o700)

    def opened(self) -> str:
        assert select.select([self.said], [], [], WAIT_S)[0], "no browser was opened"
        return os.read(self.said, 4096).decode().strip()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Opener]:
    opener = Opener(tmp_path)
    yield opener
    os.close(opener.said)


def goes_in_by(opened: str, page: Served) -> None:
    """No secret on the command line, which every user of the machine can read."""
    assert opened.startswith("file:///")
    assert "code=" not in opened
    doorway = Path(url2pathname(urlsplit(opened).path))
    assert doorway.stat().st_mode & 0o777 == 0o600
    leads_to = re.search(r'content="0; url=([^"]+)"', doorway.read_text())
    assert leads_to is not None
    assert leads_to[1].startswith(page.url)
    assert leads_to[1].rpartition(".")[2] not in opened
    assert status_of(leads_to[1]) == 200
    assert not doorway.exists()


def test_a_start_opens_a_browser_without_showing_the_code(tmp_path: Path, browser: Opener) -> None:
    with serving(tmp_path, *VIRTUAL, browser=browser.program) as page:
        goes_in_by(browser.opened(), page)


def test_so_does_a_second_start(
    tmp_path: Path, browser: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path, *VIRTUAL) as page:
        monkeypatch.setenv("BROWSER", str(browser.program))
        assert run(tmp_path, *VIRTUAL).returncode == 0
        goes_in_by(browser.opened(), page)


def test_a_hidden_folder_is_left_for_one_that_every_browser_may_read(tmp_path: Path) -> None:
    """A browser from a snap reads no hidden folder: the way in then lies in the home folder."""
    from biocoach.cli.doorway import doorway_at

    home = tmp_path / "home"
    assert doorway_at("1.ab", tmp_path / ".local" / "biocoach", home).parent == home
    assert doorway_at("1.ab", tmp_path / "biocoach", home).parent == tmp_path / "biocoach"


def test_link_says_why_it_can_t_look(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "biocoach"
    (folder / "lock").mkdir(parents=True)  # as unusable as a folder that may not be written
    done = run(tmp_path, "link")
    assert done.returncode == 1
    assert str(folder) in one_line_of_trouble(done)


def test_a_strap_chosen_beside_the_virtual_one_is_remembered(tmp_path: Path) -> None:
    address = "AA:BB:CC:DD:EE:FF"
    with serving(tmp_path, *VIRTUAL) as page:
        page.until(lambda s: s["app"]["simulated"] and s["session"])
        assert page.send("/api/straps/choose", {"source": f"ble:{address}"})["ok"]
        page.until(lambda s: s["app"].get("vault") == "new")
        assert page.send("/api/unlock", {"passphrase": "a quiet river"})["ok"]
        page.until(lambda s: not s["app"]["locked"])
        assert page.get("/api/straps")["remembered"]["address"] == address
