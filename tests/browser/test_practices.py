"""The practices on the page: each from start to end by keyboard, and what goes on around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from biocoach.coach.practice import Do, Voice
from biocoach.coach.shipped import shipped
from tests.browser.conftest import LAPTOP, PHONE, Start, Watch
from tests.browser.support import (
    AXE,
    SETTLED,
    Served,
    by_keyboard,
    go_apart,
    go_to,
    origin,
    state,
    tell,
    until_server,
    wait_for_messages,
)

CALM = "virtual:unscripted,scenario=calm"
FAST = f"{CALM},speed=60"
EVERY = list(shipped().practices)
# Whatever can be pressed or filled in, without a name.
NAMELESS = re.compile(
    r"^\s*- (button|link|textbox|radio|slider|checkbox|combobox)(:|\s*$| \[)", re.M
)
AXE_NOW = """axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(
  fault => `${fault.id} at ${fault.nodes.map(node => node.target).join("; ")}`
))"""
ADULT = {
    "pacemaker": False,
    "atrial_fibrillation": False,
    "heart_slowing": False,
    "pregnancy": False,
    "age": "adult",
    "hard_times": False,
    "with_therapist": True,
}
WORDS = "What I write stays mine"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One biocoach for all practices: nothing of one is in the way of another."""
    served = Served(tmp_path_factory.mktemp("house"), "serve", "--source", CALM)
    yield served
    served.stop()


@LAPTOP
@pytest.mark.parametrize("name", EVERY)
def test_from_start_to_end_by_keyboard_alone(
    house: Served, page: Page, watch: Watch, name: str
) -> None:
    enter(page, house)
    practice = opened(page, name)
    go(page, f"practices/{name}")
    begin = page.get_by_role("button", name=f"Begin: {practice['title']}")
    expect(page.get_by_role("heading", level=1, name=practice["title"])).to_be_focused()
    sound(page, watch, "its page")
    by_keyboard(page, begin)
    page.keyboard.press("Enter")
    for nth, step in enumerate(practice["steps"]):
        here(page, practice, nth)
        if step["do"] in TIMED:
            page.keyboard.press("Space")
            expect(page.get_by_role("button", name="Go on")).to_be_visible()
        sound(page, watch, f"step {nth + 1}")
        STEPS.get(step["do"], onward)(page, step)
    expect(page.get_by_role("status").get_by_text("That was it.")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name=practice["title"])).to_be_focused()
    told(page, "practice === null")
    kept = words_of(page, name)
    for step in practice["steps"]:
        if step["field"]:
            assert kept[step["field"]] == (step["options"] or [WORDS])[0]


@LAPTOP
def test_the_server_lists_every_practice_by_age(house: Served, page: Page) -> None:
    enter(page, house)
    for age, voice in (("adult", Voice.ADULT), ("under_13", Voice.CHILD)):
        put(page, "settings/fit", ADULT | {"age": age})
        fitting = [p.id for p in shipped().practices.values() if p.voice in (voice, Voice.ANY)]
        assert [practice["id"] for practice in shelf(page)["practices"]] == fitting
    put(page, "settings/fit", ADULT)


# ---- the shelf


@PHONE
def test_the_shelf_and_a_practice_on_every_screen(start: Start, page: Page, watch: Watch) -> None:
    begin(start, page)
    go_to(page, "Practices")
    expect(page.get_by_role("heading", level=1, name="Practices")).to_be_focused()
    watch.look(page, "practices")
    page.get_by_label("What for?").select_option(label="When I am far away or numb")
    shown = page.locator("ul.grid a")
    fitting = [p for p in shelf(page)["practices"] if "far_away" in p["good_for"]]
    expect(shown).to_have_count(len(fitting))
    for practice in fitting:
        expect(page.get_by_role("link", name=practice["title"])).to_be_visible()
    page.get_by_role("link", name=fitting[0]["title"]).click()
    expect(page.get_by_role("heading", level=1, name=fitting[0]["title"])).to_be_focused()
    watch.look(page, "practice")
    page.set_viewport_size({"width": 320, "height": 640})
    for view in ("", "practices", f"practices/{fitting[0]['id']}", "settings"):
        go(page, view)
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, view


@LAPTOP
def test_files_of_ones_own(start: Start, page: Page, watch: Watch) -> None:
    begin(start, page)
    folder = Path(shelf(page)["folder"])
    (folder / "mine.toml").write_text(short(), encoding="utf-8")
    (folder / "broken.toml").write_text('id = "broken"\ntitle = 3\n', encoding="utf-8")
    go(page, "practices")
    expect(page.get_by_role("link", name="Short and mine")).to_contain_text("yours")
    files = page.get_by_role("region", name="Practices of your own")
    expect(files).to_contain_text(str(folder))
    expect(files).to_contain_text("broken.toml, line 2:")
    watch.look(page, "practices-of-ones-own")
    page.get_by_role("link", name="Short and mine").click()
    offer = page.get_by_role("checkbox", name="biocoach may offer this")
    expect(offer).not_to_be_checked()
    offer.check()
    page.reload()
    expect(offer).to_be_checked()
    go(page, "practices")
    page.get_by_role("checkbox", name="Let the coach try among").check()
    page.reload()
    expect(page.get_by_role("checkbox", name="Let the coach try among")).to_be_checked()


@LAPTOP
def test_what_a_practice_waits_for(start: Start, page: Page, watch: Watch) -> None:
    """Asked privately, chosen in plain words, enabled by name: and all of it taken back."""
    begin(start, page)
    put(page, "settings/fit", ADULT)
    asked = next(p for p in shelf(page)["practices"] if p["closed"] == "ask_first" and p["opt_in"])
    go(page, f"practices/{asked['id']}")
    watch.look(page, "ask-first")
    page.get_by_role("button", name="One or more").click()
    expect(page.get_by_role("heading", name="Not for you now")).to_be_visible()
    expect(page.get_by_text("Ask your doctor before you try it.")).to_be_visible()
    expect(page.get_by_role("button", name="Begin")).to_be_hidden()
    page.get_by_role("button", name="Ask me again").click()
    page.get_by_role("button", name="None of them").click()
    expect(page.get_by_role("heading", name="You decide whether this is open")).to_be_visible()
    watch.look(page, "opt-in")
    opens_it(page)
    expect(page.get_by_role("button", name="Begin")).to_be_enabled()
    page.get_by_role("button", name="Close it again").click()
    expect(page.get_by_role("heading", name="You decide whether this is open")).to_be_visible()

    inner = closed(page, "therapist")
    go(page, f"practices/{inner['id']}")
    watch.look(page, "therapist")
    page.get_by_label("Who has said yes?").fill("Dr Ada")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("button", name="Begin")).to_be_enabled()

    own = closed(page, "no_pace")
    go(page, f"practices/{own['id']}")
    finder = next(p for p in shelf(page)["practices"] if p["finder"])
    page.get_by_role("link", name=finder["title"]).click()
    expect(page.get_by_role("heading", level=1, name=finder["title"])).to_be_visible()
    put(page, "practices/pace", {"per_min": 5.5})
    go(page, f"practices/{own['id']}")
    expect(page.get_by_text("Your own pace now: 5.5 a minute.")).to_be_visible()
    expect(page.get_by_role("button", name="Begin")).to_be_enabled()


# ---- under way


@LAPTOP
def test_it_goes_on_by_itself_and_can_be_left(start: Start, page: Page) -> None:
    begin(start, page)
    (Path(shelf(page)["folder"]) / "mine.toml").write_text(short(), encoding="utf-8")
    go(page, "practices/mine")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Step 2 of 3")).to_be_attached()
    told(page, "practice?.step === 1")
    expect(page.get_by_text("Step 3 of 3")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_text("Paused. It waits for you.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Step 3 of 3")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.get_by_role("status").get_by_text("Stopped.")).to_be_visible()
    told(page, "practice === null")


@LAPTOP
def test_another_page_and_a_reload_go_on_where_it_was(start: Start, page: Page) -> None:
    begin(start, page)
    practice = of_words(page)
    go(page, f"practices/{practice['id']}")
    page.get_by_role("button", name="Begin").click()
    here(page, practice, 0)
    page.keyboard.press("ArrowRight")
    here(page, practice, 1)
    told(page, "practice?.step === 1")
    page.reload()
    here(page, practice, 1)
    other = page.context.new_page()
    other.goto(f"{origin(page)}/#/")
    here(other, practice, 1)
    other.keyboard.press("ArrowRight")
    here(other, practice, 2)
    here(page, practice, 2)
    other.keyboard.press("Escape")
    expect(page.get_by_text("The practice was ended, here or on another page")).to_be_visible()


@LAPTOP
def test_without_the_server_it_goes_on_and_is_told_later(
    start: Start, page: Page, watch: Watch
) -> None:
    watch.expect_away()
    served = start("serve", "--plain")
    page.goto(served.address)
    expect(page.get_by_role("heading", name="First, does this fit you?")).to_be_visible()
    put(page, "settings/fit", ADULT)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()
    practice = of_words(page)
    go(page, f"practices/{practice['id']}")
    page.get_by_role("button", name="Begin").click()
    here(page, practice, 0)
    told(page, "practice !== null")
    served.kill()
    expect(page.get_by_text("No connection to biocoach.")).to_be_visible()
    page.keyboard.press("ArrowRight")
    here(page, practice, 1)
    runner = page.get_by_role("region", name=practice["title"])
    assert not re.search("answer|connection|kept", runner.inner_text())
    served.again()
    expect(page.get_by_text("No connection to biocoach.")).to_be_hidden(timeout=60_000)
    told(page, "practice?.step === 1")
    here(page, practice, 1)


@PHONE
def test_what_is_written_is_kept_as_it_is_typed(start: Start, page: Page, watch: Watch) -> None:
    begin(start, page)
    practice = next(
        p
        for p in shelf(page)["practices"]
        if not p["closed"] and does(p, "write") and does(p, "draft")
    )
    go(page, f"practices/{practice['id']}")
    page.get_by_role("button", name="Begin").click()
    for nth, step in enumerate(practice["steps"]):
        here(page, practice, nth)
        if step["do"] == "write":
            break
        STEPS.get(step["do"], onward)(page, step)
    field = page.get_by_role("textbox")
    field.fill(WORDS)
    watch.look(page, "practice-write")
    expect(page.get_by_text("No one reads this until you share it.")).to_be_visible()
    page.get_by_role("button", name="I might hurt myself").click()
    card = page.get_by_role("dialog", name="Help now")
    card.get_by_role("button", name="Go back").click()
    field.fill(f"{WORDS}, to the last key")
    page.reload()  # at once, before anything is kept by the clock
    expect(field).to_have_value(f"{WORDS}, to the last key")
    assert words_of(page, practice["id"])[step["field"]] == f"{WORDS}, to the last key"
    for later in practice["steps"][nth:]:
        here(page, practice, practice["steps"].index(later))
        if later["do"] == "draft":
            expect(page.get_by_role("textbox")).to_have_value(re.compile(".+"))
            watch.look(page, "practice-draft")
            break
        STEPS.get(later["do"], onward)(page, later)


@LAPTOP
def test_what_was_written_before_can_be_read_and_erased(
    start: Start, page: Page, watch: Watch
) -> None:
    begin(start, page)
    sheet = {"when": "you were late", "feel": "small", "need": "a word", "ask": "call"}
    path = "practices/i-statement/words"
    put(page, path, {"words": sheet, "rev": ""})
    put(page, path, {"words": {}, "rev": get(page, path)["rev"], "afresh": True})
    go(page, "practices/i-statement")
    earlier = page.get_by_role("region", name="What you wrote before")
    earlier.locator("summary").press("Enter")
    expect(earlier.get_by_text("When you were late, I feel small")).to_be_visible()
    sound(page, watch, "earlier sheets")
    earlier.get_by_role("button", name="Erase it").press("Enter")
    earlier.get_by_role("button", name="Erase it").press("Enter")
    expect(earlier).not_to_be_attached()
    assert get(page, path)["earlier"] == []


@LAPTOP
def test_sound_is_off_until_it_is_wanted(start: Start, page: Page) -> None:
    page.add_init_script(COUNT_TONES)
    begin(start, page)
    go(page, f"practices/{breathing(page)['id']}")
    page.get_by_role("button", name="Begin").click()
    to_the_breath(page)
    expect(page.get_by_role("button", name="Sound is off")).to_be_visible()
    assert page.evaluate("window.tones") == 0
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Sound is on")).to_be_visible()
    page.wait_for_function("() => window.tones >= 2")
    page.reload()
    expect(page.get_by_role("button", name="Sound is on")).to_be_visible()
    page.get_by_role("slider", name="How loud").fill("80")
    page.keyboard.press("Escape")
    go(page, "settings")
    expect(page.get_by_role("slider", name="How loud")).to_have_value("80")
    page.get_by_role("button", name="Sound is on").click()
    expect(page.get_by_role("button", name="Sound is off")).to_be_visible()


@LAPTOP
def test_the_heart_goes_round_the_breath_without_a_number(
    start: Start, page: Page, watch: Watch
) -> None:
    begin(start, page, source=f"{CALM},speed=20")
    go(page, f"practices/{breathing(page)['id']}")
    page.get_by_role("button", name="Begin").click()
    to_the_breath(page)
    wait_for_messages(page, 60)
    canvas = page.locator("canvas")
    assert canvas.evaluate(OUTER_INK) > 0
    runner = page.get_by_role("region", name="Slow, soft breath")
    assert not re.search(r"\d\d", runner.inner_text())
    page.get_by_role("button", name="How does my heart go with it?").click()
    expect(runner.get_by_text(re.compile("swing|Not known yet"))).to_be_visible()
    watch.look(page, "practice-breath")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(runner).to_be_visible()
    expect(canvas).to_be_hidden()


# ---- in a session


@LAPTOP
def test_far_away_ends_what_is_not_for_it(start: Start, page: Page) -> None:
    begin(start, page, source=FAST)
    go_apart(page, "ask")
    expect(page.locator("summary", has_text="Practices")).to_be_visible()
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("p")
    page.get_by_role("button", name="Begin: Slow, soft breath").click()
    to_the_breath(page)
    told(page, "practice?.step === 1")
    tell(page, kind="rating", suds=40, presence="far_away")
    expect(
        page.get_by_text("You said far away or numb, so the practice has stopped.")
    ).to_be_visible()
    expect(page.locator("canvas[aria-hidden], .pacer")).to_have_count(0)
    page.get_by_role("button", name="Other practices").click()
    begins = page.get_by_role("button", name=re.compile("^Begin: "))
    expect(begins.first).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    fit = [p["title"] for p in shelf(page)["practices"] if fits_away(p)]
    expect(begins).to_have_count(len(fit))
    go(page, f"practices/{breathing(page)['id']}")
    expect(page.get_by_text("so this waits until you are here")).to_be_visible()
    expect(page.get_by_role("button", name="Begin: Slow, soft breath")).to_be_disabled()
    expect(page.get_by_role("button", name="Too much")).to_be_visible()


@LAPTOP
def test_whoever_is_here_again_says_so_where_it_waits(
    start: Start, page: Page, watch: Watch
) -> None:
    begin(start, page)
    tell(page, kind="rating", suds=None, presence="numb")
    tell(page, kind="end", reason="ended")  # it lasts into the next session
    page.reload()
    go(page, "practices/slow-paced-4-6")
    begins = page.get_by_role("button", name="Begin")
    expect(begins).to_be_disabled()
    sound(page, watch, "far away")
    by_keyboard(page, page.get_by_role("button", name="I am here again"))
    page.keyboard.press("Enter")
    expect(begins).to_be_enabled()
    expect(begins).to_be_focused()


@LAPTOP
def test_an_offer_has_others_beside_it(start: Start, page: Page, watch: Watch) -> None:
    begin(start, page, source="virtual:unscripted,scenario=separation,speed=20")
    put(page, "practices/choosing", {"sampling": True})
    go_apart(page, "regulate", planned_s=600)
    expect(page.get_by_role("button", name="Try it")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Chosen by trying, as you asked.")).to_be_visible()
    page.get_by_role("button", name="Other practices").click()
    expect(page.locator("summary", has_text="Practices")).to_be_focused()
    panic = [p for p in shelf(page)["practices"] if strains(p)]
    assert panic, "no held breath on the shelf: this test sees nothing"
    page.get_by_role("button", name="Show more").click()
    for practice in panic:
        expect(page.get_by_role("button", name=f"Begin: {practice['title']}")).to_have_count(0)
    watch.look(page, "offer-others")


@LAPTOP
def test_one_key_asks_for_quiet(start: Start, page: Page) -> None:
    """Z beside an offer: it goes, and the record says that quiet was asked for."""
    begin(start, page, source="virtual:unscripted,scenario=separation,speed=20")
    go_apart(page, "regulate", planned_s=600)
    expect(page.get_by_role("button", name="Snooze one hour")).to_be_visible(timeout=60_000)
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Snooze one hour")).to_be_hidden()
    session = state(page)["session"]["id"]
    offers = page.request.get(f"{origin(page)}/api/sessions/{session}").json()["offers"]
    assert [offer["reply"] for offer in offers] == ["snooze"]


@LAPTOP
def test_a_still_screen_stays_still(start: Start, page: Page) -> None:
    """Under *observe* there is orienting, without motion or sound, and nothing else."""
    page.add_init_script(COUNT_TONES)
    begin(start, page, source=FAST)
    page.evaluate("localStorage.setItem('biocoach.sound', 'on')")
    page.reload()
    go_apart(page, "observe")
    expect(page.get_by_text("Nothing to do here.")).to_be_visible()
    go(page, f"practices/{breathing(page)['id']}")
    expect(page.get_by_role("button", name="Begin: Slow, soft breath")).to_be_disabled()
    go(page, "practices")
    expect(page.get_by_role("heading", level=1, name="Practices")).to_be_visible()
    own = page.get_by_role("region", name="My own things")
    expect(own).to_contain_text("Your own things wait here until it is over.")
    expect(own.get_by_role("button")).to_have_count(0)
    go(page, "practices/orienting")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Step 1 of")).to_be_attached()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Step 2 of")).to_be_attached()
    expect(page.locator(".runner .line, canvas")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Sound"))).to_have_count(0)
    assert page.evaluate("window.tones") == 0


@LAPTOP
def test_when_the_first_offer_may_come_is_part_of_the_plan(start: Start, page: Page) -> None:
    begin(start, page)
    page.get_by_label("What will you practise?").fill("Another room")
    page.get_by_role("slider", name="Distress you expect").fill("30")
    page.locator("summary", has_text="How should biocoach help?").click()
    page.get_by_role("radio", name="Let me try first").check()
    page.get_by_role("spinbutton", name="After minutes").fill("5")
    page.get_by_role("button", name="This is my plan").click()
    expect(page.get_by_role("heading", name="Another room")).to_be_visible()
    step = state(page)["session"]["plan"]["step"]
    assert (step["delay_s"], step["delay_suds"]) == (300, None)


# ---- by keyboard through a step


def onward(page: Page, step: dict[str, Any]) -> None:
    page.keyboard.press("ArrowRight")


def name_all(page: Page, step: dict[str, Any]) -> None:
    for _ in range(step["count"]):
        page.keyboard.press("Enter")


def write(page: Page, step: dict[str, Any]) -> None:
    field = page.get_by_role("textbox")
    by_keyboard(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(WORDS)
    by_keyboard(page, page.get_by_role("button", name=re.compile("^(Next|Done)$")))
    page.keyboard.press("Enter")


def choose(page: Page, step: dict[str, Any]) -> None:
    first = page.get_by_role("radio", name=step["options"][0], exact=True)
    by_keyboard(page, first)
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.keyboard.press("Enter")


def read_draft(page: Page, step: dict[str, Any]) -> None:
    expect(page.get_by_role("textbox")).not_to_have_value("")
    by_keyboard(page, page.get_by_role("button", name="Copy"))
    onward(page, step)


STEPS = {"name": name_all, "write": write, "choose": choose, "draft": read_draft}
TIMED = (Do.WAIT, Do.BREATHE, Do.TAP, Do.HOLD)


def here(page: Page, practice: dict[str, Any], nth: int) -> None:
    """This step is on the screen, in a live region, under the practice's name."""
    words = page.locator(
        "[aria-live=polite]", has_text=f"Step {nth + 1} of {len(practice['steps'])}"
    )
    expect(words).to_contain_text(practice["steps"][nth]["say"])
    expect(page.get_by_role("heading", name=practice["title"]).first).to_be_visible()


def sound(page: Page, watch: Watch, where: str) -> None:
    """Axe finds nothing, and all that can be used has a name."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    page.evaluate(SETTLED)
    watch.bad += [f"{where}: {fault}" for fault in page.evaluate(AXE_NOW)]
    tree = page.locator("main").aria_snapshot()
    watch.bad += [f"{where}: without a name: {found[0]}" for found in NAMELESS.finditer(tree)]


# ---- to come to a place


def begin(start: Start, page: Page, source: str = CALM) -> None:
    page.goto(start("serve", "--source", source).address)
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()


def enter(page: Page, house: Served) -> None:
    """What another test may have left running is stopped first."""
    page.goto(house.address)
    expect(page.get_by_role("link", name="Settings", include_hidden=True)).to_have_count(1)
    running = state(page)["practice"]
    if running is not None:
        tell(page, kind="practice", practice=running["id"], moment="stopped", asked=True)
        page.reload()
    expect(page.get_by_role("heading", name="Plan a practice")).to_be_visible()


def go(page: Page, view: str) -> None:
    page.evaluate("view => { location.hash = `#/${view}` }", view)


def get(page: Page, path: str) -> Any:
    return page.context.request.get(f"{origin(page)}/api/{path}").json()


def put(page: Page, path: str, body: dict[str, Any]) -> None:
    url = origin(page)
    answer = page.context.request.put(f"{url}/api/{path}", data=body, headers={"origin": url})
    assert answer.ok, answer.text()


def told(page: Page, what: str) -> None:
    """Until the server says so of the practice under way."""
    until_server(page, f"(({{ practice }}) => {what})(state)")


def shelf(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = get(page, "practices")
    return found


def words_of(page: Page, name: str) -> dict[str, str]:
    found: dict[str, str] = get(page, f"practices/{name}/words")["words"]
    return found


def opened(page: Page, name: str) -> dict[str, Any]:
    """Whatever this practice waits for is given; what the server tells of it then."""
    known = shipped().practices[name]
    put(
        page, "settings/fit", ADULT | {"age": "under_13" if known.voice is Voice.CHILD else "adult"}
    )
    put(page, "practices/pace", {"per_min": 5.5})
    choice = f"practices/{name}/choice"
    if known.ask_first:
        put(page, choice, {"asked": "clear"})
    if known.therapist:
        put(page, choice, {"enabled_by": "Dr Ada"})
    if known.opt_in:
        put(page, choice, {"opted_in": True})
    found = next(p for p in shelf(page)["practices"] if p["id"] == name)
    assert found["closed"] == "", found["closed"]
    return dict(found)


def closed(page: Page, why: str) -> dict[str, Any]:
    found: dict[str, Any] = next(p for p in shelf(page)["practices"] if p["closed"] == why)
    return found


def opens_it(page: Page) -> None:
    page.get_by_role("button", name="Open it for me").click()
    expect(page.get_by_role("button", name="Begin")).to_be_focused()


def does(practice: dict[str, Any], kind: str) -> bool:
    return any(step["do"] == kind for step in practice["steps"])


def of_words(page: Page) -> dict[str, Any]:
    """An open practice of which the first three steps wait for the person."""
    slow = {"say", "write", "choose"}
    found: dict[str, Any] = next(
        p
        for p in shelf(page)["practices"]
        if not p["closed"] and len(p["steps"]) > 3 and {s["do"] for s in p["steps"][:3]} <= slow
    )
    return found


def breathing(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = next(
        p for p in shelf(page)["practices"] if p["title"] == "Slow, soft breath"
    )
    return found


def to_the_breath(page: Page) -> None:
    expect(page.get_by_text("Step 1 of")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.locator("canvas")).to_be_visible()


def strains(practice: dict[str, Any]) -> bool:
    breaths: list[dict[str, float]] = [s["breath"] for s in practice["steps"] if s["breath"]]
    return any(b["hold_s"] + b["rest_s"] + b["sip_s"] > 0 for b in breaths)


def fits_away(practice: dict[str, Any]) -> bool:
    return practice["eyes"] == "open" and not practice["closed"] and not does(practice, "breathe")


def short() -> str:
    """Three short steps, of which two go on by themselves."""
    return """
id = "mine"
title = "Short and mine"
summary = "Three steps."
about = "To see it go on."
area = "grounding"
voice = "any"
eyes = "open"
good_for = ["activation"]
stop = ["Whenever you like."]

[[steps]]
do = "wait"
say = "One second of this."
wait_s = 1

[[steps]]
do = "wait"
say = "And two of that."
wait_s = 2

[[steps]]
do = "say"
say = "Now it waits for you."

[[sources]]
author = "Somebody"
year = 2026
where = "our sessions"
"""


# Counts the tones that are begun, of a real AudioContext.
COUNT_TONES = """
window.tones = 0;
window.AudioContext = class extends AudioContext {
  createOscillator() {
    window.tones += 1;
    return super.createOscillator();
  }
};
"""
# How many pixels are drawn outside the largest breath: the heart's ring.
OUTER_INK = """canvas => {
  const size = canvas.width, middle = size / 2;
  const { data } = canvas.getContext("2d").getImageData(0, 0, size, size);
  let count = 0;
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
    const far = Math.hypot(x - middle, y - middle) / middle;
    if (far > 0.78 && data[4 * (y * size + x) + 3] > 200) count += 1;
  }
  return count;
}"""
