"""A first run with a real, encrypted record and no strap near."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import crisis_works, go_to

PASSPHRASE = "a quiet river"


@PHONE
def test_from_the_passphrase_to_a_plan(start: Start, page: Page, watch: Watch) -> None:
    served = start("serve")
    page.goto(served.address)
    chooses_a_passphrase(page, watch)
    answers_with_a_yes(page, watch)
    changes_the_answers(page, watch)
    watch.expect_away()
    served.kill()
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    crisis_works(page)


def chooses_a_passphrase(page: Page, watch: Watch) -> None:
    expect(page.get_by_role("heading", name="Choose a passphrase")).to_be_visible()
    crisis_works(page)
    watch.look(page, "unlock")
    first = page.get_by_label("Passphrase", exact=True)
    again = page.get_by_label("The same passphrase again")
    first.fill("short")
    again.fill("short")
    page.get_by_role("button", name="Lock my record with it").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 10 characters")
    first.fill(PASSPHRASE)
    again.fill("a quiet rive")
    again.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    again.fill(PASSPHRASE)
    again.press("Enter")


def answers_with_a_yes(page: Page, watch: Watch) -> None:
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_focused()
    crisis_works(page)
    watch.look(page, "fit")
    go_on = page.get_by_role("button", name="Go on")
    go_on.click()
    expect(page.get_by_role("alert")).to_contain_text("Please answer")
    answer(page, hard="Yes", therapist="No")
    expect(page.get_by_text("Thank you for saying so.")).to_be_visible()
    go_on.click()
    expect(page.get_by_role("heading", name="Practising apart waits for now")).to_be_visible()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_hidden()
    crisis_works(page)
    watch.look(page, "waits")


def answer(page: Page, *, hard: str, therapist: str) -> None:
    page.get_by_role("radio", name="18 or older").check()
    for legend, choice in (
        ("One or more of these?", hard),
        ("Are you doing this with", therapist),
    ):
        group = page.get_by_role("group", name=legend)
        group.get_by_role("radio", name=choice).check()


def changes_the_answers(page: Page, watch: Watch) -> None:
    go_to(page, "Settings")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Name or nickname").fill("Aunt M")
    page.get_by_label("Phone", exact=True).fill("555 0100")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Kept.", exact=True)).to_be_visible()
    watch.look(page, "settings")
    page.get_by_role("button", name="Answer again").click()
    answer(page, hard="Yes", therapist="Yes")
    page.get_by_role("button", name="Keep these answers").click()
    expect(page.get_by_role("button", name="Answer again")).to_be_visible()
    expect(page.get_by_text("Practising apart waits")).to_be_hidden()
    crisis_works(page)
    go_to(page, "Live")
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    crisis_works(page)
    page.keyboard.press("?")
    card = page.get_by_role("dialog", name="Help now")
    expect(card.get_by_role("link", name="Aunt M")).to_have_attribute("href", "tel:5550100")
    watch.look(page, "crisis")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


@LAPTOP
def test_a_plain_record_says_so(start: Start, page: Page) -> None:
    page.goto(start("serve", "--plain").address)
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_visible()
    expect(page.get_by_text("This record is not encrypted")).to_be_visible()
    expect(page.get_by_text("Simulated")).to_have_count(0)
