"""`ask` offers nothing; under `observe` the screen is still. Laptop and phone look at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Start, Watch, guarded
from tests.browser.support import (
    SIZES,
    Served,
    go_apart,
    heard,
    origin,
    state,
    text_of,
    wait_for_messages,
)

SOURCE = "virtual:unscripted,scenario=panic,speed=40"
LATER_S = 720.0  # the rise is at 600 and lasts
COUNT_CHANGES = """() => {
  window.changes = [];
  const watched = {subtree: true, childList: true, characterData: true, attributes: true};
  new MutationObserver(all => window.changes.push(...all.map(
    change => change.type + " " + change.target.nodeName))).observe(document.body, watched);
}"""
STATE_WORDS = re.compile("baseline|rose|heart|signal|movement", re.IGNORECASE)


@pytest.fixture
def screens(chromium: Browser, watch: Watch) -> Iterator[Callable[[Served], list[Page]]]:
    """Opens a laptop and a phone before one server."""
    contexts: list[BrowserContext] = []

    def open_both(served: Served) -> list[Page]:
        address = [served.address for _ in SIZES]
        contexts.extend(guarded(chromium, watch, size) for size in SIZES)
        pages = [context.new_page() for context in contexts[-2:]]
        for page, entry in zip(pages, address, strict=True):
            page.goto(entry)
        return pages

    yield open_both
    for context in contexts:
        context.close()


def test_ask_offers_nothing_and_observe_is_still(
    start: Start, screens: Callable[[Served], list[Page]], watch: Watch
) -> None:
    """Two servers run at once, since both have to come to the rise of the heart."""
    asking, observing = (start("serve", "--source", SOURCE) for _ in range(2))
    ask, still = screens(asking), screens(observing)
    go_apart(ask[0], "ask")
    go_apart(still[0], "observe")
    for page in still:
        expect(page.get_by_role("heading", name="Nothing to do here.")).to_be_visible()
    watch.look(still[0], "still")
    waits = still[0].request.get(f"{origin(still[0])}/api/share")  # nor is there anything to share
    assert (waits.status, waits.json()["why"]) == (409, "still_share")
    for page in still:
        page.evaluate(COUNT_CHANGES)
    nothing_is_offered(ask)
    nothing_stirs(still)
    labels_in_the_debrief(still[1])


def nothing_is_offered(pages: list[Page]) -> None:
    """Long after the rise; how long it took to look does not matter."""
    while state(pages[0])["session"]["at_s"] < LATER_S:
        wait_for_messages(pages[0], 5)
    assert state(pages[0])["events"]["activations"]
    for page in pages:
        wait_for_messages(page, 30)
        assert "Would you like" not in text_of(page)
        page.keyboard.press("p")
        expect(page.get_by_role("button", name="Begin: Slow, soft breath")).to_be_visible()
    assert state(pages[0])["offer"] is None


def nothing_stirs(pages: list[Page]) -> None:
    while state(pages[0])["session"]["at_s"] < LATER_S:
        wait_for_messages(pages[0], 5)
    for page in pages:
        assert page.evaluate("window.changes") == []
        assert heard(page) > 100
        assert page.locator("canvas").count() == 0
        assert not STATE_WORDS.search(page.locator("main").inner_text())
        assert not re.search(r"\d", text_of(page))
    told = state(pages[0])
    assert told["now"] is None
    assert (told["trace"], told["offer"], told["events"]["activations"]) == ([], None, [])


def labels_in_the_debrief(page: Page) -> None:
    """What was seen is asked about afterwards."""
    page.get_by_role("button", name="They are back").click()
    page.get_by_role("button", name="Go to the debrief").click()
    seen = page.get_by_role("group", name="Rise 1, while you were still")
    seen.get_by_role("button", name="Something else").click()
    expect(seen.get_by_role("button", pressed=True)).to_have_text("Something else")
