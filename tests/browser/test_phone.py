"""A phone in the same house: let in at the computer, used, taken out, and told so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LAPTOP, Start, Watch, guarded
from tests.browser.support import (
    by_keyboard,
    crisis_works,
    go_apart,
    go_to,
    origin,
    state,
    until_server,
)
from tests.cli.test_serve import FIT

AT_HOME = "tests.at_home"
PASSPHRASE = "a quiet green door"
FAST = "virtual:unscripted,scenario=calm,speed=60"


@pytest.fixture
def phone(chromium: Browser, watch: Watch, start: Start) -> Iterator[BrowserContext]:
    """A browser of its own, as wide as a phone, whose owner went on after the warning."""
    context = guarded(chromium, watch, "phone", ignore_https_errors=True)
    yield context
    context.close()


def settings(page: Page) -> None:
    go_to(page, "Settings")
    expect(page.get_by_role("heading", name="A phone in the same house")).to_be_visible()


def let_in(
    page: Page, name: str, passphrase: str, button: str = "Turn it on and show a code"
) -> None:
    page.get_by_label("What shall the phone be called?").fill(name)
    if passphrase:
        page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.get_by_role("button", name=button).click()


def code_address(page: Page) -> str:
    address = page.locator("code.long")
    expect(address).to_be_visible()
    return address.inner_text()


@LAPTOP
def test_a_phone_is_let_in_lives_and_is_taken_out(
    start: Start, page: Page, phone: BrowserContext, watch: Watch
) -> None:
    page.goto(start("serve", "--source", FAST, module=AT_HOME).address)
    settings(page)
    watch.look(page, "phone-off")
    let_in(page, "My <b>phone</b>", "")
    expect(page.get_by_role("heading", name="camera at this")).to_be_focused()
    expect(page.get_by_role("img", name="QR code of the address below")).to_be_visible()
    assert page.get_by_role("img", name="QR code").evaluate("i => i.naturalWidth") > 100
    print_ = page.get_by_role("list", name="SHA-256 fingerprint").inner_text()
    assert re.fullmatch(r"([0-9A-F]{2}:){3}[0-9A-F]{2}", print_.split()[0])
    watch.look(page, "phone-code")
    page.set_viewport_size({"width": 360, "height": 740})
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})

    theirs = phone.new_page()
    theirs.goto(code_address(page))
    expect(theirs.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert "code" not in theirs.url
    expect(page.get_by_text("My <b>phone</b> is paired.")).to_be_visible()
    expect(page.get_by_text("A paired phone in this house can open this page")).to_be_visible()
    watch.look(page, "phone-paired")
    until_server(theirs, "state.now !== null")
    expect(theirs.get_by_text("Simulated: not your heart right now")).to_be_visible()
    settings(theirs)
    told = "This phone is paired as My <b>phone</b>. To change that, go to the computer."
    expect(theirs.get_by_text(told)).to_be_visible()
    expect(theirs.get_by_role("button", name="Turn it off")).to_have_count(0)
    watch.expected += ["status of 403", "status of 401"]
    theirs.get_by_role("button", name="Try with a virtual strap").click()
    said = theirs.get_by_text("That is done at the computer.")
    expect(said).to_have_count(3)  # of the strap, of how the record is kept, of taking it out
    watch.look(theirs, "phone-on-the-phone")

    by_keyboard(page, page.get_by_role("button", name="Take out My <b>phone</b>"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Leave it paired")).to_be_focused()
    watch.look(page, "phone-sure")
    page.get_by_role("button", name="Take it out", exact=True).click()
    expect(page.get_by_role("heading", name="Paired phones")).to_be_focused()
    gone = theirs.get_by_role("heading", name="This phone is not paired any more")
    expect(gone).to_be_visible()
    crisis_works(theirs)
    watch.look(theirs, "phone-gone")
    theirs.reload()
    expect(theirs.get_by_text("This phone is not paired, or not any more.")).to_be_visible()


@LAPTOP
def test_a_phone_whose_browser_opens_no_socket_lives_all_the_same(
    start: Start, page: Page, phone: BrowserContext, watch: Watch
) -> None:
    """Safari's way: it takes the page, and refuses the socket."""
    page.goto(start("serve", "--source", FAST, module=AT_HOME).address)
    settings(page)
    let_in(page, "Mine", "")
    theirs = phone.new_page()
    theirs.add_init_script(NO_SOCKETS)
    theirs.goto(code_address(page))
    go_apart(theirs, "regulate")
    seconds = theirs.get_by_role("region", name="Your heart now")
    expect(seconds).to_contain_text("baseline")
    watch.expected += ["status of 401"]
    page.get_by_role("button", name="Take out Mine").click()
    page.get_by_role("button", name="Take it out", exact=True).click()
    expect(theirs.get_by_role("heading", name="not paired any more")).to_be_visible()


NO_SOCKETS = """
window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose?.({ code: 1006 })); }
  close() {}
};
"""


@LAPTOP
def test_it_asks_for_the_passphrase_and_off_cuts_off(
    start: Start, page: Page, phone: BrowserContext, watch: Watch
) -> None:
    served = start("serve", module=AT_HOME)
    page.goto(served.address)
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    page.get_by_role("button", name="Lock my record with it").click()
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_visible()
    url = origin(page)
    page.context.request.put(url + "/api/settings/fit", data=FIT, headers={"origin": url})
    settings(page)
    watch.expected += ["status of 403", "status of 401"]  # a code that ended, a door that is shut
    let_in(page, "Mine", "another green door")
    expect(page.get_by_text("open this record. Check capitals")).to_be_visible()
    let_in(page, "Mine", PASSPHRASE)
    first = code_address(page)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Let in a phone").click()
    let_in(page, "Mine", PASSPHRASE, "Show a code")
    theirs = phone.new_page()
    theirs.goto(first)
    expect(theirs.get_by_text("This code does not open anything")).to_be_visible()
    theirs.goto(code_address(page))
    expect(theirs.get_by_role("heading", name="Plan a practice")).to_be_visible()
    expect(page.get_by_text("Mine is paired.")).to_be_visible()
    watch.expect_away()
    page.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_role("button", name="Turn it on and show a code")).to_be_visible()
    expect(theirs.get_by_text("No connection to biocoach.")).to_be_visible()
    assert state(page)["app"]["phone"] == {"state": "off", "paired": 1, "doors": 1}
    expect(page.get_by_text("A paired phone in this house")).to_have_count(0)


@LAPTOP
def test_a_record_in_the_clear_says_why_not(start: Start, page: Page, watch: Watch) -> None:
    page.goto(start("serve", "--plain", module=AT_HOME).address)
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_visible()
    url = origin(page)
    page.context.request.put(url + "/api/settings/fit", data=FIT, headers={"origin": url})
    settings(page)
    card = page.get_by_role("region", name="A phone in the same house")
    expect(
        card.get_by_text("This record is not encrypted, so no phone may open it.")
    ).to_be_visible()
    expect(card.get_by_role("button")).to_have_count(0)
    watch.look(page, "phone-plain")
