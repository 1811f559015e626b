"""A strap is found, chosen, remembered, lost and found again: real bleak, an emulated BlueZ."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch, missing
from tests.browser.support import crisis_works, go_to, tell
from tests.browser.test_first_run import answer
from tests.devices.air import Air

if sys.platform != "linux":
    pytest.skip("BlueZ is emulated on Linux only", allow_module_level=True)


@pytest.fixture
def air() -> Iterator[Air]:
    if shutil.which("dbus-daemon") is None:
        missing("needs dbus-daemon (apt-get install dbus)")
    plain = Air()
    yield plain
    plain.end()


@PHONE
def test_a_strap_is_chosen_remembered_lost_and_forgotten(
    start: Start, page: Page, watch: Watch, air: Air
) -> None:
    air.do("add Another strap")
    served = start("serve", "--plain", bus=air.bus)
    page.goto(served.address)
    answer(page, hard="No", therapist="Yes")
    page.get_by_role("button", name="Go on").click()
    chooses(page, watch)
    loses_it_in_a_session(page, watch, air)
    for _ in ("baseline", "debrief"):
        assert tell(page, kind="end")["ok"]
    watch.expect_away()
    served.kill()
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    served.again()  # the page comes back by itself, and so does the strap
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    expect(page.get_by_text("TICKR 30 is connected.")).to_be_visible()
    forgets(page, watch)


def chooses(page: Page, watch: Watch) -> None:
    """Two are near; neither joins by itself."""
    mine = page.get_by_role("listitem").filter(has_text="TICKR 30")
    expect(mine).to_contain_text("very near")
    expect(page.get_by_role("listitem").filter(has_text="Another strap")).to_be_visible()
    expect(page.get_by_text("No strap yet.")).to_be_visible()
    watch.look(page, "straps found")
    mine.get_by_role("button", name="Use TICKR 30").click()
    expect(page.get_by_text("TICKR 30 is connected.")).to_be_visible()
    facts = page.get_by_text("Battery 84 %.")
    expect(facts).to_contain_text("It sends every heartbeat.")
    expect(facts).to_contain_text("feel movement.")
    watch.look(page, "strap connected")


def loses_it_in_a_session(page: Page, watch: Watch, air: Air) -> None:
    assert tell(page, kind="mark", mark="baseline")["ok"]
    expect(page.get_by_role("heading", name="Quiet minutes")).to_be_visible()
    air.do("vanish")
    lost = page.get_by_text("The connection to your strap was lost.")
    expect(lost).to_be_visible()
    watch.look(page, "strap lost")
    crisis_works(page)
    air.do("appear")
    expect(lost).to_be_hidden()


def forgets(page: Page, watch: Watch) -> None:
    go_to(page, "Settings")
    page.get_by_role("button", name="Look for straps").click()
    expect(page.get_by_text("Looking for straps near.")).to_be_visible()
    expect(page.get_by_text("None found so far.")).to_be_hidden()
    yours = page.get_by_role("listitem").filter(has_text="TICKR 30")
    expect(yours).to_contain_text("your strap")
    expect(yours).to_contain_text("connected to this computer already", timeout=20_000)
    watch.look(page, "strap settings")
    another = page.get_by_role("listitem").filter(has_text="Another strap")
    another.get_by_role("button").click()
    expect(page.get_by_text("Remembered: Another strap")).to_be_visible()
    expect(another).to_contain_text("your strap")
    expect(yours).not_to_contain_text("your strap")
    page.get_by_role("button", name="Forget this strap").click()
    expect(page.get_by_text("Forgotten. No strap joins until you choose one.")).to_be_visible()
    expect(page.get_by_text("No strap yet.")).to_be_visible()


@LAPTOP
def test_an_h10_gives_movement_and_its_ecg_when_asked(
    start: Start, page: Page, watch: Watch
) -> None:
    if shutil.which("dbus-daemon") is None:
        missing("needs dbus-daemon (apt-get install dbus)")
    air = Air("--h10", "13")
    served = start("serve", "--plain", bus=air.bus)
    page.goto(served.address)
    answer(page, hard="No", therapist="Yes")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Use Polar H10 12345678").click()
    expect(page.get_by_text("It can feel movement.")).to_be_visible()
    go_to(page, "Settings")
    ecg = page.get_by_role("checkbox", name="Show and keep the ECG line too")
    expect(ecg).not_to_be_checked()
    ecg.check()
    watch.look(page, "an H10")
    page.goto(served.url)
    expect(page.get_by_role("img", name="ECG line from your strap")).to_be_visible(timeout=60_000)
    air.end()
