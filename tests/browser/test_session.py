"""A whole session by hand, with a virtual strap that runs fast."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Start, Watch
from tests.browser.support import crisis_works, state, text_of

SOURCE = "virtual:unscripted,scenario=panic,speed=40"


@PHONE
def test_a_whole_session_by_hand(start: Start, page: Page, watch: Watch) -> None:
    page.goto(start("serve", "--source", SOURCE).address)
    plans(page, watch)
    sits_quietly(page, watch)
    sees_an_activation_in_words(page)
    takes_the_offer(page, watch)
    marks_by_key(page, watch)
    says_too_much(page, watch)
    debriefs(page, watch)
    reviews(page, watch)


def plans(page: Page, watch: Watch) -> None:
    expect(page.get_by_text("Simulated: not your heart right now")).to_be_visible()
    page.get_by_role("button", name="They drive to the shop").click()
    page.get_by_label("Minutes apart").fill("20")
    page.get_by_label("What are you afraid will happen?").fill("They will not come back")
    page.get_by_label("How likely is that, do you think?").fill("60")
    save = page.get_by_role("button", name="This is my plan")
    save.click()
    expect(page.get_by_text("One more thing")).to_be_visible()
    page.get_by_label("Distress you expect at the hardest moment").fill("45")
    page.get_by_text("How should biocoach help?").click()
    expect(page.get_by_role("radio", name="Offer when my heart rises")).to_be_checked()
    watch.look(page, "plan")
    save.click()
    expect(page.get_by_role("heading", name="They drive to the shop")).to_be_visible()
    page.get_by_role("button", name="Begin the quiet minutes").click()


def sits_quietly(page: Page, watch: Watch) -> None:
    expect(page.get_by_role("heading", name="A few quiet minutes")).to_be_focused()
    watch.look(page, "baseline")
    left = page.get_by_role("button", name="They left")
    expect(left).to_be_enabled()
    left.click()


def sees_an_activation_in_words(page: Page) -> None:
    heart = page.get_by_role("region", name="Your heart now")
    expect(heart).to_contain_text("Heart rate rose while you were still", timeout=60_000)
    assert not re.search(r"\d", heart.inner_text())
    assert not re.search(r"\d\d", text_of(page))
    heart.get_by_role("button", name="Show numbers").click()
    expect(heart.get_by_role("definition").first).to_have_text(re.compile(r"^\d{2,3}$"))
    heart.get_by_role("button", name="Hide numbers").click()
    expect(heart.get_by_role("definition")).to_have_count(0)


def takes_the_offer(page: Page, watch: Watch) -> None:
    offer = page.get_by_role("region", name="Would you like: Slow, soft breath?")
    expect(offer).to_contain_text("Your heart rate rose above your baseline.")
    watch.look(page, "offer")
    offer.get_by_role("button", name="Distress").click()
    expect(offer).to_contain_text("Kept: Distress.")
    offer.get_by_role("button", name="Try it").click()
    practice = page.get_by_role("region", name="Slow, soft breath")
    expect(practice.get_by_role("heading", name="Slow, soft breath")).to_be_focused()
    page.keyboard.press("Enter")
    expect(practice.locator("canvas")).to_be_visible()
    expect(practice).to_contain_text("Softly, not deeply.")
    watch.look(page, "pacer")
    practice.get_by_role("button", name="Stop").click()
    expect(practice).to_be_hidden()


def marks_by_key(page: Page, watch: Watch) -> None:
    rating = page.get_by_role("form", name="How is it?")  # a checkpoint may ask beside it
    rating.get_by_role("slider", name="Distress").fill("65")
    rating.get_by_role("radio", name="Here").check()
    rating.get_by_role("button", name="Keep this").click()
    expect(rating.get_by_text("Kept.", exact=True)).to_be_visible()
    page.get_by_role("heading", name="I feel like…").click()
    page.keyboard.press("t")
    page.get_by_role("region", name="Urges").get_by_role("button", name="No").click()
    expect(page.get_by_text("Kept: an urge, not acted on.")).to_be_visible()
    page.keyboard.press("p")
    page.get_by_role("button", name="Begin: Five, four, three, two, one").click()
    expect(page.get_by_text("Step 1 of 6")).to_be_attached()
    watch.look(page, "stepper")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="They are back")).to_be_visible()
    undoes(page)


def undoes(page: Page) -> None:
    """*They are back* was said too early: it is withdrawn."""
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Back together")).to_be_visible()
    page.get_by_role("button", name="Undo “They are back”").click()
    expect(page.get_by_role("button", name="Too much")).to_be_visible()
    expect(page.get_by_role("heading", name="Back together")).to_be_hidden()
    assert state(page)["session"]["phase"] == "apart"


def says_too_much(page: Page, watch: Watch) -> None:
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Look around you")).to_be_visible()
    expect(page.get_by_text("None of them is a failure.")).to_be_visible()
    watch.look(page, "too-much")
    page.get_by_role("button", name="Stay with it").click()
    heart = page.get_by_role("region", name="Your heart now")
    expect(heart).to_contain_text("Near your baseline", timeout=60_000)
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Back together")).to_be_focused()
    watch.look(page, "back")
    page.get_by_role("button", name="Go to the debrief").click()


def debriefs(page: Page, watch: Watch) -> None:
    expect(page.get_by_text("That was hard. Only say where you are now.")).to_be_visible()
    page.get_by_role("slider", name="Distress now").fill("20")
    page.get_by_role("radio", name="Here").check()
    page.get_by_role("button", name="I want to write something anyway").click()
    page.get_by_label("What did happen?").fill("They came back with milk")
    page.get_by_label("How likely does the fear look now").fill("30")
    watch.look(page, "debrief")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="Come all the way back first")).to_be_visible()
    watch.look(page, "aftercare")
    page.get_by_role("button", name="Look at the record anyway").click()


def reviews(page: Page, watch: Watch) -> None:
    expect(page.get_by_role("heading", name="They drive to the shop")).to_be_focused()
    expect(page.locator("main").get_by_text("Simulated", exact=True)).to_be_visible()
    expect(page.get_by_text("They came back with milk")).to_be_visible()
    way_back = page.get_by_role("table", name="Came half-way back while apart")
    expect(way_back).to_contain_text("to come half-way back, while apart")
    expect(way_back).to_contain_text("Distress")
    story = page.get_by_role("table", name="What happened when")
    for line in ("Urge, not acted on: Texting", "Too much", "Numbers shown", "Offered: Slow, soft"):
        expect(story).to_contain_text(line)
    zooms_by_key(page)
    watch.look(page, "review")
    lays_then_beside_now(page, watch)
    page.get_by_role("link", name="All practices").click()
    expect(page.get_by_role("listitem").get_by_text("Simulated", exact=True)).to_be_visible()
    watch.look(page, "list")
    crisis_works(page)


def lays_then_beside_now(page: Page, watch: Watch) -> None:
    part = page.get_by_role("region", name="Then and now")
    expect(part.get_by_role("table")).to_have_count(0)
    part.get_by_role("button", name="Lay them side by side").click()
    table = part.get_by_role("table", name="Then and now")
    expect(table).to_contain_text("Activation 1: begins")
    expect(part).to_contain_text("The rules are the same.")
    expect(part).to_contain_text("rules say the same.")
    watch.look(page, "then-and-now")


def zooms_by_key(page: Page) -> None:
    chart = page.get_by_role("group", name="Chart. Plus and minus zoom")
    expect(chart.get_by_role("img")).to_be_visible()
    whole = page.get_by_role("button", name="Show all")
    expect(whole).to_be_disabled()
    chart.focus()
    page.keyboard.press("+")
    expect(whole).to_be_enabled()
    shown = page.get_by_text(re.compile(r"^\d+:\d\d to \d+:\d\d$"))
    near = shown.inner_text()
    page.keyboard.press("ArrowRight")
    expect(shown).not_to_have_text(near)
    page.keyboard.press("Home")
    expect(whole).to_be_disabled()
