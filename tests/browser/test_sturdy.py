"""The page comes back right by itself: a server that stood still, a frozen tab, ten tabs, a cut
network, a clock that was set. What is old never stands as now."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import Served, go_apart, tell, wait_for_messages

SOURCE = "virtual:seed=7,unscripted,scenario=calm,speed=20"
TABS = 10
# The wall's clock of the page, moved by so many milliseconds from when it is told.
SET_CLOCK = """by => {
  const [Real, now] = [Date, Date.now];
  Real.now = () => now() + by;
}"""


def heart(page: Page) -> Callable[[str], None]:
    card = page.get_by_role("region", name="Your heart now")
    return lambda words: expect(card).to_contain_text(words)


@pytest.fixture
def apart(start: Start, page: Page) -> Iterator[Served]:
    """A practice under way, with the heart near its baseline."""
    served = start("serve", "--source", SOURCE)
    page.goto(served.address)
    go_apart(page, "regulate", planned_s=3600)
    heart(page)("Near your baseline")
    yield served
    served.thaw()


@LAPTOP
def test_a_server_that_stands_still_is_not_now(page: Page, apart: Served, watch: Watch) -> None:
    watch.expect_away()
    apart.freeze()
    expect(page.get_by_role("status").get_by_text("No connection to biocoach.")).to_be_visible()
    heart(page)("Unknown for now")
    apart.thaw()
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    heart(page)("Near your baseline")
    expect(page.get_by_role("button", name="They are back")).to_be_visible()


@PHONE
def test_a_tab_that_was_frozen_while_the_server_was_away(
    page: Page, apart: Served, watch: Watch
) -> None:
    """An hour asleep, told to the page by a clock that went on."""
    watch.expect_away()
    chrome = page.context.new_cdp_session(page)
    chrome.send("Page.setWebLifecycleState", {"state": "frozen"})
    apart.kill()
    apart.again()
    chrome.send("Page.setWebLifecycleState", {"state": "active"})
    page.evaluate(SET_CLOCK, 3_600_000)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    expect(page.get_by_role("button", name="They are back")).to_be_visible()
    heart(page)("Near your baseline")


@LAPTOP
def test_ten_tabs_say_the_same(page: Page, apart: Served) -> None:
    tabs = [page, *(page.context.new_page() for _ in range(TABS - 1))]
    for tab in tabs[1:]:
        tab.goto(apart.url)
    chrome = page.context.new_cdp_session(tabs[-1])
    chrome.send("Page.setWebLifecycleState", {"state": "frozen"})
    assert tell(page, kind="mark", mark="back")["ok"]
    for tab in tabs[:-1]:
        expect(tab.get_by_role("heading", name="Back together")).to_be_visible()
    chrome.send("Page.setWebLifecycleState", {"state": "active"})
    expect(tabs[-1].get_by_role("heading", name="Back together")).to_be_visible()
    for tab in tabs:
        wait_for_messages(tab, 2)


@LAPTOP
@pytest.mark.parametrize("by_ms", [3_600_000, -3_600_000], ids=["forward", "back"])
def test_a_clock_that_is_set_changes_nothing(page: Page, apart: Served, by_ms: int) -> None:
    page.evaluate(SET_CLOCK, by_ms)
    wait_for_messages(page, 3)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    wait_for_messages(page, 3)
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    heart(page)("Near your baseline")


@PHONE
def test_a_network_that_is_cut_is_said_and_comes_back(
    page: Page, apart: Served, watch: Watch
) -> None:
    watch.expect_away()
    chrome = page.context.new_cdp_session(page)
    chrome.send("Network.enable")
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    chrome.send("Network.emulateNetworkConditions", {"offline": True, **network})
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    apart.freeze()  # a socket that is open already does not notice the emulated cut
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    heart(page)("Unknown for now")
    apart.thaw()
    chrome.send("Network.emulateNetworkConditions", {"offline": False, **network})
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    heart(page)("Near your baseline")


@LAPTOP
def test_a_practice_holds_the_screen_awake_and_lets_it_go(
    start: Start, page: Page, watch: Watch
) -> None:
    """Chromium's own lock, as far as it gives one here; what the page says follows from it."""
    page.add_init_script(COUNTS_LOCKS)
    served = start("serve", "--source", SOURCE)
    page.goto(served.address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert page.evaluate("locks") == {"asked": 0, "held": 0}
    go_apart(page, "observe")
    page.wait_for_function("() => locks.asked > 0")
    watch.look(page, "awake")
    assert tell(page, kind="mark", mark="back")["ok"]
    assert tell(page, kind="end")["ok"]
    page.wait_for_function("() => locks.held === 0")


COUNTS_LOCKS = """
window.locks = {asked: 0, held: 0};
const ask = WakeLock.prototype.request;
WakeLock.prototype.request = async function (kind) {
  locks.asked += 1;
  const lock = await ask.call(this, kind);
  locks.held += 1;
  lock.addEventListener("release", () => { locks.held -= 1; });
  return lock;
};
"""
