"""A clinic from its first invitation to a record that is read, and erased: a real server over TLS,
a real database, a client's own biocoach that joins it, and passkeys of a virtual authenticator."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from biocoach.clock import SystemClock
from biocoach.store.clinic.owning import found_clinic
from tests.browser.conftest import ARGS, PROGRAMS, WAIT_MS, Start, Watch
from tests.browser.support import SIZES, axe_finds, crisis_works, free_port, go_to
from tests.cli.support import environment
from tests.data import ROOT
from tests.hard_day import hard_ending
from tests.postgres import Base, needed
from tests.syncing.authority import Authority

PASSWORD = "quiet boats at noon"
CLOCK = SystemClock()


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """``browser`` believes its certificate as if the world did, which passkeys ask for."""

    base: Base
    url: str
    trust: Path
    browser: Browser
    watch: Watch

    def page(self) -> Page:
        context: BrowserContext = self.browser.new_context(
            viewport={"width": 1280, "height": 900}, accept_downloads=True
        )
        context.set_default_timeout(WAIT_MS)
        context.on("weberror", lambda error: self.watch.saw(f"page error: {error.error}"))
        context.on("console", self.watch.console)
        return context.new_page()

    def look(self, page: Page, where: str) -> None:
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            self.watch.bad += axe_finds(page, f"{where}-{name}")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.watch.bad.append(f"{where}-{name}: wider than the screen")
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def clinic(chromium: Browser, tmp_path: Path, watch: Watch) -> Iterator[Clinic]:
    server = needed()
    base, port = server.base(), free_port()
    authority = Authority(tmp_path / "ca")
    pem, public = authority.certified(host="localhost")
    command = [
        sys.executable, "-m", "biocoach", "clinic", "--host", "localhost", "--port", str(port),
        "--certificate", str(pem), "--key", str(pem),
    ]  # fmt: skip
    settings = environment(tmp_path) | {"PYTHONPATH": str(ROOT), "BIOCOACH_DATABASE": base.app}
    process = subprocess.Popen(
        command, env=settings, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip() == f"The clinic is served at https://localhost:{port}", line
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    arguments = [one for one in ARGS if "host-resolver" not in one]
    arguments += [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        f"--ignore-certificate-errors-spki-list={public}",
    ]
    browser = chromium.browser_type.launch(executable_path=program, args=arguments)
    yield Clinic(
        base=base,
        url=f"https://localhost:{port}",
        trust=authority.pem,
        browser=browser,
        watch=watch,
    )
    browser.close()
    process.terminate()
    process.communicate(timeout=60)
    server.drop(base)


def with_passkeys(page: Page) -> None:
    """A key that is always touched, and knows its person."""
    control = page.context.new_cdp_session(page)
    control.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    control.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def totp(page: Page, later_s: int = 0) -> str:
    secret = page.locator("code.long").inner_text()
    return pyotp.TOTP(secret).at(int(CLOCK.wall().timestamp()) + later_s)


def enrol_by_password(page: Page, address: str) -> str:
    """The secret of the codes."""
    page.goto(address)
    page.get_by_role("button", name="Use a password instead").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("code.long").inner_text()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Code from your authenticator app").fill(totp(page))
    page.get_by_role("button", name="Use this password").click()
    return secret


def test_a_clinic_from_its_first_invitation_to_a_record_that_is_erased(
    clinic: Clinic, start: Start, page: Page, watch: Watch, tmp_path: Path
) -> None:
    watch.expected += ["status of 401", "status of 403"]
    secret = found_clinic(clinic.base.owner, "By the river", "Ines")[1].shown
    ines, tess = clinic.page(), clinic.page()
    device = founded(clinic, ines, tess, secret)

    hard_ending(tmp_path / "home0" / "data" / "biocoach", days_ago=2)
    served = start("serve", "--plain", "--sync", clinic.url, "--sync-trust", str(clinic.trust))
    page.goto(served.address)
    go_to(page, "Settings")
    mine = page.get_by_role("region", name="A copy at your clinic")
    mine.get_by_label("The code from your invitation").fill(device)
    mine.get_by_role("button", name="Join, and let them read this").click()
    expect(mine.get_by_text("By the river, with Tess.")).to_be_visible()
    expect(
        page.get_by_role("region", name="What to know").get_by_text("up to date")
    ).to_be_visible()

    read(clinic, tess)
    erased(clinic, ines, page)


def founded(clinic: Clinic, ines: Page, tess: Page, secret: str) -> str:
    """Ines comes by a passkey, invites Tess, and a client; the code for the client's computer."""
    with_passkeys(ines)
    ines.goto(f"{clinic.url}/#invite/{secret}")
    expect(ines.get_by_text("Ines, you are invited to By the river")).to_be_visible()
    clinic.look(ines, "desk-invited")
    ines.get_by_role("button", name="Make a passkey").click()
    expect(ines.get_by_role("heading", name="People", level=1)).to_be_visible()
    ines.get_by_label("Name", exact=True).fill("Tess")
    ines.get_by_role("button", name="Make an invitation").click()
    invitation = ines.locator("code.long").first.inner_text()
    enrol_by_password(tess, invitation)
    expect(tess.get_by_text("Nobody yet. Whoever looks after this page")).to_be_visible()
    expect(tess.get_by_role("heading", level=1)).to_be_focused()
    ines.get_by_role("button", name="I have passed it on").click()
    ines.get_by_label("What to call them here").fill("Bo")
    ines.get_by_role("button", name="Add", exact=True).click()
    ines.get_by_role("group", name="Who sees Bo").get_by_label("Tess").check()
    clinic.look(ines, "desk-people")
    crisis_works(ines)
    ines.get_by_role("link", name="Codes and computers of Bo").click()
    ines.get_by_role("button", name="A code for their computer").click()
    expect(ines.get_by_role("heading", name="What is agreed")).to_have_count(0)  # not told here
    clinic.look(ines, "desk-code")
    return ines.locator("code.long").inner_text()


def read(clinic: Clinic, tess: Page) -> None:
    tess.reload()
    expect(tess.get_by_text("Up to date on")).to_be_visible()
    clinic.look(tess, "desk-clients")
    tess.get_by_role("link", name="Read what Bo shares").click()
    expect(tess.get_by_role("link", name="Back to the clinic")).to_be_visible()
    record = tess.url
    assert "/record/" in record
    tess.get_by_role("button", name="Read what Bo shared").click()
    clinic.look(tess, "desk-record")
    row = tess.get_by_role("main").get_by_role("link").first
    row.click()
    expect(tess.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    expect(tess.get_by_text("Write a note here")).to_have_count(0)
    go_to(tess, "Clients")
    tess.get_by_role("link", name="Back to the clinic").click()
    tess.get_by_role("link", name="About Bo").click()
    expect(tess.get_by_text("Opened the record").first).to_be_visible()
    expect(tess.get_by_role("heading", name="Their computers")).to_have_count(0)  # not told here
    clinic.look(tess, "desk-client")
    with tess.expect_download() as taken:
        tess.get_by_role("link", name="Take out a copy").click()
    assert '"biocoach_record"' in Path(taken.value.path()).read_text(encoding="utf-8")
    tess.get_by_role("button", name="Sign out").click()
    expect(tess.get_by_role("heading", name="Sign in")).to_be_visible()
    clinic.look(tess, "desk-sign-in")
    tess.goto(record)  # from a bookmark: the way in, and not a line of JSON
    expect(tess.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(tess.get_by_text("Bo", exact=True)).to_have_count(0)
    tess.get_by_label("Name", exact=True).fill("tess")
    tess.get_by_role("textbox", name="Password").fill("not that one at all")
    tess.get_by_label("Code from your authenticator app").fill("000000")
    tess.get_by_role("button", name="Sign in with a password").click()
    expect(tess.get_by_role("alert").last).to_contain_text("did not fit together")


def erased(clinic: Clinic, ines: Page, wearer: Page) -> None:
    """The client signs in, and erases the copy; their own computer says so and keeps its record."""
    ines.get_by_role("button", name="I have passed it on").click()
    ines.get_by_role("button", name="Let them sign in here").click()
    code = ines.locator("code.long").inner_text()
    bo = clinic.page()
    enrol_by_password(bo, f"{clinic.url}/#invite/{code}")
    bo.get_by_role("link", name="About Bo").click()
    expect(
        bo.get_by_role("region", name="Who looked, and what").first.get_by_text("Tess").first
    ).to_be_visible()
    bo.get_by_role("button", name="Erase this copy").click()
    bo.get_by_label("I want the clinic\N{RIGHT SINGLE QUOTATION MARK}s copy gone").check()
    clinic.look(bo, "desk-erase")
    bo.get_by_role("button", name="Erase the copy", exact=True).click()
    expect(bo.get_by_text("copy is erased.")).to_be_visible()
    with clinic.base.root() as root:
        assert root.execute("SELECT count(*) FROM clinic.lines").fetchone() == (0,)
    ines.get_by_role("link", name="Who looked").click()
    expect(ines.get_by_text("All lines are there")).to_be_visible()
    clinic.look(ines, "desk-audit")
    ines.get_by_role("button", name="Sign out").click()
    ines.get_by_role("button", name="Sign in with a passkey").click()
    expect(ines.get_by_role("heading", name="People", level=1)).to_be_visible()
    go_to(wearer, "Review")
    expect(wearer.get_by_role("main").get_by_role("link").first).to_be_visible()
