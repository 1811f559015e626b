"""The strap goes on an errand: sent off, fetched, looked at; and what it refuses."""

from __future__ import annotations

import re
import shutil
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch, missing
from tests.browser.support import by_keyboard, crisis_works, go_to, wait_for_messages
from tests.browser.test_first_run import answer
from tests.devices.air import Air

FAST = "virtual:unscripted,speed=40"


def open_card(page: Page) -> None:
    summary = page.locator("summary", has_text="Take the strap on an errand")
    by_keyboard(page, summary)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is shown or offered on the way.")).to_be_visible()


def press(page: Page, name: str) -> None:
    by_keyboard(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def test_there_and_back_by_keyboard(start: Start, page: Page, watch: Watch) -> None:
    served = start("serve", "--source", FAST)
    page.goto(served.address)
    open_card(page)
    watch.look(page, "errand-before")
    press(page, "Start recording on the strap")
    expect(page.locator("summary", has_text="Your strap is on an errand")).to_be_focused()
    expect(page.get_by_text("has kept your heartbeats by itself since")).to_be_visible()
    crisis_works(page)
    watch.look(page, "errand-away")
    wait_for_messages(page, 30)
    press(page, "Fetch it")
    expect(page.get_by_text("Kept: ")).to_be_visible()
    expect(page.get_by_text(" heartbeats over ")).to_be_visible()
    watch.look(page, "errand-back")
    see = page.get_by_role("link", name="See it in Review")
    by_keyboard(page, see)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/review/"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    watch.look(page, "errand-review")
    go_to(page, "Live")
    expect(page.get_by_text("Back from the errand")).to_be_visible()
    press(page, "Put this away")
    expect(page.get_by_text("Back from the errand")).to_be_hidden()
    expect(page.get_by_text("Take the strap on an errand")).to_be_visible()


@PHONE
def test_a_page_that_comes_later_knows_of_it(start: Start, page: Page) -> None:
    served = start("serve", "--source", "virtual:unscripted")
    page.goto(served.address)
    open_card(page)
    press(page, "Start recording on the strap")
    expect(page.get_by_text("Your strap is on an errand")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Fetch it")).to_be_visible()


@LAPTOP
def test_a_minute_of_trying(start: Start, page: Page, watch: Watch) -> None:
    served = start("serve", "--source", FAST)
    page.goto(served.address)
    open_card(page)
    press(page, "Try it for a minute first")
    expect(page.get_by_text("Recording for a minute.")).to_be_visible()
    expect(page.get_by_text("Your strap keeps each heartbeat")).to_be_visible()
    watch.look(page, "errand-tried")


@LAPTOP
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("start_refused", "The strap says no, and does not say why."),
        ("battery_low", "battery is too low for this"),
        ("taken", "That did not work. What is on the strap is still there."),
    ],
)
def test_what_the_strap_refuses_is_said_plainly(
    start: Start, page: Page, watch: Watch, fault: str, said: str
) -> None:
    page.goto(start("serve", "--source", f"virtual:unscripted,fault={fault}").address)
    open_card(page)
    press(page, "Start recording on the strap")
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    if fault == "start_refused":
        watch.look(page, "errand-refused")


@LAPTOP
def test_a_strap_that_keeps_only_rates_says_so(start: Start, page: Page) -> None:
    served = start("serve", "--source", f"{FAST},fault=heart_rate_file")
    page.goto(served.address)
    open_card(page)
    press(page, "Start recording on the strap")
    expect(page.get_by_role("button", name="Fetch it")).to_be_visible()
    wait_for_messages(page, 10)
    press(page, "Fetch it")
    expect(page.get_by_text("but no single heartbeats")).to_be_visible()


@LAPTOP
def test_an_h10_by_radio_and_a_restart_on_the_way(start: Start, page: Page, watch: Watch) -> None:
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        missing("needs dbus-daemon (apt-get install dbus)")
    air = Air("--h10", "13")
    served = start("serve", "--plain", bus=air.bus)
    page.goto(served.address)
    answer(page, hard="No", therapist="Yes")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Take the strap on an errand")).to_have_count(0)  # no strap, no errand
    page.get_by_role("button", name="Use Polar H10 12345678").click()
    open_card(page)
    press(page, "Start recording on the strap")
    fetch = page.get_by_role("button", name="Fetch it")
    expect(fetch).to_be_enabled()
    watch.expect_away()
    served.kill()
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    served.again()  # the record knows of the errand, and the strap comes back by itself
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    expect(page.get_by_text("Polar H10 12345678 is connected.")).to_be_visible()
    fetch.click()
    expect(page.get_by_text(" heartbeats over ")).to_be_visible()
    watch.look(page, "errand-radio")
    air.end()
