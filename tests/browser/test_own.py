"""One's own phrases, words and imagery text: typed, moved, shown, erased, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.own_card import AGAIN, CANARY, bring, kept, look, own_things, photo, until
from tests.browser.support import Served, by_keyboard, plan, tell
from tests.browser.test_words_and_keys import HURT


@pytest.fixture
def card(page: Page, served: Served) -> Locator:
    return own_things(page, served)


# ---- words


@LAPTOP
def test_phrases_by_keyboard(page: Page, card: Locator, watch: Watch) -> None:
    by_keyboard(page, card.get_by_role("button", name="Add a phrase"))
    page.keyboard.press("Enter")
    expect(card.get_by_label("Phrase 1", exact=True)).to_be_focused()
    page.keyboard.type("It is a wave")
    page.keyboard.press("Enter")
    page.keyboard.type("I have been here before, x b ? t")
    until(page, "own.phrases.length === 2")
    by_keyboard(page, card.get_by_role("button", name="Move up: I have been here"))
    page.keyboard.press("Enter")
    expect(card.get_by_label("Phrase 1", exact=True)).to_have_value(
        "I have been here before, x b ? t"
    )
    # At the end of the list the other way is left, and has the focus.
    expect(card.get_by_role("button", name="Move down: I have been here")).to_be_focused()
    expect(card.get_by_role("status").filter(has_text="Now at place 1 of 2.")).to_have_count(1)
    until(page, "own.phrases[1] === 'It is a wave'")
    look(page, watch, "own-phrases")
    by_keyboard(page, card.get_by_role("button", name="Remove: It is a wave"))
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Remove: It is a wave")).to_be_focused()
    page.keyboard.press("Enter")
    card.get_by_role("button", name="Erase", exact=True).press("Enter")
    until(page, "own.phrases.length === 1")
    expect(card.get_by_role("button", name="Add a phrase")).to_be_focused()
    expect(card.get_by_text("Kept.", exact=True)).to_be_visible()
    assert kept(page)["phrases"] == ["I have been here before, x b ? t"]


@LAPTOP
def test_what_is_erased_is_not_on_the_disk(page: Page, card: Locator, served: Served) -> None:
    def there() -> bool:
        files = (path for path in served.base.rglob("*") if path.is_file())
        return CANARY.encode() in b"".join(path.read_bytes() for path in files)

    card.get_by_role("button", name="Add words").click()
    page.keyboard.type(CANARY)
    until(page, "own.kit.length === 1")
    assert there()
    card.get_by_role("button", name=f"Remove: {CANARY}").click()
    card.get_by_role("button", name="Erase", exact=True).click()
    until(page, "own.kit.length === 0")
    assert not there()


@LAPTOP
def test_what_is_typed_last_is_kept_when_the_page_is_left(page: Page, card: Locator) -> None:
    card.get_by_role("button", name="Add a phrase").click()
    page.keyboard.type("the last words")
    page.reload()
    expect(card.get_by_label("Phrase 1", exact=True)).to_have_value("the last words")


@LAPTOP
def test_two_windows_lose_no_words(page: Page, card: Locator, served: Served, watch: Watch) -> None:
    watch.expected += ["409"]
    other = page.context.new_page()
    there = own_things(other, served)
    there.get_by_role("button", name="Add a phrase").click()
    other.keyboard.type("from there")
    until(other, "own.phrases.length === 1")
    card.get_by_role("button", name="Add a phrase").click()
    page.keyboard.type("from here")
    until(page, "own.phrases.length === 2")
    assert sorted(kept(page)["phrases"]) == ["from here", "from there"]


@LAPTOP
def test_a_full_disk_is_told_and_what_was_typed_is_kept_later(
    page: Page, card: Locator, served: Served, watch: Watch
) -> None:
    watch.expected += ["409"]
    served.disk(full=True)
    card.get_by_role("button", name="Add a phrase").click()
    page.keyboard.type("stay")
    expect(card.get_by_role("alert").filter(has_text="kept yet")).to_be_visible()
    served.disk(full=False)
    until(page, "own.phrases[0] === 'stay'")
    expect(card.get_by_text("Kept.", exact=True)).to_be_visible()


@PHONE
def test_imagery_is_shown_as_from_the_therapist(page: Page, card: Locator, watch: Watch) -> None:
    card.get_by_role("button", name="Add a text").click()
    page.keyboard.type("You stand at a lake.\nThe water is still. " * 30)
    card.get_by_role("button", name="Done").click()
    expect(card.get_by_text("Please say who gave it to you.")).to_be_visible()
    card.get_by_role("button", name="See all of it, or change it").click()
    card.get_by_label("Who gave it to you?").fill("Rosa Baumann")
    look(page, watch, "own-imagery-change")
    card.get_by_role("button", name="Done").click()
    expect(card.get_by_role("figure")).to_contain_text("From Rosa Baumann")
    until(page, "own.imagery.by === 'Rosa Baumann'")
    assert kept(page)["imagery"]["text"].startswith("You stand at a lake.\nThe water")
    look(page, watch, "own-imagery")


@LAPTOP
def test_what_is_written_stays_text(page: Page, card: Locator) -> None:
    card.get_by_role("button", name="Add a phrase").click()
    page.keyboard.insert_text(HURT)
    card.get_by_role("button", name="Add a scent").click()
    page.keyboard.insert_text(HURT)
    card.get_by_role("button", name="Add a text").click()
    page.keyboard.insert_text(HURT)
    card.get_by_role("button", name="Done").click()
    bring(page, card, "Add a picture", f"{HURT.replace('/', '')}.jpg", photo(40, 30))
    expect(card.get_by_role("img")).to_be_visible()
    page.keyboard.insert_text(HURT)
    until(page, "own.kit.length === 2 && own.kit[1].text !== '' && own.imagery.text !== ''")
    page.reload()
    expect(card.get_by_role("img", name=HURT)).to_be_visible()
    assert not page.evaluate("'hurt' in window")


@PHONE
def test_help_is_beside_the_fields(page: Page, card: Locator) -> None:
    for part in ("My phrases", "My comfort kit"):
        section = card.get_by_role("region", name=part)
        expect(section.get_by_text("No one reads this until you share it.")).to_be_visible()
        section.get_by_role("button", name="I might hurt myself").click()
        help_card = page.get_by_role("dialog", name="Help now")
        expect(help_card).to_be_visible()
        help_card.get_by_role("button", name="Go back").click()


@LAPTOP
def test_under_a_still_screen_they_stay_unseen(start: Start, page: Page) -> None:
    card = own_things(page, start("serve", "--source", "virtual:unscripted,scenario=calm,speed=60"))
    expect(card).to_contain_text("record of the virtual strap")
    card.get_by_role("button", name="Add a phrase").click()
    page.keyboard.type("It is a wave")
    until(page, "own.phrases.length === 1")
    assert tell(page, **plan("observe"))["ok"]
    tell(page, kind="mark", mark="baseline")
    left = """const body = JSON.stringify({ kind: "mark", mark: "apart" });
      const headers = { "Content-Type": "application/json" };
      return (await fetch("api/sessions/current/inputs", { method: "POST", headers, body })).ok;"""
    assert page.evaluate(AGAIN % left)
    expect(card).to_contain_text("Your own things wait here until it is over.")
    expect(card.get_by_role("textbox")).to_have_count(0)
    assert "It is a wave" not in page.locator("body").inner_text()
    tell(page, kind="mark", mark="back")
    expect(card.get_by_label("Phrase 1", exact=True)).to_have_value("It is a wave")
