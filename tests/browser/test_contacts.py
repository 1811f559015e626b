"""One's own people on the crisis card: who else is there is asked for, and nothing waits for it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, Watch
from tests.browser.support import Served, go_to

ONLY_THEM = "So far everyone here is someone you practise being apart from."


@LAPTOP
def test_nobody_else_is_said_and_blocks_nothing(page: Page, served: Served, watch: Watch) -> None:
    page.goto(served.address)
    go_to(page, "Settings")
    people = page.get_by_role("form", name="Your people")
    expect(people.get_by_text("Please name at least one person who is not")).to_be_visible()
    people.get_by_role("button", name="Add a person").click()
    people.get_by_label("Name or nickname").fill("Juno")
    people.get_by_label("Phone").fill("0123 456")
    expect(people.get_by_text(ONLY_THEM)).to_have_count(0)
    people.get_by_label("This is the person I practise being apart from").check()
    expect(people.get_by_role("status").filter(has_text=ONLY_THEM)).to_be_visible()
    people.get_by_role("button", name="Keep").click()
    expect(people.get_by_text("Kept.")).to_be_visible()
    expect(people.get_by_text(ONLY_THEM)).to_be_visible()
    watch.look(page, "contacts-only-them")
    page.get_by_role("banner").get_by_role("button", name="Help now").click()
    card = page.get_by_role("dialog", name="Help now")
    expect(card.get_by_role("link", name="Juno")).to_be_visible()
    card.get_by_role("button", name="Go back").click()
    people.get_by_role("button", name="Add a person").click()
    people.get_by_label("Name or nickname").last.fill("Rosa")
    expect(people.get_by_text(ONLY_THEM)).to_have_count(0)
