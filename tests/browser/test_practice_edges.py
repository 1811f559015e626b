"""A practice on a bad day: emptied drafts, other scripts, other views, doors that stay shut."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import state, tell
from tests.browser.test_practices import ADULT, begin, go, put, shelf, short, told, words_of

HEBREW = "\u05e9\u05dc\u05d5\u05dd"


def begun(page: Page, name: str) -> None:
    go(page, f"practices/{name}")
    page.get_by_role("button", name=re.compile("^Begin")).click()
    expect(page.get_by_text("Step 1 of")).to_be_attached()


@LAPTOP
def test_a_draft_that_is_emptied_stays_empty_while_one_writes(start: Start, page: Page) -> None:
    begin(start, page)
    begun(page, "i-statement")
    field = page.get_by_role("textbox")
    field.fill(HEBREW)
    assert field.evaluate("e => getComputedStyle(e).direction") == "rtl"
    while page.get_by_role("button", name="Copy").count() == 0:
        page.get_by_role("button", name="Next").click()
    expect(field).to_have_value(re.compile(HEBREW))
    made = field.input_value()
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("mine")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(field).to_have_value("")
    page.keyboard.type("again")
    expect(field).to_have_value("again")
    page.keyboard.press("Escape")
    expect(field).to_have_value("again")
    page.keyboard.press("ArrowRight")
    told(page, "practice === null")
    assert words_of(page, "i-statement")["draft"] == "again"
    begun(page, "i-statement")
    while page.get_by_role("button", name="Copy").count() == 0:
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Make it again from my answers").click()
    expect(field).to_have_value(made)


@PHONE
def test_a_practice_is_told_of_on_every_other_view(start: Start, page: Page, watch: Watch) -> None:
    begin(start, page)
    begun(page, "slow-paced-4-6")
    for view in ("review", "settings"):
        go(page, view)
        expect(page.get_by_text("Under way: Slow, soft breath.")).to_be_visible()
    watch.look(page, "practice-elsewhere")
    page.get_by_role("link", name="Go back to it").click()
    expect(page.get_by_role("heading", name="Slow, soft breath")).to_be_visible()
    expect(page.get_by_text("Under way:")).to_be_hidden()
    go(page, "review")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Under way:")).to_be_hidden()
    told(page, "practice === null")


@LAPTOP
def test_without_a_therapist_nobody_is_asked_for_a_name(
    start: Start, page: Page, watch: Watch
) -> None:
    begin(start, page)
    put(page, "settings/fit", ADULT | {"with_therapist": False})
    go(page, "practices/guided-imagery")
    expect(page.get_by_text("you have no therapist now")).to_be_visible()
    expect(page.get_by_label("Who has said yes?")).to_have_count(0)
    watch.look(page, "without-a-therapist")
    page.get_by_role("link", name="Your answers in Settings").click()
    expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


@LAPTOP
def test_a_file_is_there_when_one_comes_back_to_the_page(start: Start, page: Page) -> None:
    begin(start, page)
    go(page, "practices")
    expect(page.get_by_role("heading", level=1, name="Practices")).to_be_visible()
    (Path(shelf(page)["folder"]) / "mine.toml").write_text(short(), encoding="utf-8")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("link", name="Short and mine")).to_be_visible()


@LAPTOP
def test_a_wrong_file_is_told_once_beside_its_button(
    start: Start, page: Page, watch: Watch
) -> None:
    watch.expected += ["Failed to load resource"]
    begin(start, page)
    go(page, "practices")
    kit = page.get_by_role("region", name="My comfort kit")
    card = page.get_by_role("region", name="My own things")
    for name, said in (("a.mp3", "no picture or sound"), ("b.jpg", "open that picture, so")):
        with page.expect_file_chooser() as chooser:
            kit.get_by_role("button", name="Add a picture").click()
        chooser.value.set_files(FilePayload(name=name, mimeType="", buffer=b"not a sound"))
        expect(kit.get_by_role("alert")).to_contain_text(said)
        expect(card.get_by_text(re.compile("so it wasn.t kept"))).to_have_count(1)


@LAPTOP
def test_a_rating_that_stops_a_held_breath_is_not_put_down_to_the_heart(
    start: Start, page: Page
) -> None:
    begin(start, page)
    put(page, "settings/fit", ADULT)
    put(page, "practices/square-breath/choice", {"asked": "clear"})
    put(page, "practices/square-breath/choice", {"opted_in": True})
    page.reload()
    begun(page, "square-breath")
    told(page, "practice !== null")
    tell(page, kind="rating", suds=90, presence="here")
    expect(page.get_by_text("Your heart is up, or your distress is high, so")).to_be_visible()
    assert state(page)["practice"] is None


@PHONE
def test_afresh_and_erasing_never_lose_the_focus(start: Start, page: Page) -> None:
    begin(start, page)
    field = page.get_by_role("textbox")
    for words in ("the first time", "the second time"):
        begun(page, "i-statement")
        if words == "the second time":
            expect(field).to_have_value("the first time")
            page.get_by_role("button", name="Start afresh").press("Enter")
            expect(field).to_be_focused()
            expect(field).to_have_value("")
        field.fill(words)
        page.get_by_role("button", name="Stop").click()
        told(page, "practice === null")
    go(page, "practices")
    go(page, "practices/i-statement")
    before = page.get_by_role("region", name="What you wrote before")
    before.locator("summary").click()
    before.get_by_role("button", name="Erase it").press("Enter")
    keep = before.get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    keep.press("Enter")
    expect(before.get_by_role("heading", level=2)).to_be_focused()
    expect(before).to_contain_text("the first time")


@LAPTOP
def test_a_practice_whose_file_is_gone_does_not_run_on_unseen(start: Start, page: Page) -> None:
    begin(start, page)
    go(page, "practices")
    file = Path(shelf(page)["folder"]) / "mine.toml"
    file.write_text(short().replace("wait_s = 1\n", "wait_s = 300\n"), encoding="utf-8")
    begun(page, "mine")
    told(page, "practice !== null")
    file.unlink()
    page.reload()
    told(page, "practice === null")
