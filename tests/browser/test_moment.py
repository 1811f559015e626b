"""A moment in 20 seconds: from every screen, in few keys, kept by Enter."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.sheets import sheets, too_wide, until_sheet
from tests.browser.support import SETTLED, Served, go_apart, go_to, picture, state, tell

FAST = "virtual:unscripted,scenario=calm,speed=60"


class Keys:
    """Counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.pressed += 1


def opened(page: Page, served: Served) -> None:
    page.goto(served.address)
    expect(page.get_by_role("button", name="Moment")).to_be_visible()
    page.evaluate("document.activeElement?.blur()")


@LAPTOP
def test_a_moment_in_six_keys(page: Page, served: Served) -> None:
    opened(page, served)
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.method) if "/api/worksheets" in r.url else None)
    keys = Keys(page)
    keys.press("m")
    expect(page.get_by_role("dialog", name="A moment")).to_be_visible()
    expect(page.get_by_label("How strong was it at its peak?")).to_be_focused()
    keys.press("7", "Tab", "Space", "Enter")
    expect(page.get_by_role("status").filter(has_text="Your moment is kept.")).to_be_visible()
    assert keys.pressed <= 6
    (kept,) = sheets(page, "moment")
    assert kept["state"] == "kept"
    assert kept["answers"] == {"intensity": 70, "urge": "text"}
    assert posts.count("POST") == 1
    assert "PUT" not in posts
    expect(page.get_by_role("dialog", name="A moment")).to_have_count(0)
    page.get_by_role("link", name="See it").click()
    expect(page.get_by_text("Write to them")).to_be_visible()


@LAPTOP
def test_one_thing_is_enough_and_nothing_is_not_kept(page: Page, served: Served) -> None:
    opened(page, served)
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A moment")
    expect(dialog.get_by_role("alert")).to_contain_text("One thing is enough.")
    dialog.get_by_label("What went through your head?").press_sequentially("m x ? left out")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    (kept,) = sheets(page, "moment")
    assert kept["answers"] == {"thought": "m x ? left out"}


@PHONE
def test_what_was_begun_stays_and_the_screen_is_sound(
    page: Page, served: Served, watch: Watch
) -> None:
    opened(page, served)
    page.get_by_role("button", name="Moment").click()
    dialog = page.get_by_role("dialog", name="A moment")
    dialog.get_by_label("What went through your head?").fill("half a")
    watch.look(page, "moment")
    assert too_wide(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Moment")).to_be_focused()
    page.get_by_role("button", name="Moment").click()
    expect(dialog.get_by_label("What went through your head?")).to_have_value("half a")
    dialog.get_by_role("button", name="I might hurt myself").click()
    card = page.get_by_role("dialog", name="Help now")
    expect(card).to_be_visible()
    card.get_by_role("button", name="Go back").click()
    expect(dialog).to_be_visible()
    page.reload()
    until_sheet(page, "moment", "sheet.state === 'draft' && sheet.answers.thought === 'half a'")


@LAPTOP
def test_more_of_it_goes_into_a_longer_one(page: Page, served: Served) -> None:
    opened(page, served)
    page.keyboard.press("m")
    page.keyboard.press("5")
    dialog = page.get_by_role("dialog", name="A moment")
    dialog.get_by_label("What went through your head?").fill("They forgot me")
    dialog.get_by_role("button", name="Write more about it").click()
    expect(page.get_by_role("heading", name="Thought record")).to_be_focused()
    thought = page.get_by_role("article").get_by_label("What went through your head?")
    expect(thought).to_have_value("They forgot me")
    assert sheets(page, "moment")[0]["state"] == "kept"


@LAPTOP
def test_a_lost_server_keeps_the_moment_on_the_page(
    page: Page, served: Served, watch: Watch
) -> None:
    opened(page, served)
    watch.expect_away()
    page.keyboard.press("m")
    page.keyboard.press("8")
    served.kill()
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A moment")
    expect(dialog.get_by_role("alert")).to_contain_text("Not in your record yet.")
    served.again()
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden()
    until_sheet(page, "moment", "sheet.state === 'kept' && sheet.answers.intensity === 80")


@LAPTOP
def test_in_a_session_it_is_not_in_the_way(start: Start, page: Page, watch: Watch) -> None:
    page.goto(start("serve", "--source", FAST).address)
    go_apart(page, "ask")
    back = page.get_by_role("button", name="They are back")
    expect(back).to_be_visible()
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="A moment")
    expect(dialog).to_be_visible()
    page.keyboard.press("4")
    for key in ("t", "b", "p"):  # these are for what lies beneath
        page.keyboard.press(key)
    assert state(page)["session"]["phase"] == "apart"
    assert state(page)["events"]["urges"] == []
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    session = state(page)["session"]["id"]
    until_sheet(page, "moment", f"sheet.link?.session === '{session}'")
    page.keyboard.press("m")
    expect(dialog).to_be_visible()
    page.keyboard.press("x")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Look around you")).to_be_visible()


@LAPTOP
def test_not_under_the_still_screen(start: Start, page: Page) -> None:
    served = start("serve", "--source", FAST)
    page.goto(served.address)
    go_apart(page, "observe")
    expect(page.get_by_role("button", name="They are back")).to_be_visible()
    expect(page.get_by_role("button", name="Moment")).to_have_count(0)
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("m")
    expect(page.get_by_role("dialog", name="A moment")).to_have_count(0)
    go_to(page, "Worksheets")
    expect(page.get_by_text("your worksheets wait here until it is over")).to_be_visible()
    go_to(page, "Progress")
    expect(page.get_by_text("your numbers wait here until it is over")).to_be_visible()
    tell(page, kind="mark", mark="back")
    expect(page.get_by_role("button", name="Moment")).to_be_visible()


@PHONE
def test_the_menu_opens_closes_and_fits(page: Page, served: Served, watch: Watch) -> None:
    opened(page, served)
    page.set_viewport_size({"width": 320, "height": 800})
    menu = page.get_by_role("button", name="Menu: Live")
    menu.press("Enter")
    links = page.get_by_role("navigation", name="Main")
    expect(links.get_by_role("link", name="Settings")).to_be_visible()
    page.evaluate(SETTLED)
    picture(page, "menu-320")
    assert too_wide(page) == []
    menu.focus()
    page.keyboard.press("Escape")
    expect(links).to_be_hidden()
    expect(menu).to_be_focused()
    menu.press("Enter")
    links.get_by_role("link", name="Worksheets").press("Enter")
    expect(page.get_by_role("heading", name="Worksheets", exact=True)).to_be_focused()
    expect(links).to_be_hidden()
    watch.look(page, "worksheets-phone")
