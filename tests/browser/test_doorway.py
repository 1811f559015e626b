"""A browser that is opened by biocoach comes in by a file, and every later visit by its cookie."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from biocoach.cli.doorway import make_doorway
from tests.browser.conftest import LAPTOP, Start
from tests.browser.support import origin


@LAPTOP
def test_the_file_leads_in_and_the_cookie_stays(start: Start, page: Page) -> None:
    served = start("serve", "--source", "virtual:unscripted")
    doorway = make_doorway(served.address, served.base)
    page.goto(doorway.as_uri())
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert "code" not in page.url
    assert not doorway.exists()
    page.goto("about:blank")
    page.goto(served.url)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert origin(page) == served.url
