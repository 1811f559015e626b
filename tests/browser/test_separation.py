"""A separation from the ladder to the ladder: with a strap, by ratings alone, without a screen, and
as a recording that was brought in."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.own_card import look
from tests.browser.support import Served, go_to, origin, state, text_of
from tests.signal.hearts import heart

FAST = "virtual:unscripted,scenario=calm,speed=40"
PARTNER = "When my partner is away"
FIRST = "They sit in another room, with the door shut"


def a_ladder(page: Page) -> None:
    go_to(page, "Ladder")
    page.get_by_role("button", name=f"Begin with this: {PARTNER}").click()
    expect(page.get_by_role("heading", name=PARTNER)).to_be_visible()


def steps(page: Page) -> list[dict[str, Any]]:
    """Those of the first ladder, as the server tells them."""
    answer = page.context.request.get(f"{origin(page)}/api/ladder").json()
    found: list[dict[str, Any]] = answer["ladders"][0]["steps"]
    return found


def form(page: Page) -> Locator:
    found = page.locator("form").filter(has=page.get_by_role("heading", name="Plan a practice"))
    expect(found).to_be_visible()
    return found


def say_what_i_fear(plan: Locator) -> None:
    plan.get_by_label("What are you afraid will happen?").fill("I will not bear the quiet")
    plan.get_by_label("How likely is that, do you think?").fill("70")
    plan.get_by_label("Distress now").fill("25")


def keeps_by(plan: Locator, name: str) -> None:
    plan.get_by_text("What keeps the record").click()
    plan.get_by_role("radio", name=name).check()


def say_how_it_was(page: Page) -> None:
    page.get_by_role("group", name="Did it happen?").get_by_label("No", exact=True).check()
    page.get_by_label("How likely does the fear look now, for next time?").fill("35")
    contact = page.get_by_role("group", name="Was there contact, or checking")
    contact.get_by_label("No", exact=True).check()
    page.get_by_label("What did you learn?").fill("The quiet has an end")


@PHONE
def test_a_step_of_the_ladder_from_plan_to_proposal(start: Start, page: Page, watch: Watch) -> None:
    page.goto(start("serve", "--source", FAST).address)
    a_ladder(page)
    page.get_by_role("button", name=f"Practise this step: {FIRST}").click()
    plan = form(page)
    expect(plan.get_by_label("What will you practise?")).to_have_value(FIRST)
    expect(plan.get_by_label("A step of your ladder")).to_have_value(
        re.compile(steps(page)[0]["id"])
    )
    expect(plan.get_by_label("Minutes apart")).to_have_value("10")
    plan.get_by_role("button", name="In the evening", exact=True).click()
    expect(plan.get_by_label("Where and when")).to_have_value("In the evening")
    say_what_i_fear(plan)
    plan.get_by_text("How today is").click()
    plan.get_by_label("Hours of sleep last night").fill("6.5")
    look(page, watch, "plan-from-ladder")
    plan.get_by_role("button", name="This is my plan").click()
    page.get_by_role("button", name="Begin the quiet minutes").click()
    left = page.get_by_role("button", name="They left")
    expect(left).to_be_enabled(timeout=60_000)
    left.click()
    expect(page.get_by_text("The time you planned has passed.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Time is over").click()
    page.get_by_role("button", name="Go to the debrief").click()
    say_how_it_was(page)
    look(page, watch, "debrief")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()
    expect(page.get_by_text("Did the fear come true?")).to_be_visible()
    (row,) = steps(page)[0]["history"]
    assert (row["done"], row["before_pct"], row["after_pct"]) == (True, 70, 35)
    assert row["context"] == "In the evening"
    go_to(page, "Ladder")
    expect(page.get_by_text("do it once more at another time or place")).to_be_visible()


@LAPTOP
def test_by_ratings_alone(page: Page, served: Served, watch: Watch) -> None:
    page.goto(served.address)
    plan = form(page)
    plan.get_by_role("button", name="They drive to the shop").click()
    plan.get_by_label("Distress you expect at the hardest moment").fill("30")
    keeps_by(plan, "Ratings only")
    plan.get_by_role("button", name="This is my plan").click()
    expect(page.get_by_text("Without a strap there are no quiet minutes")).to_be_visible()
    expect(page.get_by_role("heading", name="They drive to the shop")).to_be_focused()
    page.get_by_role("button", name="They left").click()
    expect(page.get_by_role("region", name="Urges")).to_be_visible()
    expect(page.get_by_role("region", name="Your heart now")).to_have_count(0)
    assert "out of reach" not in text_of(page)
    places = [
        found.bounding_box()
        for found in (
            page.get_by_role("region", name="Urges"),
            page.get_by_role("slider", name="Distress"),
            page.locator("summary", has_text="Practices"),
        )
    ]
    tops = [box["y"] for box in places if box]
    assert (len(tops), tops) == (3, sorted(tops))  # an urge waits for nobody
    look(page, watch, "apart-ratings")
    page.get_by_role("slider", name="Distress").fill("40")
    page.get_by_role("button", name="Keep this").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="They are back").click()
    expect(page.get_by_role("region", name="Your heart now")).to_have_count(0)
    assert state(page)["session"]["plan"]["strapless"] is True


@LAPTOP
def test_without_strap_or_screen_it_is_told_afterwards(
    page: Page, served: Served, watch: Watch
) -> None:
    page.goto(served.address)
    a_ladder(page)
    page.get_by_role("button", name=f"Practise this step: {FIRST}").click()
    plan = form(page)
    say_what_i_fear(plan)
    keeps_by(plan, "Nothing at all")
    plan.get_by_role("button", name="This is my plan").click()
    expect(page.get_by_text("Put the strap and this screen away now.")).to_be_visible()
    look(page, watch, "ahead")
    page.reload()  # the plan outlives the page
    page.get_by_role("button", name="Tell how it was").click()
    page.get_by_label("It began").fill("2026-11-20T18:00")
    say_how_it_was(page)
    look(page, watch, "told")
    page.reload()  # and so does what was typed
    page.get_by_role("button", name="Tell how it was").click()
    expect(page.get_by_label("What did you learn?")).to_have_value("The quiet has an end")
    expect(page.get_by_label("It began")).to_have_value("2026-11-20T18:00")
    page.get_by_role("button", name="Keep it").click()
    told = page.get_by_role("form", name="How did it go?")
    expect(told.get_by_role("alert")).to_contain_text("how did it end?")  # nobody said so yet
    page.get_by_role("radio", name="The time was over, or they came back").check()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Nothing was measured")).to_be_visible()
    expect(page.get_by_role("region", name="Your heart in this session")).to_have_count(0)
    look(page, watch, "told-review")
    (row,) = steps(page)[0]["history"]
    assert (row["bare"], row["done"], row["before_pct"]) == (True, True, 70)
    go_to(page, "Review")
    told_row = page.get_by_role("link", name="Without strap or screen")
    expect(told_row).to_contain_text("heart unknown")
    expect(told_row).not_to_contain_text("0 activations")
    go_to(page, "Live")
    form(page)


@LAPTOP
def test_what_was_too_much_is_not_asked_about(page: Page, served: Served) -> None:
    page.goto(served.address)
    plan = form(page)
    plan.get_by_label("What will you practise?").fill("   ")
    plan.get_by_label("Distress you expect at the hardest moment").fill("30")
    plan.get_by_role("button", name="This is my plan").click()
    expect(plan.get_by_role("alert")).to_contain_text("what will you practise?")
    plan.get_by_label("What will you practise?").fill("A walk alone")
    keeps_by(plan, "Nothing at all")
    plan.get_by_role("button", name="This is my plan").click()
    expect(page.get_by_role("heading", name="A walk alone")).to_be_focused()
    page.get_by_role("button", name="Tell how it was").click()
    expect(page.get_by_role("heading", name="How did it go?")).to_be_focused()
    page.get_by_role("radio", name="It was too much").check()
    expect(page.get_by_text("The rest can wait for another day.")).to_be_visible()
    expect(page.get_by_label("What did you learn?")).to_be_hidden()
    page.get_by_role("button", name="I want to write something anyway").click()
    expect(page.get_by_label("What did you learn?")).to_be_visible()


@LAPTOP
def test_a_recording_was_a_step(page: Page, served: Served, watch: Watch) -> None:
    page.goto(served.address)
    a_ladder(page)
    go_to(page, "Review")
    page.get_by_role("button", name="Bring in recordings").click()
    rr = "\n".join(str(round(v)) for v in heart(900))
    text: FilePayload = {"name": "walk.txt", "mimeType": "text/plain", "buffer": rr.encode()}
    page.locator("input[type=file]").set_input_files([text])
    page.get_by_role("link", name="Open “walk.txt”").click()
    about = page.get_by_role("region", name="Was this a step of yours?")
    about.get_by_label("A step of your ladder").select_option(label=FIRST)
    look(page, watch, "about-step")
    about.get_by_role("button", name="Keep it").click()
    how = page.get_by_role("region", name="How did it go?")
    how.get_by_label("What did you learn?").fill("I can walk without my phone")
    how.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()
    expect(page.get_by_text("I can walk without my phone")).to_be_visible()
    expect(how).to_be_hidden()
    assert steps(page)[0]["history"] == []  # nobody knows yet when they left
    page.get_by_label("When did they leave?").fill("2")
    page.get_by_label("When were they back?").fill("13")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Which step it was")).to_be_visible()


@LAPTOP
def test_what_is_typed_into_a_plan_is_there_again(page: Page, served: Served, watch: Watch) -> None:
    watch.expect_away()
    page.goto(served.address)
    plan = form(page)
    fear = plan.get_by_label("What are you afraid will happen?")
    with page.expect_response(lambda r: "/api/drafts/plan" in r.url and r.request.method == "PUT"):
        fear.fill("They will not come back to me the same")
    served.kill()
    lost = page.get_by_text("No connection to biocoach.")
    expect(lost).to_be_visible()
    served.again()
    expect(lost).to_be_hidden(timeout=60_000)
    page.reload()
    expect(fear).to_have_value("They will not come back to me the same")
