"""The ladder: from a template, edited, moved by keyboard and by dragging, put away and back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from biocoach.types import AgeBand, Fit
from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.own_card import AGAIN, look
from tests.browser.support import Served, by_keyboard, go_to, origin, plan, tell
from tests.ladder_days import LIVED, climbed

PARTNER = "When my partner is away"


def open_ladder(page: Page, served: Served) -> None:
    page.goto(served.address)
    go_to(page, "Ladder")
    expect(page.get_by_role("heading", name="My ladder")).to_be_visible()


def begin(page: Page, title: str = PARTNER) -> Locator:
    page.get_by_role("button", name=f"Begin with this: {title}").click()
    section = page.get_by_role("region", name=title)
    expect(section).to_be_visible()
    return section


def kept(page: Page) -> list[dict[str, Any]]:
    """The ladders that the record has now."""
    answer = page.context.request.get(f"{origin(page)}/api/ladder").json()
    found: list[dict[str, Any]] = answer["ladders"]
    return found


def until(page: Page, ready: str) -> None:
    asked = "const { ladders, arc } = await (await fetch('api/ladder')).json();"
    assert page.evaluate(AGAIN % f"{asked} return {ready};", ""), f"never so: {ready}"


def titles(section: Locator) -> list[str]:
    return section.locator("[data-step] h3").all_inner_texts()


def home(tmp_path: Path) -> Path:
    return tmp_path / "home0" / "data" / "biocoach"


# ---- from nothing


@LAPTOP
def test_from_a_template_to_a_ladder_of_ones_own(page: Page, served: Served, watch: Watch) -> None:
    open_ladder(page, served)
    look(page, watch, "ladder-empty")
    section = begin(page)
    expect(page.get_by_role("heading", name=PARTNER)).to_be_focused()
    before = titles(section)
    assert len(before) == 7
    # Changed in its place.
    by_keyboard(page, section.get_by_role("button", name=f"Change: {before[0]}"))
    page.keyboard.press("Enter")
    form = section.get_by_role("form", name=f"Change: {before[0]}")
    expect(form.get_by_label("What will you practise?")).to_be_focused()
    form.get_by_label("What will you practise?").fill("M. reads in the bedroom")
    form.get_by_label("With whom?").fill("M.")
    form.get_by_label("Minutes apart").fill("12")
    form.get_by_label("Times and places").fill("Evening, at home\n\nMorning, at work\n")
    look(page, watch, "ladder-edit")
    form.get_by_role("button", name="Keep it").click()
    until(page, "ladders[0].steps[0].title === 'M. reads in the bedroom'")
    step = kept(page)[0]["steps"][0]
    assert (step["who"], step["planned_s"]) == ("M.", 720)
    assert step["contexts"] == ["Evening, at home", "Morning, at work"]
    expect(section.get_by_role("button", name="Change: M. reads")).to_be_focused()
    # Moved by keyboard: the focus goes along, and it is said.
    grip = section.get_by_role("button", name="arrow keys: M. reads in the bedroom")
    by_keyboard(page, grip)
    page.keyboard.press("ArrowDown")
    said = section.get_by_role("status")
    expect(said).to_have_text("M. reads in the bedroom: now at place 2 of 7.")
    expect(grip).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("M. reads in the bedroom: now at place 3 of 7.")
    by_keyboard(page, section.get_by_role("button", name="Move up: M. reads"))
    page.keyboard.press("Enter")
    expect(said).to_have_text("M. reads in the bedroom: now at place 2 of 7.")
    assert titles(section)[:3] == [before[1], "M. reads in the bedroom", before[2]]
    look(page, watch, "ladder-new")
    # Put away, and back again.
    section.get_by_role("button", name="Put away: M. reads").click()
    expect(said).to_contain_text("Nothing is lost")
    assert len(titles(section)) == 6
    section.get_by_text("1 step is put away").click()
    section.get_by_role("button", name="Bring back: M. reads").click()
    until(page, "ladders[0].steps.every((step) => !step.put_away)")
    expect(section.get_by_role("heading", name="M. reads in the bedroom")).to_be_focused()
    page.reload()
    expect(page.get_by_role("heading", name="M. reads in the bedroom")).to_be_visible()


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_a_half_typed_step_is_there_again(page: Page, served: Served) -> None:
    open_ladder(page, served)
    section = begin(page)
    first = titles(section)[0]
    for opens, keeps in (("Add a step", "Leave it"), (f"Change: {first}", "Keep it")):
        section.get_by_role("button", name=opens).click()
        field = section.get_by_label("With whom?")
        field.fill("My sis")
        section.get_by_label("Minutes apart").fill("7")
        until_kept(page, "My sis")
        page.reload()
        expect(field).to_have_value("My sis")
        expect(section.get_by_label("Minutes apart")).to_have_value("7")
        if keeps == "Leave it":
            section.get_by_role("button", name=keeps).click()
        else:
            section.get_by_role("button", name=keeps).click()
            until(page, "ladders[0].steps[0].who === 'My sis'")
        until_kept(page, "")
        page.reload()
        expect(page.get_by_role("heading", name=first)).to_be_visible()
        expect(field).to_have_count(0)


@LAPTOP
def test_two_half_typed_steps_stay_beside_each_other(page: Page, served: Served) -> None:
    open_ladder(page, served)
    section = begin(page)
    one, two, three = titles(section)[:3]
    for title, who in ((one, "Ann"), (two, "Ben")):
        section.get_by_role("button", name=f"Change: {title}").click()
        section.get_by_role("form", name=f"Change: {title}").get_by_label("With whom?").fill(who)
    until_kept(page, "Ann, Ben")
    page.reload()
    whom = section.get_by_label("With whom?")
    expect(whom.first).to_have_value("Ann")
    expect(whom.last).to_have_value("Ben")
    section.get_by_role("button", name=f"Change: {three}").click()  # opened, and nothing typed
    expect(whom).to_have_count(3)
    section.get_by_role("button", name="Leave it").last.click()
    section.get_by_role("button", name="Leave it").first.click()
    until_kept(page, "Ben")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    with page.expect_response("**/api/ladder"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(whom).to_have_count(1)
    page.reload()
    expect(whom).to_have_value("Ben")


def until_kept(page: Page, who: str) -> None:
    """Until the record's draft of a step says so."""
    asked = """async who => {
      for (let n = 0; n < 1000; n += 1) {
        const { words } = await (await fetch("/api/drafts/step")).json();
        const whose = Object.values(words).map(text => JSON.parse(JSON.parse(text).draft).who);
        if (whose.sort().join(", ") === who) return true;
        await new Promise(requestAnimationFrame);
      }
      return false;
    }"""
    assert page.evaluate(asked, who), f"never so: {who!r}"


@pytest.mark.parametrize("size", ["laptop", "phone"], indirect=True)
def test_a_step_is_dragged_to_its_place(page: Page, served: Served) -> None:
    open_ladder(page, served)
    section = begin(page)
    before = titles(section)
    grip = section.get_by_role("button", name=f"arrow keys: {before[0]}")
    target = section.locator("[data-step]").nth(2)
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 30)
    page.mouse.move(x, end["y"] + end["height"] + 4, steps=6)
    expect(section.get_by_role("status")).to_have_text("Place 3 of 7")
    page.mouse.up()
    expect(section.get_by_role("status")).to_have_text(f"{before[0]}: now at place 3 of 7.")
    assert titles(section) == [before[1], before[2], before[0], *before[3:]]
    assert [step["title"] for step in kept(page)[0]["steps"]] == titles(section)
    # Escape leaves it where it was.
    grip.hover()
    page.mouse.down()
    page.mouse.move(x, 700, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert titles(section) == [before[1], before[2], before[0], *before[3:]]


@LAPTOP
def test_two_windows_lose_nothing(page: Page, served: Served, watch: Watch) -> None:
    watch.expected += ["409"]
    open_ladder(page, served)
    section = begin(page)
    other = page.context.new_page()
    open_ladder(other, served)
    there = other.get_by_role("region", name=PARTNER)
    first = titles(section)[0]
    there.get_by_role("button", name=f"Put away: {first}").click()
    until(other, "ladders[0].steps.some((step) => step.put_away)")
    section.get_by_role("button", name="Add a step").click()
    form = section.get_by_role("form", name="New step")
    form.get_by_label("What will you practise?").fill("From here")
    form.get_by_role("button", name="Keep it").click()
    expect(form.get_by_role("alert")).to_contain_text("how much distress")
    form.get_by_role("slider", name="Distress you expect").fill("15")
    form.get_by_role("button", name="Keep it").click()
    until(page, "ladders[0].steps.some((step) => step.title === 'From here')")
    (ladder,) = kept(page)
    assert [step["put_away"] for step in ladder["steps"] if step["title"] == first] == [True]
    expect(section.get_by_role("heading", name=first)).to_be_hidden()


@PHONE
def test_several_ladders_one_put_away(page: Page, served: Served) -> None:
    open_ladder(page, served)
    begin(page)
    page.get_by_role("button", name="Begin another ladder").click()
    page.get_by_label("What is this ladder called?").fill("Evenings")
    page.get_by_role("button", name="Begin an empty ladder").click()
    empty = page.get_by_role("region", name="Evenings")
    expect(empty.get_by_text("There is no step yet")).to_be_visible()
    page.get_by_role("button", name=f"Put away: {PARTNER}", exact=True).click()
    page.get_by_text("1 ladder is put away").click()
    expect(page.get_by_role("region", name=PARTNER)).to_be_hidden()
    page.get_by_role("button", name=f"Bring back: {PARTNER}").click()
    expect(page.get_by_role("region", name=PARTNER)).to_be_visible()


# ---- with a history


@LAPTOP
def test_a_proposal_says_why_and_the_no_stands(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    climbed(home(tmp_path), LIVED[:2], fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    card = page.get_by_role("region", name="You could go one step up: They go for a walk")
    expect(card).to_contain_text("seemed 80 % likely at first, and 35 % now")
    expect(card.get_by_role("link")).to_have_count(2)
    look(page, watch, "ladder-proposal")
    card.get_by_role("button", name="Not now").click()
    expect(card).to_be_hidden()
    page.reload()
    expect(page.get_by_text("Practised 2 times")).to_be_visible()
    expect(card).to_be_hidden()


@LAPTOP
def test_after_too_much_less_is_offered_without_blame(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    climbed(home(tmp_path), fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    card = page.get_by_role("region", name="You could make this step shorter: 7 minutes")
    expect(card).to_contain_text("about the step, not about you")
    look(page, watch, "ladder-less")
    card.get_by_role("button", name="Yes").click()
    until(page, "ladders[0].steps[1].planned_s === 420")
    expect(card).to_be_hidden()
    history = page.get_by_text("Practised 2 times").nth(1)
    history.click()
    expect(page.get_by_text("you said “too much”, and you came back from it").first).to_be_visible()


@LAPTOP
def test_a_therapist_turns_it_towards_less(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    climbed(home(tmp_path), LIVED[:2], fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    page.get_by_text("From a therapist").first.click()
    page.get_by_label("Who says so?").fill("Rosa Baumann")
    page.get_by_label("Why?").fill("A hard week")
    page.get_by_role("button", name="Keep this").click()
    hold = page.get_by_role("region", name="Stay with this step")
    expect(hold).to_contain_text("From Rosa Baumann: “A hard week”. It holds until")
    expect(page.get_by_text("You could go one step up")).to_be_hidden()
    look(page, watch, "ladder-therapist")
    page.get_by_role("button", name="Take it back").dblclick()
    expect(page.get_by_text("You could go one step up")).to_be_visible()


@LAPTOP
def test_the_way_so_far_is_celebrated_and_set_by_people(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    climbed(home(tmp_path), fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    way = page.get_by_role("region", name="The way so far")
    expect(way).to_contain_text("You came back and practised again.")
    expect(way).to_contain_text("A break of")
    way.get_by_role("button", name="Show all").click()
    expect(way).to_contain_text("Urges that you let pass: 1.")
    way.get_by_role("button", name="Set it so").click()
    expect(way.locator("[aria-current=step]")).to_have_text("Steadying")
    sign = way.get_by_role("checkbox", name="Weeks without practice")
    sign.check()
    expect(way).to_contain_text("Would a small step do you good?")
    look(page, watch, "ladder-way")
    sign.uncheck()
    until(page, "arc.signs.every((sign) => !sign.watched)")


@LAPTOP
def test_the_limits_of_practising_alone_are_said_and_kept(
    page: Page, start: Start, tmp_path: Path
) -> None:
    climbed(home(tmp_path), LIVED[:1])
    open_ladder(page, start("serve", "--plain"))
    expect(page.get_by_text("Without a therapist: up to 60 minutes")).to_be_visible()
    expect(page.get_by_text("steps go up to 50 of expected distress. This one")).to_be_visible()
    practise = page.get_by_role("button", name=re.compile("^Practise this step: An evening out"))
    expect(practise).to_be_disabled()


@PHONE
def test_a_child_has_faces_and_a_grown_up_within_reach(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    climbed(home(tmp_path), (), fit=Fit(with_therapist=True, age=AgeBand.CHILD))
    open_ladder(page, start("serve", "--plain"))
    expect(page.get_by_text("A grown-up stays within reach").first).to_be_visible()
    page.get_by_role("button", name="Change: They sit in another room").click()
    expect(page.get_by_role("radio", name="a lot").first).to_be_attached()
    look(page, watch, "ladder-child")


@LAPTOP
def test_a_step_goes_over_into_the_plan(page: Page, start: Start, tmp_path: Path) -> None:
    climbed(home(tmp_path), LIVED[:1], fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    page.get_by_role("button", name="Practise this step: They drive to the shop").click()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    expect(page.get_by_label("What will you practise?")).to_have_value("They drive to the shop")
    expect(page.get_by_label("Minutes apart")).to_have_value("20")


@LAPTOP
def test_what_is_practised_comes_back_to_the_ladder(
    page: Page, start: Start, tmp_path: Path
) -> None:
    climbed(home(tmp_path), (), fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    step = {"id": "room", "title": "They sit in another room", "ladder": "mine"}
    asked = plan("regulate", context="Evening, at home", planned_s=600)
    assert tell(page, **asked | {"step": asked["step"] | step})["ok"]
    assert tell(page, kind="mark", mark="apart")["ok"]
    page.reload()
    practise = page.get_by_role("button", name="Practise this step: They drive to the shop")
    expect(practise).to_be_disabled()  # one at a time
    assert tell(page, kind="mark", mark="back")["ok"]
    debrief = {"probability_pct": 50, "stayed": True, "beyond_plan": False}
    assert tell(page, kind="debrief", **debrief)["ok"]
    page.reload()
    expect(page.get_by_text("Practised once")).to_be_visible()
    expect(page.get_by_text("do it once more at another time or place")).to_be_visible()
    page.get_by_text("Practised once").click()
    expect(page.get_by_text("feared 60 % before, 50 % after")).to_be_visible()
    done = "You practised for the first time. You stayed as planned for the first time."
    expect(page.get_by_role("listitem").filter(has_text="You practised for the")).to_be_visible()
    page.get_by_role("region", name="The way so far").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="They sit in another room")).to_be_visible()
    expect(page.get_by_text(done, exact=True)).to_be_visible()  # where it was reached, too


# ---- on a bad day

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


@PHONE
def test_long_words_and_other_scripts_stay_on_the_page(
    page: Page, served: Served, watch: Watch
) -> None:
    watch.expected += ["409"]
    open_ladder(page, served)
    section = begin(page)
    section.get_by_role("button", name="Change: ").first.click()
    form = section.get_by_role("form")
    form.get_by_label("What will you practise?").fill(LONG)
    form.get_by_label("With whom?").fill("שרה" + "x" * 150)
    form.get_by_label("Times and places").fill("a" * 120)
    form.get_by_role("button", name="Keep it").click()
    expect(section.get_by_role("heading", name=LONG)).to_be_visible()
    page.get_by_role("button", name="Rename: ").click()
    page.get_by_label("What is this ladder called?").fill(LONG)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name=LONG, level=2)).to_be_visible()
    look(page, watch, "ladder-long-words")
    page.get_by_role("button", name="Practise this step: ").first.click()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    look(page, watch, "plan-long-words")
    page.get_by_role("button", name="This is my plan").click()
    expect(page.get_by_role("heading", name=LONG)).to_be_visible()
    look(page, watch, "ready-long-words")


@LAPTOP
def test_the_focus_is_never_lost_on_the_ladder(page: Page, start: Start, tmp_path: Path) -> None:
    climbed(home(tmp_path), LIVED[:2], fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    page.get_by_role("button", name="Set it so").click()
    expect(page.get_by_role("list", name="Phases")).to_be_focused()
    summary = page.locator("summary", has_text="From a therapist").first
    summary.click()
    page.get_by_label("Who says so?").fill("Dr. W.")
    page.get_by_label("Why?").fill("Exams")
    page.get_by_role("button", name="Keep this").click()
    expect(summary).to_be_focused()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("button", name="Keep this")).to_be_visible()
    expect(page.get_by_text("That is not there any more.")).to_have_count(0)
    expect(summary).to_be_focused()
    page.get_by_role("button", name="Put away: When M. is away", exact=True).click()
    expect(page.locator("summary", has_text="1 ladder is put away")).to_be_focused()


@LAPTOP
def test_a_step_without_words_is_asked_for_them(page: Page, served: Served) -> None:
    open_ladder(page, served)
    section = begin(page)
    section.get_by_role("button", name="Change: ").first.click()
    form = section.get_by_role("form")
    form.get_by_label("What will you practise?").fill("   ")
    form.get_by_role("button", name="Keep it").click()
    expect(form.get_by_role("alert")).to_contain_text("what will you practise?")


@LAPTOP
def test_while_one_is_under_way_the_ladder_says_why_it_waits(
    page: Page, start: Start, tmp_path: Path
) -> None:
    climbed(home(tmp_path), (), fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    expect(page.get_by_text("A practice is under way.")).to_be_hidden()
    assert tell(page, **plan("regulate"))["ok"]
    assert tell(page, kind="mark", mark="apart")["ok"]
    expect(page.get_by_text("A practice is under way.")).to_be_visible()


@PHONE
def test_while_apart_too_much_is_in_reach_of_the_ladder_too(
    page: Page, start: Start, tmp_path: Path
) -> None:
    climbed(home(tmp_path), (), fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    assert tell(page, **plan("regulate"))["ok"]
    assert tell(page, kind="mark", mark="apart")["ok"]
    for view in ("Review", "Settings", "Ladder"):
        go_to(page, view)
        expect(page.get_by_role("button", name="They are back")).to_be_in_viewport()
    page.get_by_role("button", name="Too much").click()
    expect(page.get_by_role("heading", name="Look around you")).to_be_visible()


@LAPTOP
def test_a_still_step_keeps_the_ladder_still(page: Page, start: Start, tmp_path: Path) -> None:
    climbed(home(tmp_path), LIVED[:2], fit=Fit(with_therapist=True))
    open_ladder(page, start("serve", "--plain"))
    expect(page.get_by_text("Practised 2 times")).to_be_visible()
    assert tell(page, **plan("observe"))["ok"]
    assert tell(page, kind="mark", mark="apart")["ok"]
    expect(page.get_by_text("your ladder waits here until it is over")).to_be_visible()
    expect(page.get_by_text("Practised 2 times")).to_be_hidden()
    expect(page.get_by_role("button", name="Not now")).to_be_hidden()
    assert tell(page, kind="mark", mark="back")["ok"]
    expect(page.get_by_text("Practised 2 times")).to_be_visible()


@LAPTOP
def test_without_the_server_a_refusal_is_said_once_and_nothing_looks_kept(
    page: Page, start: Start, tmp_path: Path, watch: Watch
) -> None:
    watch.expect_away()
    climbed(home(tmp_path), (), fit=Fit(with_therapist=True))
    served = start("serve", "--plain")
    open_ladder(page, served)
    page.get_by_role("button", name="Change: ").first.click()
    form = page.get_by_role("form", name="Change: ")
    form.get_by_label("With whom?").fill("M.")
    served.kill()
    form.get_by_role("button", name="Keep it").click()
    refused = page.get_by_text("biocoach did not answer, so this was not kept.")
    expect(refused).to_have_count(1)
    expect(form.get_by_label("With whom?")).to_have_value("M.")
    sign = page.get_by_role("checkbox", name="Weeks without practice")
    sign.click()
    expect(refused).to_have_count(2)
    expect(sign).not_to_be_checked()
    served.again()
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden(timeout=60_000)
    form.get_by_role("button", name="Keep it").click()
    until(page, "ladders[0].steps[0].who === 'M.'")
