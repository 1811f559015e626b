"""Shaking hands: pressed twice, left in the middle, Escape at the wrong time. What was meant is
kept once, nothing is told off, and the focus is never lost."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import go_apart, plan, state, tell, until_server

CALM = "virtual:unscripted,scenario=calm,speed=60"
FOCUS_LOST = "document.activeElement === document.body"


def urges(page: Page) -> list[tuple[str, bool | None]]:
    told: dict[str, Any] = state(page)["events"]
    return [(urge["kind"], urge["acted"]) for urge in told["urges"]]


@LAPTOP
def test_what_is_pressed_twice_was_meant_once(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", CALM).address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    assert tell(page, **plan("regulate"))["ok"]
    page.get_by_role("button", name="Begin the quiet minutes").dblclick()
    left = page.get_by_role("button", name="They left")
    expect(left).to_be_enabled(timeout=60_000)
    left.dblclick()
    felt = page.get_by_role("region", name="Urges")
    texting = felt.get_by_role("button", name="Texting")
    expect(texting).to_be_visible()
    texting.dblclick()
    page.keyboard.press("t")
    felt.get_by_role("button", name="Yes", exact=True).press("Enter")
    expect(felt).to_contain_text("Kept: you did it.")
    expect(texting).to_be_focused()
    until_server(page, "state.events.urges.length > 0")
    assert urges(page) == [("text", True)]
    page.keyboard.press("b")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Back together")).to_be_focused()
    assert [one["kind"] for one in state(page)["events"]["marks"]].count("back") == 1
    assert page.get_by_role("alert").filter(has_text="be done at this point").count() == 0
    page.get_by_role("button", name="Undo “They are back”").click()
    expect(page.get_by_role("button", name="They are back", exact=True)).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Back together")).to_be_focused()


@LAPTOP
def test_an_urge_is_kept_when_the_page_is_left_at_once(start: Start, page: Page) -> None:
    page.goto(start("serve", "--source", CALM).address)
    go_apart(page, "regulate")
    expect(page.get_by_role("region", name="Urges")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="Urges")).to_be_visible()
    until_server(page, "state.events.urges.length > 0")
    assert urges(page) == [("call", None)]  # what came of it was not said


@LAPTOP
def test_the_focus_is_where_one_was(start: Start, page: Page, watch: Watch) -> None:
    """A plan that is refused, and a page that was hidden."""
    watch.expected.append("status of 409")
    page.goto(start("serve", "--source", CALM).address)
    page.get_by_label("What will you practise?").fill("A night")
    page.get_by_label("Distress you expect at the hardest moment").fill("90")
    page.get_by_role("button", name="This is my plan").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Without a therapist")).to_be_visible()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_focused()
    page.get_by_label("What will you practise?").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Return").click()
    expect(page.get_by_label("What will you practise?")).to_be_focused()


@PHONE
def test_a_rating_that_is_due_is_in_reach_on_a_phone(start: Start, page: Page) -> None:
    """The urges stand first; the bar at the foot leads to what the plan wanted to be asked."""
    page.goto(start("serve", "--source", CALM).address)
    go_apart(page, "regulate", checkpoints_s=[1])
    page.get_by_role("group", name="What happens next").get_by_role(
        "button", name="How is it just now?"
    ).click()
    slider = page.get_by_role("slider", name="Distress")
    expect(slider).to_be_focused()
    expect(slider).to_be_in_viewport()
