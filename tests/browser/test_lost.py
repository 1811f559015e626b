"""The server dies while someone is apart: the page says so, care goes on without it, and after
another start the page goes on where it was, without a reload.
"""

from __future__ import annotations

import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, Start, Watch
from tests.browser.support import crisis_works, go_apart

SOURCE = "virtual:unscripted,scenario=calm,speed=60"


@LAPTOP
def test_a_lost_server_is_said_and_care_goes_on(start: Start, page: Page, watch: Watch) -> None:
    served = start("serve", "--source", SOURCE)
    page.goto(served.address)
    go_apart(page, "regulate")
    heart = page.get_by_role("region", name="Your heart now")
    expect(heart).to_contain_text("Near your baseline")
    heart.get_by_role("button", name="Show numbers").click()
    watch.expect_away()
    served.kill()
    expect(page.get_by_role("status").get_by_text("No connection to biocoach.")).to_be_visible()
    expect(heart).to_contain_text("Unknown for now")
    expect(heart.get_by_role("definition").first).to_have_text("unknown")
    expect(heart).not_to_contain_text("Near your baseline")
    expect(heart).not_to_contain_text("Clear signal")
    crisis_works(page)
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Look around you")).to_be_focused()
    expect(page.get_by_text("Eyes open", exact=False).first).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("biocoach did not answer")
    watch.look(page, "lost")
    served.again()
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    page.get_by_role("button", name="Stay with it").click()
    expect(page.get_by_role("button", name="They are back")).to_be_visible()
    expect(heart).to_contain_text("Clear signal")


@LAPTOP
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can fill another's disk")
def test_a_full_disk_is_said(start: Start, page: Page, watch: Watch) -> None:
    served = start("serve", "--source", SOURCE)
    page.goto(served.address)
    expect(page.get_by_text("Virtual strap is connected.")).to_be_visible()
    served.disk(full=True)
    banner = page.get_by_role("status").get_by_text("Not recording. Nothing is kept right now.")
    expect(banner).to_be_visible()
    watch.expected.append("status of 409")
    page.get_by_role("button", name="Show numbers").click()
    expect(page.get_by_text("biocoach is not recording now")).to_be_visible()
    served.disk(full=False)
    expect(banner).to_be_hidden()


@LAPTOP
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can fill another's disk")
def test_too_much_and_an_ending_work_on_every_page_with_a_full_disk(
    start: Start, page: Page, watch: Watch
) -> None:
    served = start("serve", "--source", SOURCE)
    page.goto(served.address)
    go_apart(page, "observe")
    other = page.context.new_page()
    other.goto(served.url)
    expect(other.get_by_role("button", name="They are back")).to_be_visible()
    served.disk(full=True)
    banner = page.get_by_role("status").get_by_text("Not recording. Nothing is kept right now.")
    expect(banner).to_be_visible()
    watch.expected.append("status of 409")
    page.keyboard.press("x")
    for seen in (page, other):
        expect(seen.get_by_role("heading", name="Look around you")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("writes it as soon as it can")
    page.get_by_role("button", name="End here").click()
    for seen in (page, other):
        expect(seen.get_by_role("heading", name="How did it go?")).to_be_visible()
    served.disk(full=False)
    expect(banner).to_be_hidden()
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()
