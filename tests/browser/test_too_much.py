"""*Too much* is one key, always: in every phase, over a practice and over the crisis card."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import go_apart, go_to, plan, state, tell, until_server

FAST = "virtual:unscripted,scenario=calm,speed=60"


def opens(page: Page, start: Start, source: str = FAST) -> None:
    page.goto(start("serve", "--source", source).address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()


def orients(page: Page) -> None:
    """The card with its orienting; where nothing has begun there is nothing to shorten."""
    expect(page.get_by_role("heading", name="Look around you")).to_be_focused()
    expect(page.get_by_text("Step 1 of")).to_be_attached()
    expect(page.get_by_role("button", name="End here")).to_be_visible()
    expect(page.get_by_role("button", name="Make it shorter")).to_be_hidden()


def said(page: Page, times: int) -> None:
    """The card comes at once, the mark when it is kept: wait for it."""
    is_said = "state.events.marks.filter((mark) => mark.kind === 'too_much').length"
    until_server(page, f"{is_said} === {times}")


def practising(page: Page, name: str | None) -> None:
    until_server(page, f"(state.practice?.id ?? null) === {json.dumps(name)}")


@PHONE
def test_while_planning(start: Start, page: Page, watch: Watch) -> None:
    opens(page, start)
    feared = page.get_by_label("What are you afraid will happen?")
    feared.fill("They will not come back")
    page.get_by_role("button", name="Too much").click()
    orients(page)
    watch.look(page, "too-much-plan")
    page.get_by_role("button", name="Go back").click()
    expect(feared).to_have_value("They will not come back")
    said(page, 1)


@LAPTOP
def test_over_a_practice_the_crisis_card_and_the_review(start: Start, page: Page) -> None:
    opens(page, start)
    page.keyboard.press("p")
    page.get_by_role("button", name="Begin: Slow, soft breath").click()
    expect(page.get_by_role("heading", name="Slow, soft breath")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("canvas").first).to_be_visible()
    page.keyboard.press("x")
    orients(page)
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    card = page.get_by_role("dialog", name="Help now")
    for by_key in (True, False):
        page.keyboard.press("?")
        expect(card).to_be_visible()
        if by_key:
            page.keyboard.press("x")
        else:
            card.get_by_role("button", name="Too much").click()
        expect(card).to_be_hidden()
        orients(page)
        page.get_by_role("button", name="Go back").click()
    go_to(page, "Review")
    expect(page.get_by_role("heading", name="Review")).to_be_visible()
    page.keyboard.press("x")
    orients(page)
    said(page, 4)


@LAPTOP
def test_its_choices_are_there_again_after_a_reload(start: Start, page: Page) -> None:
    """Whatever the browser does: stay, shorten and end are one press away until one is chosen."""
    opens(page, start)
    go_apart(page, "observe")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Look around you")).to_be_visible()
    practising(page, "orienting")
    page.reload()
    expect(page.get_by_role("heading", name="Look around you")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_role("heading", name="Look around you")).to_be_visible()
    for shown in (page, other):
        for choice in ("Stay with it", "Make it shorter", "End here"):
            expect(shown.get_by_role("button", name=choice)).to_be_visible()
    page.get_by_role("button", name="Stay with it").click()
    practising(page, None)
    expect(page.get_by_text("Nothing to do here.")).to_be_visible()
    expect(other.get_by_text("Nothing to do here.")).to_be_visible()
    for shown in (page, other):
        expect(shown.get_by_text("Step 1 of")).to_have_count(0)


@LAPTOP
def test_made_shorter_the_time_is_over_sooner(start: Start, page: Page) -> None:
    """An hour was planned; two minutes after the word the page says that it is over, and the record
    why. At a speed at which the hour itself does not pass meanwhile."""
    opens(page, start, FAST.replace("60", "20"))
    go_apart(page, "ask", planned_s=3600)
    page.keyboard.press("x")
    practising(page, "orienting")
    page.reload()
    shorter = page.get_by_role("button", name="Make it shorter")
    expect(shorter).to_be_visible()
    over = page.get_by_text("The time you planned has passed.")
    expect(over).to_have_count(0)
    shorter.click()
    practising(page, None)
    expect(page.get_by_role("heading", name="Look around you")).to_have_count(0)
    expect(over).to_be_visible()
    made = "mark.kind === 'note' && mark.text === 'Made it shorter after “too much”.'"
    until_server(page, f"state.events.marks.filter((mark) => {made}).length === 1")
    session = state(page)["session"]
    assert session["phase"] == "apart"
    assert session["at_s"] < session["phase_since_s"] + 3600


@LAPTOP
def test_in_the_quiet_minutes_it_can_end(start: Start, page: Page, watch: Watch) -> None:
    opens(page, start)
    tell(page, **plan("regulate"))
    page.get_by_role("button", name="Begin the quiet minutes").click()
    expect(page.get_by_role("heading", name="A few quiet minutes")).to_be_visible()
    watch.look(page, "baseline-bar")
    before = state(page)["session"]["id"]
    page.keyboard.press("x")
    orients(page)
    page.get_by_role("button", name="End here").click()
    expect(page.get_by_role("heading", name="Come all the way back first")).to_be_focused()
    assert state(page)["session"]["id"] != before
    page.get_by_role("button", name="Put it down").click()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()


@PHONE
def test_in_the_debrief_what_was_written_stays(start: Start, page: Page, watch: Watch) -> None:
    opens(page, start)
    go_apart(page, "ask")
    page.get_by_role("button", name="They are back").click()
    page.get_by_role("button", name="Go to the debrief").click()
    happened = page.get_by_label("What did happen?")
    happened.fill("They came back with milk")
    page.get_by_role("heading", name="How did it go?").click()
    page.keyboard.press("x")
    orients(page)
    page.get_by_role("button", name="Go back").click()
    expect(happened).to_have_value("They came back with milk")
    watch.look(page, "debrief-bar")


@LAPTOP
@pytest.mark.parametrize(("steps", "how"), [(1, "stopped earlier"), (7, "to the end")])
def test_the_record_says_how_far_orienting_went(
    start: Start, page: Page, steps: int, how: str
) -> None:
    opens(page, start)
    go_apart(page, "ask")
    page.keyboard.press("x")
    expect(page.get_by_text("Step 1 of 7")).to_be_attached()
    expect(page.get_by_role("button", name="Stay with it")).to_be_visible()
    for step in range(2, steps + 1):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_text(f"Step {step} of 7")).to_be_attached()
    page.get_by_role("button", name="Stay with it").click()
    page.get_by_role("button", name="They are back").click()
    page.get_by_role("button", name="Go to the debrief").click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Look at the record anyway").click()
    story = page.get_by_role("table", name="What happened when")
    expect(story).to_contain_text(f"Look around the room ({how})")
